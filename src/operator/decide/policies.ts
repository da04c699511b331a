import type { CompiledPolicy } from './compiled.ts';
import { compiledPolicy, isSameText } from './compiled.ts';
import { closesAt } from '../../policy/closed.ts';
import type { CoveringWindow, Gate } from './gates.ts';
import { hasHeld, unloadedFact } from './facts.ts';
import { mayAsk } from './leaving.ts';
import type { Observed, StoredPolicy } from './observed.ts';
import type { Operation } from './plan.ts';
import { storedGate } from './stored-gates.ts';

/** The policy that a window should have in the responders now. */
export type DesiredPolicy = CompiledPolicy;

/** Have all responders loaded what is desired for this gate? */
export const isLoaded = (
  gate: Gate,
  observed: Observed,
  desired: ReadonlyMap<string, DesiredPolicy>,
): boolean =>
  gate.obeyed.every(({ window }) => {
    const policy = desired.get(window.metadata.uid);
    return policy === undefined || observed.responder.loaded(window.metadata.uid, policy.revision);
  });

/** A window whose occurrences are all over needs its policy only until its gates are off. */
export const isOver = ({ inForce: { timeline } }: CoveringWindow): boolean =>
  timeline.current === undefined && timeline.next === undefined && !timeline.suspended;

function desiredPolicy(window: CoveringWindow, gates: readonly Gate[]): DesiredPolicy {
  const { timeline } = window.inForce;
  const occurrences = timeline.suspended
    ? []
    : [timeline.current, ...timeline.upcoming].filter((each) => each !== undefined);
  return compiledPolicy({
    window: {
      namespace: window.window.metadata.namespace,
      name: window.window.metadata.name,
      uid: window.window.metadata.uid,
      generation: window.window.metadata.generation,
    },
    spec: window.inForce.spec,
    template: window.inForce.template,
    // Also those whose gate can not be planned now: a gate that still stands there has to be told that it is closed.
    gates: gates
      .filter(({ obeyed }) => obeyed.includes(window))
      .map(({ ingress, class: ingressClass, addressTrouble }) => ({
        ingress: ingress.metadata.name,
        class: ingressClass,
        addressRules: addressTrouble === undefined,
      })),
    occurrences,
  });
}

/** The windows of which some gate may still be asked: until it is gone, the responders have to know that it is open. */
const stillAsked = (gates: readonly Gate[]): ReadonlySet<string> =>
  new Set(gates.filter(mayAsk).flatMap((gate) => gate.windows.map(({ window }) => window.metadata.uid)));

/** The policies of all windows that still need one, by window UID. */
export function desiredPolicies(
  windows: readonly CoveringWindow[],
  gates: readonly Gate[],
): ReadonlyMap<string, DesiredPolicy> {
  const asked = stillAsked(gates);
  const live = windows.filter((window) => !isOver(window) || asked.has(window.window.metadata.uid));
  return new Map(live.map((window) => [window.window.metadata.uid, desiredPolicy(window, gates)]));
}

const isStored = (stored: StoredPolicy | undefined, { revision }: DesiredPolicy, spec: object): boolean =>
  stored?.revision === revision && isSameText(spec, stored.acceptedSpec);

/**
 * What to write so that the stored policies are the desired ones. A window that is gone loses its policy at once, and
 * with it the responders' reason to refuse anybody; one that is over keeps it while a gate of it still asks.
 */
export function policyOperations(
  observed: Observed,
  gates: readonly Gate[],
  { windows, desired }: { windows: readonly CoveringWindow[]; desired: ReadonlyMap<string, DesiredPolicy> },
): readonly Operation[] {
  const operations: Operation[] = [];
  const stored = new Map(observed.policies.map((policy) => [policy.windowUid, policy]));
  for (const { window, inForce } of windows) {
    const wanted = desired.get(window.metadata.uid);
    if (wanted === undefined || isStored(stored.get(window.metadata.uid), wanted, inForce.spec)) continue;
    operations.push({ kind: 'ApplyPolicy', policy: wanted.policy, acceptedSpec: inForce.spec });
  }
  for (const policy of observed.policies) {
    const { windowUid } = policy;
    if (desired.has(windowUid) || isSucceeded(policy, { observed, gates, desired })) continue;
    operations.push({ kind: 'DeletePolicy', windowUid });
  }
  return operations;
}

/**
 * Is a window that closes the same Ingress about to take over? The old policy then waits for the new one to be loaded, or a
 * window that is deleted and made again would open the site for a moment.
 */
function isSucceeded(
  { gates: stored }: StoredPolicy,
  known: {
    readonly observed: Observed;
    readonly gates: readonly Gate[];
    readonly desired: ReadonlyMap<string, DesiredPolicy>;
  },
): boolean {
  const { observed, gates, desired } = known;
  const covered = new Set(stored.map(({ ingress }) => ingress));
  return gates
    .filter(({ wanted, on, ingress }) => wanted === 'closed' && on && covered.has(ingress.metadata.name))
    .some((gate) => {
      // Without a policy that closes it, responders would take the gate for an orphan: the old one stays, however long.
      if (!isClosedByStored(gate, observed)) return true;
      return !isLoaded(gate, observed, desired) && !hasHeld(unloadedFact(gate), observed);
    });
}

/** Is there a policy, maybe an older one, that closes this gate now for whoever has loaded it? */
export const isClosedByStored = ({ obeyed, ingress }: Gate, { policies, now }: Observed): boolean =>
  policies.some(
    (policy) =>
      obeyed.some(({ window }) => window.metadata.uid === policy.windowUid) &&
      storedGate(policy, ingress.metadata.name) !== undefined &&
      policy.occurrences.some((occurrence) => closesAt(occurrence, now)),
  );
