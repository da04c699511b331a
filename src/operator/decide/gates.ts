import type { GateKey, Ingress } from '../../api/ingress.ts';
import { gateKey } from '../../api/ingress.ts';
import type {
  ClassSettings,
  ControllerConfig,
  Driver,
  GatePlan,
  GateState,
  PlanInput,
  Refusal,
  ResponderAddress,
} from '../../gates/driver.ts';
import { canariesOf } from '../../gates/canary.ts';
import { classNameOf, classOf, configOf, drivers } from '../../gates/drivers.ts';
import { blindness } from '../../gates/sight.ts';
import { leadSeconds } from '../../schedule/lead.ts';
import { isBefore } from '../../schedule/occurrence.ts';
import type { AddressTrouble } from './address-trouble.ts';
import { addressTroubleOf } from './address-trouble.ts';
import type { AcceptedWindow } from './accept.ts';
import type { Leaving } from './leaving.ts';
import { leavingOf, ownersOf } from './leaving.ts';
import type { Observed } from './observed.ts';
import type { Targets } from './targets.ts';

/** A window that has a spec in force, and the Ingresses that it covers. */
export interface CoveringWindow extends AcceptedWindow {
  readonly inForce: NonNullable<AcceptedWindow['inForce']>;
  readonly targets: Targets;
}

/** One Ingress, what covers it, and what its gate would be. */
export interface Gate {
  readonly key: GateKey;
  readonly ingress: Ingress;
  readonly windows: readonly CoveringWindow[];
  /** Those of them that can not be kept here, and why: they decide by what the controller does not show. */
  readonly blind: ReadonlyMap<CoveringWindow, Refusal>;
  /** Those that the gate obeys: all but the blind ones, but also a blind one that it is closed by already. */
  readonly obeyed: readonly CoveringWindow[];
  /** The name of its class, or one that no class can have: addresses are not read for it. */
  readonly class: string;
  /** Why no address lets anybody in here; undefined: addresses count. */
  readonly addressTrouble: AddressTrouble | undefined;
  /** What the gate is made of, why it can not be, or undefined while the responder has no address. */
  readonly outcome:
    | {
        readonly plan: GatePlan;
        readonly settings: ClassSettings;
        readonly config: ControllerConfig;
        readonly driver: Driver;
      }
    | { readonly refusal: Refusal }
    | undefined;
  readonly state: GateState;
  /** Is the whole gate in place, as the plan has it? */
  readonly on: boolean;
  /** `closed`: some window is closed now. `armed`: one will be soon. undefined: no gate is needed. */
  readonly wanted: 'closed' | 'armed' | undefined;
  /** It came off, and something of it still stands. */
  readonly leaving: Leaving | undefined;
}

/** What a gate is made of, when it can be made. */
export const plannedOf = (
  outcome: Gate['outcome'],
): Extract<Gate['outcome'], { readonly plan: GatePlan }> | undefined =>
  outcome !== undefined && 'plan' in outcome ? outcome : undefined;

/** A gate that is on stays on when the next start is nearer than this (design D2). */
const keepMinutes = 15;

const noClass = '(none)';

/** What was read of each Ingress: every look at a namespace asks for all of them, and few have changed since the last one. */
const known = new WeakMap<Ingress, GateState>();

/** What an Ingress carries of ours, whichever driver put it there: its class may have changed meanwhile. */
export const readAll = (ingress: Ingress): GateState => known.getOrInsertComputed(ingress, read);

function read(ingress: Ingress): GateState {
  const states = Object.values(drivers).map((driver) => driver.read(ingress));
  return {
    annotations: Object.assign({}, ...states.map(({ annotations }) => annotations)),
    remains: Object.assign({}, ...states.map(({ remains }) => remains)),
    references: states.flatMap(({ references }) => references),
    stands: states.some(({ stands }) => stands),
    preWired: states.some(({ preWired }) => preWired),
  };
}

/** What decides what a gate is made of, beside its Ingress. */
interface Circumstances {
  readonly classes: Observed['classes'];
  readonly externalNames: Observed['externalNames'];
  readonly canaries: PlanInput['canaries'];
  readonly install: string;
  readonly address: ResponderAddress | undefined;
}

