import type { GateKey } from '../api/ingress.ts';
import { fieldManager } from '../api/names.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Clock } from '../kube/clock.ts';
import { isKubeError } from '../kube/errors.ts';
import type { Ingress } from '../kube/kinds.ts';
import type { ManagedFieldsEntry, ObjectRef } from '../kube/objects.ts';
import { refOf } from '../kube/objects.ts';
import { resources } from '../kube/resources.ts';
import { gateKey } from '../api/ingress.ts';
import type { Annotations, Operation, Plan, WantedGate } from './decide/plan.ts';
import type { Revert, Reverter } from './decide/observed.ts';
import { forgottenAfterSeconds, pauseSeconds, revertedAmong } from './decide/reverts.ts';
import { inParallel } from './in-parallel.ts';

export interface RevertMemoryOptions {
  readonly client: KubeClient;
  readonly installNamespace: string;
  readonly clock: Clock;
}

/** A gate that stood when it was last looked at. */
interface Stood extends WantedGate {
  /** Since when it is known to stand, by the wall clock: field managers' times are compared with it. */
  readonly since: Temporal.Instant;
}

interface Recorded {
  readonly uid: string;
  readonly by: Reverter;
  readonly keys: readonly string[];
  readonly times: number;
  /** Of the last one, in monotonic milliseconds. */
  readonly at: number;
}

const readsAtOnce = 8;
/** The times of field managers are whole seconds of another clock. */
const toleranceSeconds = 2;

/**
 * Remembers which gates stood, and so sees that somebody else took one off or changed it, and who that was. Nothing of it
 * is kept anywhere else: after a restart the first revert counts as the first again.
 */
export class RevertMemory {
  readonly #options: RevertMemoryOptions;
  readonly #ours: string;
  /** By namespace. */
  readonly #stood = new Map<string, ReadonlyMap<GateKey, Stood>>();
  readonly #recorded = new Map<GateKey, Recorded>();

  constructor(options: RevertMemoryOptions) {
    this.#options = options;
    this.#ours = fieldManager(options.installNamespace);
  }

  /** What deciding on a namespace has to know now. */
  view(namespace: string, now: Temporal.Instant): ReadonlyMap<GateKey, Revert> {
    const nowMs = this.#options.clock.monotonic();
    const after = (at: number, seconds: number): Temporal.Instant =>
      now.add({ milliseconds: Math.ceil(at + seconds * 1000 - nowMs) });
    const ofNamespace = [...this.#recorded].filter(([gate]) => gate.startsWith(`${namespace}/`));
    return new Map(
      ofNamespace.map(([gate, { by, keys, times, at }]) => [
        gate,
        {
          by,
          keys,
          againAt: after(at, pauseSeconds(times)),
          forgottenAt: after(at, forgottenAfterSeconds),
        },
      ]),
    );
  }

  /** Compares with what stood. @returns true when somebody undid something: then it is time to decide again. */
  async notice(namespace: string, wanted: Plan['wanted']): Promise<boolean> {
    const stood = this.#stood.get(namespace) ?? new Map<GateKey, Stood>();
    let isNews = false;
    await inParallel(revertedAmong(stood, wanted), readsAtOnce, async ({ gate }) => {
      const before = stood.get(gate);
      const live = await this.#read(refOf(gate));
      // The store may be behind: what counts is what stands.
      if (before === undefined || live === 'gone' || (live !== undefined && carries(live, before))) return;
      isNews = true;
      this.#record(before, live);
    });
    return isNews;
  }

  /** To be told what was decided, and what of it was done. */
  remember(namespace: string, { wanted }: Pick<Plan, 'wanted'>, done: readonly Operation[]): void {
    const before = this.#stood.get(namespace);
    const now = this.#options.clock.now();
    const put = new Map(
      done.flatMap((operation) =>
        operation.kind === 'PutGate'
          ? [[gateKey(operation.ingress.namespace, operation.ingress.name), operation.annotations] as const]
          : [],
      ),
    );
    const standing = wanted.flatMap((gate): Stood[] => {
      const annotations: Annotations | undefined =
        put.get(gate.gate) ?? (gate.on ? gate.annotations : undefined);
      if (annotations === undefined) return [];
      const known = before?.get(gate.gate);
      const since = known?.uid === gate.uid && !put.has(gate.gate) ? known.since : now;
      return [{ ...gate, annotations, since }];
    });
    this.#stood.set(namespace, new Map(standing.map((gate) => [gate.gate, gate])));
    this.#forget(namespace, wanted);
  }

  /** What is old news: but who wrote over a gate is told for as long as it can not go on again. */
  #forget(namespace: string, wanted: Plan['wanted']): void {
    const nowMs = this.#options.clock.monotonic();
    const undone = new Map(wanted.filter(({ on }) => !on).map(({ gate, uid }) => [gate, uid]));
    for (const [gate, { at, uid }] of this.#recorded) {
      if (!gate.startsWith(`${namespace}/`)) continue;
      const isOld = nowMs - at >= forgottenAfterSeconds * 1000;
      if (isOld && undone.get(gate) !== uid) this.#recorded.delete(gate);
    }
  }

  #record({ gate, uid, annotations, since }: Stood, live: Ingress | undefined): void {
    const before = this.#recorded.get(gate);
    const times = before?.uid === uid ? before.times + 1 : 1;
    const by = reverterOf(live?.metadata.managedFields ?? [], { ours: this.#ours, since });
    const at = this.#options.clock.monotonic();
    this.#recorded.set(gate, { uid, by, keys: Object.keys(annotations), times, at });
  }

  /** `gone`: there is none any more. undefined: the API server does not say, and the store is all there is. */
  async #read(ref: ObjectRef): Promise<Ingress | 'gone' | undefined> {
    try {
      return await this.#options.client.get(resources.ingresses, ref);
    } catch (error) {
      return isKubeError(error, 'NotFound') ? 'gone' : undefined;
    }
  }
}

const carries = ({ metadata }: Ingress, { uid, annotations }: Stood): boolean =>
  metadata.uid !== uid ||
  Object.entries(annotations).every(([key, value]) => metadata.annotations?.[key] === value);

const writesAnnotations = ({ subresource, fieldsV1 }: ManagedFieldsEntry): boolean => {
  const metadata = fieldsV1?.['f:metadata'];
  return (
    subresource === undefined &&
    typeof metadata === 'object' &&
    metadata !== null &&
    'f:annotations' in metadata
  );
};

/**
 * Who last wrote annotations of an object, ourselves apart. A write that only takes away leaves no entry, so an older
 * entry than the gate is a guess.
 */
export function reverterOf(
  entries: readonly ManagedFieldsEntry[],
  { ours, since }: { readonly ours: string; readonly since: Temporal.Instant },
): Reverter {
  const [last] = entries
    .filter((entry) => entry.manager !== ours && writesAnnotations(entry))
    .flatMap(({ manager, time }) =>
      manager === undefined || time === undefined ? [] : [{ manager, time: Temporal.Instant.from(time) }],
    )
    .toSorted((a, b) => Temporal.Instant.compare(b.time, a.time));
  if (last === undefined) return { manager: undefined, isCertain: false };
  const latest = last.time.add({ seconds: toleranceSeconds });
  return { manager: last.manager, isCertain: Temporal.Instant.compare(latest, since) >= 0 };
}
