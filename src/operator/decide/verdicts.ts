import type { Reason } from '../../api/conditions.ts';
import type { GateAction } from './actions.ts';
import { hasHeld, outdatedFact, unloadedFact } from './facts.ts';
import type { CoveringWindow, Gate } from './gates.ts';
import type { Observed } from './observed.ts';
import { policyKey } from './observed.ts';
import type { DesiredPolicy } from './policies.ts';
import { expectedDecision, isOutdated } from './probes.ts';
import { refusalOf } from './reverts.ts';

/** What is known of one gate, as the status of its windows shows it. */
export interface GateVerdict {
  readonly gate: Gate;
  readonly verdict: 'Proven' | 'Unproven' | 'Wrong' | 'Refused';
  readonly reason: Reason;
  readonly message: string;
}

/**
 * Was this gate proven when its windows were last told of? Proofs are lost with the process, and a new one must not deny
 * what it has not asked yet: its first probe is on the way.
 */
function wasProven({ wanted }: Gate, windows: readonly CoveringWindow[]): boolean {
  const type = wanted === 'closed' ? 'Closed' : 'GatesProven';
  return windows.some(({ window }) =>
    (window.status?.conditions ?? []).some(
      (condition) => condition.type === type && condition.status === 'True',
    ),
  );
}

/** Judges one gate for one of its windows: refused, not on yet, or on and proven or not. */
export function verdictOf(gate: Gate, observed: Observed, now: GateNow): GateVerdict {
  return {
    gate,
    ...(refused(gate, observed, now.window) ??
      untold(observed, now.window) ??
      notYet(gate, observed, now) ??
      outdated(gate, observed, now) ??
      proven(gate, observed)),
  };
}

/** What was decided of a gate, beside what it is, and who asks. */
export interface GateNow {
  readonly action: GateAction | undefined;
  /** The window that is to be told. */
  readonly window: CoveringWindow;
  /** What holds now; `Observed.since` is of the last time. */
  readonly facts: ReadonlySet<string>;
  readonly desired: ReadonlyMap<string, DesiredPolicy>;
}

type Judgement = Omit<GateVerdict, 'gate'>;

const provenBefore: Judgement = { verdict: 'Proven', reason: 'GatesProven', message: 'Proven before.' };

const unproven = (reason: Reason, message: string): Judgement => ({ verdict: 'Unproven', reason, message });

function refused(gate: Gate, observed: Observed, window: CoveringWindow): Judgement | undefined {
  if (gate.outcome !== undefined && 'refusal' in gate.outcome)
    return { verdict: 'Refused', ...refusalOf(gate, gate.outcome.refusal, observed) };
  const blind = gate.blind.get(window);
  if (blind !== undefined) return { verdict: 'Refused', ...blind };
  const failure = gate.on ? undefined : observed.failures.get(gate.key);
  return failure === undefined ? undefined : { verdict: 'Refused', ...failure };
}

/** Whatever the gate answers: the responders do not know what this window says now. */
function untold({ failures }: Observed, { window }: CoveringWindow): Judgement | undefined {
  const failure = failures.get(policyKey(window.metadata.uid));
  return failure && unproven(failure.reason, failure.message);
}

function notYet(gate: Gate, observed: Observed, { action, facts }: GateNow): Judgement | undefined {
  if (gate.wanted === undefined) return unproven('NotArmed', 'No occurrence is near: the gate is off.');
  if (action?.kind === 'wait') return unproven(action.reason, action.message);
  const unloaded = unloadedFact(gate);
  const isBehind = facts.has(unloaded) && hasHeld(unloaded, observed);
  if (isBehind && observed.responder.health === 'serving') {
    return unproven(
      'PoliciesNotLoaded',
      'A responder has not loaded the policy: its visitors may meet an old one.',
    );
  }
  return undefined;
}

/** An answer by a policy of before proves nothing about the present one. */
function outdated(gate: Gate, observed: Observed, { desired, window }: GateNow): Judgement | undefined {
  if (!isOutdated(gate, observed, desired)) return undefined;
  if (hasHeld(outdatedFact(gate), observed)) {
    return unproven(
      'PoliciesNotLoaded',
      'A responder answers at this gate by another policy than the present one: its visitors may meet an old one.',
    );
  }
  // What time or another window changed is proven again before anybody has to hear of it; who edited this one is waiting.
  const { status, metadata } = window.window;
  return status?.observedGeneration === metadata.generation && wasProven(gate, [window])
    ? provenBefore
    : unproven('NotProbed', 'No probe of this gate has been answered by the present policy yet.');
}

function proven(gate: Gate, observed: Observed): Judgement {
  const proof = gate.on ? observed.proofs.get(gate.key) : undefined;
  // Gone was said of the time before the gate went on again.
  if (proof === undefined || proof.verdict === 'Gone') {
    return gate.on && wasProven(gate, gate.windows)
      ? provenBefore
      : unproven('NotProbed', 'No probe of this gate has been answered yet.');
  }
  const { verdict, reason, message, decision } = proof;
  if (verdict === 'Proven' && decision !== expectedDecision(gate)) {
    return unproven('NotFlipped', `The responder still answers "${decision}" at this gate.`);
  }
  return { verdict, reason, message };
}
