import type { GateObject } from '../../gates/driver.ts';
import { drivers } from '../../gates/drivers.ts';
import { isBefore } from '../../schedule/occurrence.ts';
import { contains } from './contains.ts';
import type { Gate } from './gates.ts';
import type { Observed, ObservedObject } from './observed.ts';
import type { IngressReference, Operation } from './plan.ts';
import type { DesiredPolicy } from './policies.ts';

/** What is to happen to one gate now; `wait` says in words what for. */
export type GateAction =
  | { readonly kind: 'none' | 'put' | 'take' }
  | { readonly kind: 'wait'; readonly reason: WaitReason; readonly message: string };

export type WaitReason = 'PoliciesNotLoaded' | 'GatesWithdrawn' | 'Settling' | 'ResponderNotReady';

const wait = (reason: WaitReason, message: string): GateAction => ({ kind: 'wait', reason, message });

const objectFact = ({ kind, metadata }: ObservedObject): string =>
  `object:${kind}/${metadata.name}/${metadata.uid}`;
const idleFact = ({ kind, metadata }: ObservedObject): string =>
  `idle:${kind}/${metadata.name}/${metadata.uid}`;

/** Has a fact held for the settling time? Then every controller that watches has seen it. */
function settledAt(fact: string, observed: Observed): Temporal.Instant {
  return (observed.since.get(fact) ?? observed.now).add({ seconds: observed.settings.settleSeconds });
}

const objectId = ({ kind, metadata }: GateObject): string => `${kind}/${metadata.name}`;

const liveObject = (object: GateObject, observed: Observed): ObservedObject | undefined => {
  const live = observed.objects.get(objectId(object));
  return live?.metadata.deletionTimestamp === undefined ? live : undefined;
};

const isInPlace = (object: GateObject, observed: Observed): boolean => {
  const live = liveObject(object, observed);
  return live !== undefined && contains(live, object);
};

function loadedByAll(gate: Gate, observed: Observed, desired: ReadonlyMap<string, DesiredPolicy>): boolean {
  return gate.windows.every(({ window }) => {
    const policy = desired.get(window.metadata.uid);
    return policy === undefined || observed.responder.loaded(window.metadata.uid, policy.revision);
  });
}

function settling(gate: Gate, observed: Observed): boolean {
  if (gate.outcome === undefined || !('plan' in gate.outcome)) return false;
  return gate.outcome.plan.objects.some((object) => {
    const live = liveObject(object, observed);
    return live === undefined || isBefore(observed.now, settledAt(objectFact(live), observed));
  });
}

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
  if (gate.outcome === undefined) {
    return wait('ResponderNotReady', 'The responder has no address yet: its Service is being made.');
  }
  if ('refusal' in gate.outcome)
    return { kind: carries && gate.outcome.refusal.reason !== 'Conflict' ? 'take' : 'none' };
  const { health } = observed.responder;
  if (gate.wanted === 'armed' && (health === 'down' || health === 'recovering')) {
    if (carries) return { kind: 'take' };
    return wait(
      'GatesWithdrawn',
      'No responder answers, so sites that should be open are left without a gate.',
    );
  }
  if (gate.on) return { kind: 'none' };
  if (settling(gate, observed)) {
    return wait(
      'Settling',
      `Waiting ${observed.settings.settleSeconds} s for the ingress controller to see the gate's objects.`,
    );
  }
  const blind = gate.wanted === 'closed' && health === 'down';
  if (!blind && !loadedByAll(gate, observed, desired)) {
    return wait('PoliciesNotLoaded', 'Waiting for every responder to load the policy.');
  }
  return { kind: 'put' };
}

const referenceOf = ({ ingress: { metadata } }: Gate): IngressReference => ({
  namespace: metadata.namespace,
  name: metadata.name,
  uid: metadata.uid,
});

/** The writes that the actions ask for on Ingresses. */
export function gateOperations(actions: ReadonlyMap<Gate, GateAction>): readonly Operation[] {
  const operations: Operation[] = [];
  for (const [gate, action] of actions) {
    if (action.kind === 'take') {
      operations.push({ kind: 'TakeGate', ingress: referenceOf(gate), annotations: gate.state.annotations });
    }
    if (action.kind === 'put' && gate.outcome !== undefined && 'plan' in gate.outcome) {
      operations.push({
        kind: 'PutGate',
        ingress: referenceOf(gate),
        annotations: gate.outcome.plan.annotations,
      });
    }
  }
  return operations;
}

/** The objects that gates need: made before an annotation names them, deleted a settling time after none does. */
export function objectOperations(
  gates: readonly Gate[],
  observed: Observed,
): {
  readonly before: readonly Operation[];
  readonly after: readonly Operation[];
  readonly facts: ReadonlySet<string>;
} {
  const before = new Map<string, Operation>();
  const needed = new Set<string>();
  const referred = new Set(gates.flatMap(({ state }) => state.references));
  for (const gate of gates) {
    if (gate.outcome === undefined || !('plan' in gate.outcome)) continue;
    if (gate.wanted === undefined && !gate.state.preWired) continue;
    for (const object of gate.outcome.plan.objects) {
      const id = objectId(object);
      needed.add(id);
      if (!isInPlace(object, observed)) before.set(id, { kind: 'ApplyGateObject', object, gate: gate.key });
    }
  }
  const facts = new Set<string>();
  const after: Operation[] = [];
  for (const object of observed.objects.values()) {
    const { apiVersion, kind, metadata } = object;
    facts.add(objectFact(object));
    const isReferred = Object.values(drivers).some((driver) => referred.has(driver.reference(metadata)));
    if (needed.has(objectId(object)) || isReferred || metadata.deletionTimestamp !== undefined) continue;
    const fact = idleFact(object);
    facts.add(fact);
    if (isBefore(observed.now, settledAt(fact, observed))) continue;
    const { namespace, name, uid } = metadata;
    after.push({ kind: 'DeleteGateObject', object: { apiVersion, kind, namespace, name, uid } });
  }
  return { before: [...before.values()], after, facts };
}

/** When a settling time that is running now will be over: the next instant at which objects can change the plan. */
export function settlesAt(facts: ReadonlySet<string>, observed: Observed): Temporal.Instant | undefined {
  const ahead = [...facts]
    .map((fact) => settledAt(fact, observed))
    .filter((at) => isBefore(observed.now, at));
  return ahead.toSorted(Temporal.Instant.compare)[0];
}