/** What each Ingress's gate is made of, and in which circumstances that was found. */
const outcomes = new WeakMap<Ingress, Circumstances & { readonly outcome: Gate['outcome'] }>();

function outcomeOf(ingress: Ingress, observed: Observed): Gate['outcome'] {
  const { classes, externalNames, install, responder, ingresses } = observed;
  const canaries = canariesOf(ingresses, classes);
  const { address } = responder;
  const before = outcomes.get(ingress);
  if (
    before?.classes === classes &&
    before.externalNames === externalNames &&
    before.canaries === canaries &&
    before.install === install &&
    before.address?.clusterIP === address?.clusterIP &&
    before.address?.port === address?.port
  ) {
    return before.outcome;
  }
  const outcome = planOf(ingress, observed, canaries);
  outcomes.set(ingress, { classes, externalNames, canaries, install, address, outcome });
  return outcome;
}

function planOf(ingress: Ingress, observed: Observed, canaries: PlanInput['canaries']): Gate['outcome'] {
  const settings = classOf(ingress, observed.classes);
  if ('refusal' in settings) return settings;
  const { address } = observed.responder;
  if (address === undefined) return undefined;
  const driver = drivers[settings.driver];
  const config = configOf(settings, observed.classes.configs);
  const { install, externalNames } = observed;
  const plan = driver.plan({
    ingress,
    settings,
    config,
    responder: address,
    install,
    externalNames,
    canaries,
  });
  return 'refusal' in plan ? plan : { plan, settings, config, driver };
}

const isOn = (plan: GatePlan, state: GateState): boolean =>
  plan.preWired || Object.entries(plan.annotations).every(([key, value]) => state.annotations[key] === value);

/** When the gates of a window's next occurrence are to go on, undefined without a next one. */
export function armsAt(
  { inForce, targets }: CoveringWindow,
  lead: number | undefined,
): Temporal.Instant | undefined {
  if (inForce.timeline.suspended) return undefined;
  return inForce.timeline.next?.start.subtract({ seconds: leadSeconds(targets.ingresses.length, lead) });
}

/** From when on a gate that is on stays on for the next start; undefined without one. */
export const keepsFrom = ({ inForce: { timeline } }: CoveringWindow): Temporal.Instant | undefined =>
  timeline.suspended ? undefined : timeline.next?.start.subtract({ minutes: keepMinutes });

/**
 * Does the window ask for a gate while it is open: because a start is near, or because its gates stand all the time?
 * @param on is the gate on already? Then it stays for a start that is not quite so near.
 */
export function wantsArmed(window: CoveringWindow, on: boolean, { now, settings }: Observed): boolean {
  const { timeline, spec } = window.inForce;
  if (timeline.suspended || timeline.next === undefined) return false;
  if (spec.gates === 'Standing') return true;
  const from = armsAt(window, settings.leadSeconds);
  const keep = on ? keepsFrom(window) : undefined;
  const earliest = keep !== undefined && from !== undefined && isBefore(keep, from) ? keep : from;
  return earliest !== undefined && !isBefore(now, earliest);
}

/** What one window wants now of gates that are off, and of those that are on. */
interface Wish {
  readonly off: Gate['wanted'];
  readonly on: Gate['wanted'];
}

function wishOf(window: CoveringWindow, observed: Observed): Wish {
  if (window.inForce.timeline.current !== undefined) return { off: 'closed', on: 'closed' };
  const armed = (on: boolean): Gate['wanted'] => (wantsArmed(window, on, observed) ? 'armed' : undefined);
  return { off: armed(false), on: armed(true) };
}

function wantedBy(
  windows: readonly CoveringWindow[],
  on: boolean,
  wishes: ReadonlyMap<CoveringWindow, Wish>,
): Gate['wanted'] {
  let wanted: Gate['wanted'];
  for (const window of windows) {
    const wish = wishes.get(window)?.[on ? 'on' : 'off'];
    if (wish === 'closed') return 'closed';
    wanted ??= wish;
  }
  return wanted;
}

