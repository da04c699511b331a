import type { MaintenanceWindowStatus } from '../../api/generated/maintenance-window.ts';
import { isBefore, nextAfter } from '../../schedule/occurrence.ts';
import { accept } from './accept.ts';
import type { AcceptedWindow } from './accept.ts';
import type { GateAction } from './actions.ts';
import { actionOf, gateOperations, wantedGates } from './actions.ts';
import { expiredWindows, expiresAt, windowDeletion } from './completed.ts';
import { contains } from './contains.ts';
import type { CoveringWindow, Gate } from './gates.ts';
import { armsAt, gatedNames, gatesOf, keepsFrom, wantsArmed } from './gates.ts';
import { heldTimes, outdatedFact, unansweredFact, unloadedFact } from './facts.ts';
import { isUnanswered } from './leaving.ts';
import { objectOperations } from './objects.ts';
import type { Observed } from './observed.ts';
import { othersText } from './others.ts';
import type { Plan, StatusUpdate } from './plan.ts';
import type { DesiredPolicy } from './policies.ts';
import { desiredPolicies, isLoaded, policyOperations } from './policies.ts';
import { isOutdated, probeOf } from './probes.ts';
import { rehearsalsOf } from './rehearsals.ts';
import { revertTimes } from './reverts.ts';
import { statusOf } from './status.ts';
import { targetsOf } from './targets.ts';
import { verdictOf } from './verdicts.ts';

/**
 * Decides what to do in one namespace: a pure function of what was observed, so that running it again after a crash
 * anywhere converges (design D9). Orphans need no sweep of their own: a gate that no window wants is one to take off.
 */
export function decide(observed: Observed): Plan & { readonly facts: ReadonlySet<string> } {
  const accepted = acceptAll(observed);
  const windows = accepted.flatMap((each): CoveringWindow[] =>
    each.inForce === undefined
      ? []
      : [{ ...each, inForce: each.inForce, targets: targetsOf(each.inForce.spec, observed) }],
  );
  const gates = gatesOf(windows, observed);
  const desired = desiredPolicies(windows, gates);
  const objects = objectOperations(gates, observed);
  const unloaded = gates.filter((gate) => gate.wanted !== undefined && !isLoaded(gate, observed, desired));
  const facts = new Set([
    ...objects.facts,
    ...unloaded.map(unloadedFact),
    ...gates.filter((gate) => isOutdated(gate, observed, desired)).map(outdatedFact),
    ...gates.filter((gate) => isUnanswered(gate, observed)).map(unansweredFact),
  ]);
  const expired = expiredWindows(windows, gates, observed);
  const actions = new Map(gates.map((gate) => [gate, actionOf(gate, observed, desired)]));
  return {
    operations: [
      ...policyOperations(observed, gates, { windows, desired }),
      ...objects.before,
      ...gateOperations(actions, observed.now),
      ...objects.after,
      ...expired.map(windowDeletion),
    ],
    statuses: statusesOf(observed, {
      accepted: accepted.filter(({ window }) => !expired.includes(window)),
      windows,
      gates,
      actions,
      facts,
      desired,
    }),
    probes: gates.flatMap((gate) => probeOf(gate, desired) ?? []),
    wanted: wantedGates(actions),
    rehearsals: rehearsalsOf(gates),
    wakeAt: wakeAt({ windows, gates, facts }, observed),
    watchful: watchfulness(gates, actions, observed),
    facts,
  };
}

function acceptAll({ policies, windows, ingresses, templates, now }: Observed): readonly AcceptedWindow[] {
  const stored = new Map(policies.map((policy) => [policy.windowUid, policy]));
  const gated = gatedNames(ingresses);
  return windows
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map((window) => accept(window, { stored: stored.get(window.metadata.uid), gated, templates, now }));
}

interface Judged {
  readonly accepted: readonly AcceptedWindow[];
  readonly windows: readonly CoveringWindow[];
  readonly gates: readonly Gate[];
  readonly actions: ReadonlyMap<Gate, GateAction>;
  readonly facts: ReadonlySet<string>;
  readonly desired: ReadonlyMap<string, DesiredPolicy>;
}

/** Has the lead before the next start begun? */
function isArming(window: CoveringWindow, observed: Observed): boolean {
  const at = armsAt(window, observed.settings.leadSeconds);
  return at !== undefined && !isBefore(observed.now, at);
}

function statusesOf(
  observed: Observed,
  { accepted, windows, gates, actions, facts, desired }: Judged,
): readonly StatusUpdate[] {
  return accepted.flatMap((each): StatusUpdate[] => {
    const covering = windows.find(({ window }) => window === each.window);
    const verdicts = gates.flatMap((gate) =>
      covering !== undefined && gate.windows.includes(covering)
        ? [verdictOf(gate, observed, { action: actions.get(gate), facts, desired, window: covering })]
        : [],
    );
    const arming = covering !== undefined && isArming(covering, observed);
    const armed = arming || verdicts.some(({ gate }) => covering && wantsArmed(covering, gate.on, observed));
    const { status, events } = statusOf({
      accepted: each,
      targets: covering?.targets,
      verdicts,
      arming,
      armed,
      others: othersText(each.window, verdicts),
      observed,
    });
    const { namespace, name, uid } = each.window.metadata;
    const live = each.window.status ?? {};
    if (isSaid(live, status)) return [];
    return [{ window: { namespace, name, uid }, status, events }];
  });
}

/** All that a status of ours can hold: what somebody else adds is theirs, and no reason to write. */
const statusFields = [
  'observedGeneration',
  'phase',
  'message',
  'conditions',
  'occurrence',
  'next',
  'lastOccurrence',
  'shown',
  'gates',
  'gateDetails',
] as const satisfies readonly (keyof MaintenanceWindowStatus)[];

/** Both ways: a field that is no longer true has to go as well. */
const isSaid = (live: MaintenanceWindowStatus, status: MaintenanceWindowStatus): boolean =>
  statusFields.every((field) => contains(live[field], status[field]) && contains(status[field], live[field]));

/** The next instant at which time alone changes something: a lead, a start, an end, or the end of a settling time. */
function wakeAt(
  { windows, gates, facts }: Pick<Judged, 'windows' | 'gates' | 'facts'>,
  observed: Observed,
): Temporal.Instant | undefined {
  const withGates = new Set(gates.filter(({ on }) => on).flatMap((gate) => gate.windows));
  const boundaries = windows.flatMap((window) => [
    armsAt(window, observed.settings.leadSeconds),
    withGates.has(window) ? keepsFrom(window) : undefined,
    window.inForce.timeline.changesAt,
    expiresAt(window),
  ]);
  const held = heldTimes(facts, observed);
  return nextAfter(observed.now, [...boundaries, ...held, ...revertTimes(observed)]);
}

function watchfulness(
  gates: readonly Gate[],
  actions: ReadonlyMap<Gate, GateAction>,
  { failures }: Observed,
): Plan['watchful'] {
  // A gate that others fight over, or whose write is refused, waits for nothing that a responder could tell.
  const isArming = [...actions].some(
    ([{ key }, action]) =>
      !failures.has(key) &&
      (action.kind === 'put' || (action.kind === 'wait' && action.reason !== 'Reverted')),
  );
  if (isArming) return 'arming';
  return gates.some(({ on, leaving }) => on || leaving === 'awaited') ? 'on' : 'idle';
}
