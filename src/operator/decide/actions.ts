import { annotations } from '../../api/names.ts';
import type { Refusal } from '../../gates/driver.ts';
import { hasHeld, unloadedFact } from './facts.ts';
import type { Gate } from './gates.ts';
import { plannedOf } from './gates.ts';
import { isSettling } from './objects.ts';
import type { Observed } from './observed.ts';
import type { IngressReference, Operation, WantedGate } from './plan.ts';
import { putOf } from './plan.ts';
import type { DesiredPolicy } from './policies.ts';
import { isClosedByStored, isLoaded } from './policies.ts';
import { isPausing, revertMessage, revertOf } from './reverts.ts';

/** What is to happen to one gate now; `touch`: its controller is to read it again; `wait` says in words what for. */
export type GateAction =
  | { readonly kind: 'none' | 'put' | 'take' | 'touch' }
  | { readonly kind: 'wait'; readonly reason: WaitReason; readonly message: string };

export type WaitReason =
  | 'PoliciesNotLoaded'
  | 'GatesWithdrawn'
  | 'Settling'
  | 'ResponderNotReady'
  | 'Reverted';

const wait = (reason: WaitReason, message: string): GateAction => ({ kind: 'wait', reason, message });

/**
 * What to do with one gate. Design D10 in one place: before a start gates wait for responders and leave when these die;
 * from the start on closed beats pretty, so a gate goes on even when no responder is there to serve the page.
 */
export function actionOf(
  gate: Gate,
  observed: Observed,
  desired: ReadonlyMap<string, DesiredPolicy>,
): GateAction {
  const carries = Object.keys(gate.state.annotations).length > 0;
  if (gate.state.preWired) return { kind: 'none' };
  if (gate.wanted === undefined) return { kind: carries ? 'take' : 'none' };
  if (isWithdrawn(gate, observed)) {
    return carries
      ? { kind: 'take' }
      : wait('GatesWithdrawn', 'No responder answers, so sites that should be open are left without a gate.');
  }
  if (gate.outcome === undefined) {
    return wait('ResponderNotReady', 'The responder has no address yet: its Service is being made.');
  }
  if ('refusal' in gate.outcome) return { kind: mustGo(gate, gate.outcome.refusal) ? 'take' : 'none' };
  if (gate.on) return { kind: isOverlooked(gate, observed) ? 'touch' : 'none' };
  return pausing(gate, observed) ?? toPut(gate, observed, desired);
}

/** A gate that others keep taking off is not fought over without a breath. */
function pausing(gate: Gate, observed: Observed): GateAction | undefined {
  const revert = revertOf(gate, observed);
  if (revert === undefined || !isPausing(gate, observed)) return undefined;
  return wait('Reverted', revertMessage(gate, revert, observed));
}

/** Has its controller overlooked the gate, which is there? Changing the Ingress once cures that. */
function isOverlooked({ key, state, outcome }: Gate, { proofs }: Observed): boolean {
  const sign = plannedOf(outcome)?.driver.overlooks;
  return (
    sign !== undefined &&
    proofs.get(key)?.reason === sign &&
    state.annotations[annotations.touched] === undefined
  );
}

/** A refused gate that stands all the same: from the start on it stays, because taking it off would open the site. */
const mustGo = (gate: Gate, { reason }: Refusal): boolean =>
  gate.wanted === 'armed' && reason !== 'Conflict' && Object.keys(gate.state.annotations).length > 0;

/** Sites that should be open must not depend on responders that do not answer (design D10). */
const isWithdrawn = (gate: Gate, { responder: { health } }: Observed): boolean =>
  gate.wanted === 'armed' && (health === 'down' || health === 'recovering');

function toPut(gate: Gate, observed: Observed, desired: ReadonlyMap<string, DesiredPolicy>): GateAction {
  if (isSettling(gate, observed)) {
    const { settleSeconds } = observed.settings;
    return wait(
      'Settling',
      `Waiting ${settleSeconds} s for the ingress controller to see the gate's objects.`,
    );
  }
  if (!isLoaded(gate, observed, desired) && !mayBeBlind(gate, observed)) {
    return wait('PoliciesNotLoaded', 'Waiting for every responder to load the policy.');
  }
  return { kind: 'put' };
}

/**
 * From the start on, a responder that does not follow must not keep a site open: one that is current closes its share of the
 * visitors, and none at all closes them all. But some policy has to stand that closes it: without one, as when its write was
 * refused, responders take the gate for an orphan, and the site would be open behind it.
 */
const mayBeBlind = (gate: Gate, observed: Observed): boolean =>
  gate.wanted === 'closed' &&
  (observed.responder.health === 'down' ||
    (observed.responder.health === 'serving' && hasHeld(unloadedFact(gate), observed))) &&
  isClosedByStored(gate, observed);

const referenceOf = ({ ingress: { metadata } }: Gate): IngressReference => ({
  namespace: metadata.namespace,
  name: metadata.name,
  uid: metadata.uid,
});

/** The writes that the actions ask for on Ingresses. */
export function gateOperations(
  actions: ReadonlyMap<Gate, GateAction>,
  now: Temporal.Instant,
): readonly Operation[] {
  const operations: Operation[] = [];
  for (const [gate, action] of actions) {
    if (action.kind === 'take') {
      operations.push({ kind: 'TakeGate', ingress: referenceOf(gate), annotations: gate.state.annotations });
    }
    const planned = plannedOf(gate.outcome);
    if ((action.kind === 'put' || action.kind === 'touch') && planned !== undefined) {
      const { plan } = planned;
      const touched = action.kind === 'touch' ? { [annotations.touched]: now.toString() } : {};
      operations.push(
        putOf(referenceOf(gate), { ...plan, annotations: { ...plan.annotations, ...touched } }),
      );
    }
  }
  return operations;
}

/** What of each gate is to be remembered: whether somebody else changes it is seen the next time. */
export function wantedGates(actions: ReadonlyMap<Gate, GateAction>): readonly WantedGate[] {
  return [...actions].flatMap(([{ key, ingress, wanted, state, on }, { kind }]) =>
    wanted === undefined || state.preWired || kind === 'take'
      ? []
      : [{ gate: key, uid: ingress.metadata.uid, on, annotations: state.annotations }],
  );
}
