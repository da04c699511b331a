import { unansweredSeconds } from './facts.ts';
import type { Gate } from './gates.ts';
import { mayAsk } from './leaving.ts';
import type { Observed, Proof } from './observed.ts';

/** Is this gate coming off: nothing wants it, and its controller may still ask? */
export const isComingOff = (gate: Gate): boolean => gate.wanted === undefined && mayAsk(gate);

function state(proof: Proof | undefined): string {
  if (proof === undefined) return 'it has not been asked yet.';
  if (proof.verdict === 'Proven') return `it still answers. ${proof.message}`;
  return `${proof.message} This is waited for during at most ${unansweredSeconds} s.`;
}

/** What is waited for before the last of a window's gates is gone; undefined: nothing. */
export function awaitedOf(gates: readonly Gate[], { proofs }: Observed): string | undefined {
  const [first, ...others] = gates.filter(isComingOff);
  if (first === undefined) return undefined;
  if (first.leaving === undefined) return 'The gates are coming off.';
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `Waiting for proof that the gate of Ingress ${first.key}${more} is gone: ${state(proofs.get(first.key))}`;
}
