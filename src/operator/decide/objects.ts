import type { GateObject } from '../../gates/driver.ts';
import { drivers } from '../../gates/drivers.ts';
import { contains } from './contains.ts';
import { hasHeld, idleFact, objectFact } from './facts.ts';
import type { Gate } from './gates.ts';
import { plannedOf, readAll } from './gates.ts';
import type { Observed, ObservedObject } from './observed.ts';
import type { Operation } from './plan.ts';

const ids = new WeakMap<GateObject, string>();

const objectId = (object: GateObject): string =>
  ids.getOrInsertComputed(object, ({ kind, metadata }) => `${kind}/${metadata.name}`);

const objectsOf = ({ outcome }: Gate): readonly GateObject[] => plannedOf(outcome)?.plan.objects ?? [];

const liveObject = (object: GateObject, observed: Observed): ObservedObject | undefined => {
  const live = observed.objects.get(objectId(object));
  return live?.metadata.deletionTimestamp === undefined ? live : undefined;
};

/** What each object of a plan was last compared with: both stay the same objects while nothing changes. */
const compared = new WeakMap<GateObject, { readonly live: ObservedObject; readonly isIn: boolean }>();

function isInPlace(object: GateObject, observed: Observed): boolean {
  const live = liveObject(object, observed);
  if (live === undefined) return false;
  const before = compared.get(object);
  if (before?.live === live) return before.isIn;
  const isIn = contains(live, object);
  compared.set(object, { live, isIn });
  return isIn;
}

/** Is an object of this gate missing, or so new that its controller may not have seen it? */
export function isSettling(gate: Gate, observed: Observed): boolean {
  return objectsOf(gate).some((object) => {
    const live = liveObject(object, observed);
    return live === undefined || !hasHeld(objectFact(live), observed);
  });
}

/** What to write for the objects that gates need. */
export interface ObjectOperations {
  /** Before any annotation is written. */
  readonly before: readonly Operation[];
  /** After all annotations are. */
  readonly after: readonly Operation[];
  /** What holds of the objects now: how long it has held decides what may follow. */
  readonly facts: ReadonlySet<string>;
}

/**
 * The objects that gates need: made before an annotation names them, and deleted a settling time after none does and their
 * controller was seen to go without them (design §5).
 */
export function objectOperations(gates: readonly Gate[], observed: Observed): ObjectOperations {
  const { needed, before } = neededObjects(gates, observed);
  const awaited = new Set(
    gates.filter(({ leaving }) => leaving === 'awaited').flatMap((gate) => objectsOf(gate).map(objectId)),
  );
  // Of all Ingresses: one that is no gate of ours, because it mixes ours with others', names them all the same.
  const referred = new Set(observed.ingresses.flatMap((ingress) => readAll(ingress).references));
  const facts = new Set<string>();
  const after: Operation[] = [];
  for (const [id, object] of observed.objects) {
    facts.add(objectFact(object));
    const { kind, metadata } = object;
    const isNeeded = needed.has(id) || awaited.has(id);
    if (isNeeded || metadata.deletionTimestamp !== undefined) continue;
    if (isReferred(object, referred)) continue;
    const fact = idleFact(object);
    facts.add(fact);
    if (!hasHeld(fact, observed)) continue;
    const { namespace, name, uid } = metadata;
    after.push({ kind: 'DeleteGateObject', object: { kind, namespace, name, uid } });
  }
  return { before, after, facts };
}

const isReferred = ({ kind, metadata }: GateObject, referred: ReadonlySet<string>): boolean =>
  Object.values(drivers).some((driver) => {
    const reference = driver.reference({ kind, namespace: metadata.namespace, name: metadata.name });
    return reference !== undefined && referred.has(reference);
  });

/** A pre-wired Ingress names its objects for good, so they stand for good too. */
const needsObjects = (gate: Gate): boolean => gate.wanted !== undefined || gate.state.preWired;

function neededObjects(
  gates: readonly Gate[],
  observed: Observed,
): { readonly needed: ReadonlySet<string>; readonly before: readonly Operation[] } {
  const before = new Map<string, Operation>();
  const needed = new Set<string>();
  for (const gate of gates.filter(needsObjects)) {
    for (const object of objectsOf(gate)) {
      const id = objectId(object);
      // What several gates share is the same for all of them.
      if (needed.has(id)) continue;
      needed.add(id);
      if (!isInPlace(object, observed)) before.set(id, { kind: 'ApplyGateObject', object, gate: gate.key });
    }
  }
  return { needed, before: [...before.values()] };
}
