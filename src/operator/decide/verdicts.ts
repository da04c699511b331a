import type { Reason } from '../../api/conditions.ts';
import type { GateAction } from './actions.ts';
import type { Gate } from './gates.ts';
import type { Observed } from './observed.ts';

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

/** Judges one gate: refused, not on yet, or on and proven or not. */
export function verdictOf(gate: Gate, action: GateAction | undefined, observed: Observed): GateVerdict {
  if (gate.outcome !== undefined && 'refusal' in gate.outcome) {
    return { gate, verdict: 'Refused', ...gate.outcome.refusal };
  }
  const failure = observed.failures.get(gate.key);
  if (failure !== undefined && !gate.on) return { gate, verdict: 'Refused', ...failure };
  if (gate.wanted === undefined) {
    return {
      gate,
      verdict: 'Unproven',
      reason: 'NotArmed',
      message: 'No occurrence is near: the gate is off.',
    };
  }
  if (action?.kind === 'wait')
    return { gate, verdict: 'Unproven', reason: action.reason, message: action.message };
  const proof = gate.on ? observed.proofs.get(gate.key) : undefined;
  if (proof === undefined) {
    return {
      gate,
      verdict: 'Unproven',
      reason: 'NotProbed',
      message: 'No probe of this gate has been answered yet.',
    };
  }
  if (proof.verdict !== 'Proven')
    return { gate, verdict: proof.verdict, reason: proof.reason, message: proof.message };
  if (proof.decision !== expectedDecision(gate)) {
    return {
      gate,
      verdict: 'Unproven',
      reason: 'NotFlipped',
      message: `The responder still answers "${proof.decision}" at this gate.`,
    };
  }
  return { gate, verdict: 'Proven', reason: 'GatesProven', message: proof.message };
}
