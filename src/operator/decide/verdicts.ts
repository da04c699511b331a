import type { Reason } from '../../api/conditions.ts';
import type { GateAction } from './actions.ts';
import { hasHeld, unloadedFact } from './facts.ts';
import type { CoveringWindow, Gate } from './gates.ts';
import type { Observed } from './observed.ts';
import { policyKey } from './observed.ts';
import { refusalOf } from './reverts.ts';

/** What is known of one gate, as the status of its windows shows it. */
export interface GateVerdict {
  readonly gate: Gate;
  readonly verdict: 'Proven' | 'Unproven' | 'Wrong' | 'Refused';
  readonly reason: Reason;
  readonly message: string;
}

/** What the responder should tell a probe of this gate now. */
export const expectedDecision = (gate: Gate): 'open' | 'closed' =>
  gate.wanted === 'closed' ? 'closed' : 'open';

/**
 * Was this gate proven when its windows were last told of? Proofs are lost with the process, and a new one must not deny
 * what it has not asked yet: its first probe is on the way.
 */
function wasProven(gate: Gate): boolean {
  const type = gate.wanted === 'closed' ? 'Closed' : 'GatesProven';
  return gate.windows.some(({ window }) =>
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
}

type Judgement = Omit<GateVerdict, 'gate'>;

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

function proven(gate: Gate, observed: Observed): Judgement {
  const proof = gate.on ? observed.proofs.get(gate.key) : undefined;
  if (proof === undefined) {
    return gate.on && wasProven(gate)
      ? { verdict: 'Proven', reason: 'GatesProven', message: 'Proven before.' }
      : unproven('NotProbed', 'No probe of this gate has been answered yet.');
  }
  const { verdict, reason, message, decision } = proof;
  if (verdict === 'Proven' && decision !== expectedDecision(gate)) {
    return unproven('NotFlipped', `The responder still answers "${decision}" at this gate.`);
  }
  return { verdict, reason, message };
}
