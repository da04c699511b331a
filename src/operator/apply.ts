import type { MaintenanceWindow } from '../api/generated/maintenance-window.ts';
import { gateKey } from '../api/ingress.ts';
import { apiVersion, dataKeys, fieldManager, kind, labels, names, roles } from '../api/names.ts';
import { drivers } from '../gates/drivers.ts';
import type { JsonPatch, KubeClient } from '../kube/client.ts';
import { isKubeError } from '../kube/errors.ts';
import type { Ingress, KubeEvent } from '../kube/kinds.ts';
import { resources } from '../kube/resources.ts';
import { encodePolicy } from '../policy/encode.ts';
import { inParallel } from './in-parallel.ts';
import type { WriteFailure, WriteFailures, WriteKey } from './decide/observed.ts';
import { policyKey } from './decide/observed.ts';
import type {
  Annotations,
  EventIntent,
  IngressReference,
  ObjectReference,
  Operation,
  Plan,
  StatusUpdate,
  WindowReference,
} from './decide/plan.ts';
import { gateObjectResources } from './gate-objects.ts';
import type { World } from './world.ts';
import { gateFailure, policyFailure } from './write-failure.ts';

/** Tells people of a transition; never fails its caller. */
export type EventSink = (regarding: KubeEvent['regarding'], event: EventIntent) => void;

export interface ApplierOptions {
  readonly client: KubeClient;
  readonly world: World;
  readonly installNamespace: string;
  readonly events: EventSink;
}

/** What came of a plan: `errors` are to be tried again, `failures` are also shown in the windows' status. */
export interface Outcome {
  readonly errors: readonly unknown[];
  readonly failures: WriteFailures;
  /** What was carried out. */
  readonly done: readonly Operation[];
}

/** Writes at once: the API server's own limits are far above, an ingress controller sees one burst. */
const parallelWrites = 8;

/**
 * The order in which a plan is carried out. What a write needs to stand before it was checked by deciding, so a write that
 * fails keeps back no other: a gate that can not be put on must not leave its neighbours open.
 */
const phases: readonly (readonly Operation['kind'][])[] = [
  ['ApplyPolicy', 'ApplyGateObject', 'DeletePolicy'],
  ['TakeGate', 'PutGate'],
  ['DeleteGateObject', 'DeleteWindow'],
];

/** Carries plans out. The only place that writes to Ingresses and windows. */
export class Applier {
  readonly #options: ApplierOptions;
  readonly #manager: string;

  constructor(options: ApplierOptions) {
    this.#options = options;
    this.#manager = fieldManager(options.installNamespace);
  }

  /**
   * Carries out a plan as far as it goes; each failure is in the outcome.
   * @param isOvertaken is there a newer wish? Then what has not begun is left: thousands of writes must not hold up the word
   * of a person who ends or suspends a window, and whoever decides next finds what is left
   */
  async carryOut(
    plan: Pick<Plan, 'operations' | 'statuses'>,
    isOvertaken: () => boolean = () => false,
  ): Promise<Outcome> {
    const errors: unknown[] = [];
    const failures = new Map<WriteKey, WriteFailure>();
    const done: Operation[] = [];
    for (const kinds of phases) {
      const operations = plan.operations.filter((operation) => kinds.includes(operation.kind));
      await inParallel(operations, parallelWrites, async (operation) => {
        if (isOvertaken()) return;
        try {
          await this.#carry(operation);
          done.push(operation);
        } catch (error) {
          errors.push(error);
          const told = this.#failureOf(operation, error);
          if (told?.failure !== undefined) failures.set(told.key, told.failure);
        }
      });
    }
    await inParallel(plan.statuses, parallelWrites, async (update) => {
      if (isOvertaken()) return;
      try {
        await this.#writeStatus(update);
      } catch (error) {
        if (!isKubeError(error, 'NotFound')) errors.push(error);
      }
    });
    return { errors, failures, done };
  }

