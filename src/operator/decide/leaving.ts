import type { GateKey, Ingress } from '../../api/ingress.ts';
import type { GateState } from '../../gates/driver.ts';
import { hasHeld, unansweredFact } from './facts.ts';
import { probedHosts } from './hosts.ts';
import type { Observed, Proof } from './observed.ts';

/**
 * A gate that came off while something tells that there was one: an object of it that still stands, or, for gates without an
 * object of their own, that it was asked a moment ago. `awaited`: its controller may still ask the responder, so the object
 * stays and the policy goes on saying "open". `gone`: the controller was seen to answer without the gate, or it can not be
 * asked, and then what the API server says has to do.
 */
export type Leaving = 'awaited' | 'gone';

/** What is known of a gate before it is known whether it is leaving. */
export interface OffGate {
  readonly key: GateKey;
  readonly ingress: Ingress;
  readonly state: GateState;
  readonly wanted: 'closed' | 'armed' | undefined;
  /** Is it known how its controller is asked? */
  readonly isPlanned: boolean;
  /** Does an object stand that is this Ingress's alone? */
  readonly owns: boolean;
}

/** Ingresses by UID, of which some object of ours still stands: the sign, in the cluster itself, that they had a gate. */
export const ownersOf = ({ objects }: Observed): ReadonlySet<string> =>
  new Set(
    [...objects.values()]
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .flatMap(({ metadata }) => metadata.ownerReferences ?? [])
      .map(({ uid }) => uid),
  );

const isOff = ({ wanted, state }: OffGate): boolean =>
  wanted === undefined && !state.preWired && !state.stands;

/** Is this gate, of which an object still stands, on its way out, and how far? */
export function leavingOf(gate: OffGate, observed: Observed): Leaving | undefined {
  const proof = observed.proofs.get(gate.key);
  if (!isOff(gate) || (!gate.owns && proof === undefined)) return undefined;
  const leaving = howFar(gate, proof, observed);
  // Without an object to delete there is nothing left to do for one that is gone.
  return leaving === 'gone' && !gate.owns ? undefined : leaving;
}

function howFar(gate: OffGate, proof: Proof | undefined, observed: Observed): Leaving {
  if (!gate.isPlanned || probedHosts(gate.ingress).every(({ path }) => path === undefined)) return 'gone';
  if (proof?.verdict === 'Gone') return 'gone';
  // A gate that answers is there, however long ago it was taken off; silence is waited for only so long.
  return proof?.verdict === 'Unproven' && hasHeld(unansweredFact(gate), observed) ? 'gone' : 'awaited';
}

/** May its controller still ask the responder about a gate: because it stands, or was not seen to be gone yet? */
export const mayAsk = ({
  state,
  leaving,
}: {
  readonly state: GateState;
  readonly leaving: Leaving | undefined;
}): boolean => leaving === 'awaited' || (state.stands && !state.preWired);

/** Was a gate that is leaving asked, and nothing heard that could tell? */
export const isUnanswered = (
  { key, leaving }: { readonly key: GateKey; readonly leaving: Leaving | undefined },
  { proofs }: Observed,
): boolean => leaving !== undefined && proofs.get(key)?.verdict === 'Unproven';