/** The Ingresses that carry something of ours. */
export const gatedNames = (ingresses: readonly Ingress[]): ReadonlySet<string> =>
  new Set(ingresses.filter((ingress) => readAll(ingress).stands).map(({ metadata }) => metadata.name));

/** The gates of a namespace: one for every Ingress that a window covers, or that carries or left something of ours. */
export function gatesOf(windows: readonly CoveringWindow[], observed: Observed): readonly Gate[] {
  const covering = new Map<string, CoveringWindow[]>();
  for (const window of windows) {
    for (const { metadata } of window.targets.ingresses) {
      covering.getOrInsertComputed(metadata.name, () => []).push(window);
    }
  }
  const wishes = new Map(windows.map((window) => [window, wishOf(window, observed)]));
  const owners = ownersOf(observed);
  return observed.ingresses.flatMap((ingress) => {
    const covered = covering.get(ingress.metadata.name) ?? [];
    const owns = owners.has(ingress.metadata.uid);
    const state = readAll(ingress);
    const isBare = !state.stands && !state.preWired;
    if (covered.length === 0 && isBare && !owns && !isWatched(ingress, observed)) return [];
    const gate = gateOf({ ingress, state, windows: covered }, { wishes, observed });
    const isPlanned = plannedOf(gate.outcome) !== undefined;
    return [{ ...gate, leaving: leavingOf({ ...gate, isPlanned, owns }, observed) }];
  });
}

type Planned = ReturnType<typeof plannedOf>;

function blindWindows(
  ingress: Ingress,
  windows: readonly CoveringWindow[],
  planned: Planned,
): ReadonlyMap<CoveringWindow, Refusal> {
  if (planned === undefined) return new Map();
  const { driver, settings, config } = planned;
  return new Map(
    windows.flatMap((window) => {
      const refusal = blindness({ spec: window.inForce.spec, ingress, driver, settings, config });
      return refusal === undefined ? [] : [[window, refusal] as const];
    }),
  );
}

/**
 * Is the site closed by this window already, at a gate that stands? Then it stays closed, all of it: what can not be seen
 * closes, and letting go would open the site (ADR 0004).
 */
function isClosedBy(
  { window, inForce }: CoveringWindow,
  { ingress, state }: Pick<Gate, 'ingress' | 'state'>,
  { policies }: Observed,
): boolean {
  if (!state.stands || inForce.timeline.current === undefined) return false;
  const stored = policies.find(({ windowUid }) => windowUid === window.metadata.uid);
  return stored?.gates.some((gate) => gate.ingress === ingress.metadata.name) ?? false;
}

const keys = new WeakMap<Ingress, GateKey>();

const keyOf = (ingress: Ingress): GateKey =>
  keys.getOrInsertComputed(ingress, ({ metadata: { namespace, name } }) => gateKey(namespace, name));

/** Is its controller still being asked about a gate? Then there was one a moment ago. */
const isWatched = (ingress: Ingress, { proofs }: Observed): boolean => proofs.has(keyOf(ingress));

interface Surroundings {
  readonly wishes: ReadonlyMap<CoveringWindow, Wish>;
  readonly observed: Observed;
}

function gateOf(
  { ingress, state, windows }: Pick<Gate, 'ingress' | 'state' | 'windows'>,
  { wishes, observed }: Surroundings,
): Omit<Gate, 'leaving'> {
  const outcome = outcomeOf(ingress, observed);
  const planned = plannedOf(outcome);
  const on = planned !== undefined && isOn(planned.plan, state);
  const blind = blindWindows(ingress, windows, planned);
  const obeyed = windows.filter(
    (window) => !blind.has(window) || isClosedBy(window, { ingress, state }, observed),
  );
  const key = keyOf(ingress);
  const className = classNameOf(ingress, observed.classes.classes) ?? noClass;
  return {
    key,
    ingress,
    windows,
    blind,
    obeyed,
    class: className,
    addressTrouble: addressTroubleOf(
      { key, ingress: ingress.metadata.name, class: className, planned },
      observed,
    ),
    outcome,
    state,
    on,
    wanted: wantedBy(obeyed, on, wishes),
  };
}