  /** Whom a failed write concerns, and what to tell; undefined: nobody. */
  #failureOf(
    operation: Operation,
    error: unknown,
  ): { readonly key: WriteKey; readonly failure: WriteFailure | undefined } | undefined {
    switch (operation.kind) {
      case 'ApplyPolicy': {
        const { uid } = operation.policy.window;
        const configMap = `${this.#options.installNamespace}/${names.policy(uid)}`;
        return { key: policyKey(uid), failure: policyFailure(configMap, error) };
      }
      case 'ApplyGateObject':
        return { key: operation.gate, failure: gateFailure(operation.gate, error) };
      case 'PutGate':
      case 'TakeGate': {
        const key = gateKey(operation.ingress.namespace, operation.ingress.name);
        return { key, failure: gateFailure(key, error) };
      }
      case 'DeletePolicy':
      case 'DeleteWindow':
      case 'DeleteGateObject':
        return undefined;
    }
  }

  async #carry(operation: Operation): Promise<void> {
    switch (operation.kind) {
      case 'ApplyPolicy':
        return this.#applyPolicy(operation);
      case 'DeletePolicy':
        return this.#deletePolicy(operation.windowUid);
      case 'DeleteWindow':
        return this.#deleteWindow(operation.window);
      case 'ApplyGateObject':
        return this.#applyObject(operation.object);
      case 'DeleteGateObject':
        return this.#deleteObject(operation.object);
      case 'PutGate':
        return this.#putGate(operation.ingress, operation.annotations);
      case 'TakeGate':
        return this.#takeGate(operation.ingress, operation.annotations);
    }
  }

  async #applyPolicy({ policy, acceptedSpec }: Extract<Operation, { kind: 'ApplyPolicy' }>): Promise<void> {
    const { client, world, installNamespace } = this.#options;
    const body = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: names.policy(policy.window.uid),
        namespace: installNamespace,
        labels: {
          [labels.install]: installNamespace,
          [labels.role]: roles.policy,
          [labels.windowNamespace]: policy.window.namespace,
        },
      },
      data: {
        [dataKeys.policy]: encodePolicy(policy).json,
        [dataKeys.acceptedSpec]: JSON.stringify(acceptedSpec),
      },
    };
    const before = world.configMaps.find(body.metadata);
    const options = { fieldManager: this.#manager, force: true };
    world.configMaps.confirm(before, await client.apply(resources.configMaps, body, options));
  }

  async #deletePolicy(windowUid: string): Promise<void> {
    const { client, installNamespace } = this.#options;
    await ignoringNotFound(
      client.delete(resources.configMaps, { namespace: installNamespace, name: names.policy(windowUid) }),
    );
  }

  /** Only as it was read: who edits a window that is about to go keeps it. */
  async #deleteWindow({ uid, resourceVersion, ...ref }: WindowReference): Promise<void> {
    const { client } = this.#options;
    await ignoringNotFound(client.delete(resources.maintenanceWindows, ref, { uid, resourceVersion }));
  }

  async #applyObject(object: Extract<Operation, { kind: 'ApplyGateObject' }>['object']): Promise<void> {
    const { client, world } = this.#options;
    const store = world.gateObjects[object.kind];
    const before = store.find(object.metadata);
    const options = { fieldManager: this.#manager, force: true };
    store.confirm(before, await client.apply(gateObjectResources[object.kind], { ...object }, options));
  }

  async #deleteObject({ kind, namespace, name, uid }: ObjectReference): Promise<void> {
    const { client } = this.#options;
    await ignoringNotFound(client.delete(gateObjectResources[kind], { namespace, name }, { uid }));
  }

  /** Only annotations, only ours, and never by force: what git or a person set stays theirs (design D5). */
  async #putGate(reference: IngressReference, annotations: Annotations): Promise<void> {
    const { client, world } = this.#options;
    const body = ingressDraft({ ...reference, annotations });
    const apply = async (): Promise<Ingress> =>
      client.apply(resources.ingresses, body, { fieldManager: this.#manager });
    const before = world.ingresses.find(reference);
    try {
      world.ingresses.confirm(before, await apply());
    } catch (error) {
      // A copied manifest brought a gate of another Ingress along: that value is nobody's wish.
      if (!isKubeError(error, 'FieldManagerConflict')) throw error;
      const live = await client.get(resources.ingresses, reference);
      if (Object.keys(copiedGate(live, annotations)).length === 0) throw error;
      await this.#removeCopied(live, annotations);
      await apply();
    }
  }

  /** Applying the empty set takes exactly our keys; what is ours only by content then goes by a tested patch. */
  async #takeGate(reference: IngressReference, annotations: Annotations): Promise<void> {
    const { client, world } = this.#options;
    const before = world.ingresses.find(reference);
    const options = { fieldManager: this.#manager };
    const left = await client.apply(resources.ingresses, ingressDraft(reference), options);
    world.ingresses.confirm(before, await this.#removeCopied(left, annotations));
  }

  /** Takes away what is ours by content and not by manager, unless it changed meanwhile. */
  async #removeCopied(live: Ingress, annotations: Annotations): Promise<Ingress> {
    const patch: JsonPatch = Object.entries(copiedGate(live, annotations)).flatMap(([key, value]) => {
      const path = `/metadata/annotations/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      return [
        { op: 'test' as const, path, value },
        { op: 'remove' as const, path },
      ];
    });
    if (patch.length === 0) return live;
    return this.#options.client.jsonPatch(resources.ingresses, live.metadata, patch);
  }

  async #writeStatus({ window, status, events }: StatusUpdate): Promise<void> {
    const { client, world } = this.#options;
    const { namespace, name, uid } = window;
    const before = world.windows.find(window);
    const live = await client.apply(
      resources.maintenanceWindows,
      { apiVersion, kind, metadata: { namespace, name, uid }, status },
      { fieldManager: this.#manager, force: true, subresource: 'status' },
    );
    // What the API server returns is a window by the CRD's schema.
    world.windows.confirm(before, live as typeof live & MaintenanceWindow);
    for (const event of events) this.#options.events({ apiVersion, kind, namespace, name, uid }, event);
  }
}

/** What an Ingress carries of ours among these keys, unless git holds it there for good. */
function copiedGate(live: Ingress, annotations: Annotations): Annotations {
  const found = Object.values(drivers)
    .map((driver) => driver.read(live))
    .filter(({ preWired }) => !preWired)
    .flatMap((state) => Object.entries(state.annotations));
  return Object.fromEntries(found.filter(([key]) => annotations[key] !== undefined));
}

/** What is applied to an Ingress: never more than annotations. */
export const ingressDraft = (
  metadata: IngressReference & { readonly annotations?: Annotations },
): { apiVersion: string; kind: string; metadata: typeof metadata } => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata,
});

async function ignoringNotFound(call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isKubeError(error, 'NotFound')) throw error;
  }
}
