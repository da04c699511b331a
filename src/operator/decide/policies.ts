import { compilePolicy } from '../../policy/compile.ts';
import { encodePolicy } from '../../policy/encode.ts';
import type { Policy } from '../../policy/policy.ts';
import type { CoveringWindow, Gate } from './gates.ts';
import type { Observed, StoredPolicy } from './observed.ts';
import type { Operation } from './plan.ts';

/** The policy that a window should have in the responders now. */
export interface DesiredPolicy {
  readonly policy: Policy;
  readonly revision: string;
}

/** A window whose occurrences are all over needs its policy only until its gates are off. */
const isOver = ({ inForce: { timeline } }: CoveringWindow): boolean =>
  timeline.current === undefined && timeline.next === undefined && !timeline.suspended;

function desiredPolicy(window: CoveringWindow, gates: readonly Gate[]): DesiredPolicy {
  const { timeline } = window.inForce;
  const occurrences = timeline.suspended
    ? []
    : [timeline.current, timeline.next].filter((each) => each !== undefined);
  const policy = compilePolicy({
    window: {
      namespace: window.window.metadata.namespace,
      name: window.window.metadata.name,
      uid: window.window.metadata.uid,
      generation: window.window.metadata.generation,
    },
    spec: window.inForce.spec,
    gates: gates.flatMap(({ windows, outcome, ingress }) =>
      outcome !== undefined && 'plan' in outcome && windows.includes(window)
        ? [{ ingress: ingress.metadata.name, class: outcome.settings.name }]
        : [],
    ),
    occurrences,
  });
  return { policy, revision: encodePolicy(policy).revision };
}

/** The policies of all windows that still need one, by window UID. */
export function desiredPolicies(
  windows: readonly CoveringWindow[],
  gates: readonly Gate[],
): ReadonlyMap<string, DesiredPolicy> {
  const live = windows.filter((window) => !isOver(window));
  return new Map(live.map((window) => [window.window.metadata.uid, desiredPolicy(window, gates)]));
}

const isStored = (stored: StoredPolicy | undefined, { revision }: DesiredPolicy, spec: object): boolean =>
  stored?.revision === revision && JSON.stringify(stored.acceptedSpec) === JSON.stringify(spec);

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
  const stillAsked = new Set(
    gates
      .filter(({ on, state }) => on && !state.preWired)
      .flatMap((gate) => gate.windows.map(({ window }) => window.metadata.uid)),
  );
  for (const { windowUid } of observed.policies) {
    if (desired.has(windowUid) || stillAsked.has(windowUid)) continue;
    operations.push({ kind: 'DeletePolicy', windowUid });
  }
  return operations;
}
