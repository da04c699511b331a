import type { MaintenanceWindow } from '../api/generated/maintenance-window.ts';
import { gateKey } from '../api/ingress.ts';
import { apiVersion, dataKeys, fieldManager, kind, labels, names, roles } from '../api/names.ts';
import type { KubeClient } from '../kube/client.ts';
import { isKubeError } from '../kube/errors.ts';
import type { KubeEvent } from '../kube/kinds.ts';
import { resources } from '../kube/resources.ts';
import { encodePolicy } from '../policy/encode.ts';
import { inParallel } from './in-parallel.ts';
import type { WriteFailure, WriteFailures, WriteKey } from './decide/observed.ts';
import { policyKey } from './decide/observed.ts';
import type {
  EventIntent,
  GatePut,
  GateTake,
  ObjectReference,
  Operation,
  Plan,
  StatusUpdate,
  WindowReference,
} from './decide/plan.ts';
import { gateObjectResources } from './gate-objects.ts';
import { putGate, takeGate } from './gate-write.ts';
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
        return this.#putGate(operation);
      case 'TakeGate':
        return this.#takeGate(operation);
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

  async #putGate(put: GatePut): Promise<void> {
    const { client, world } = this.#options;
    const before = world.ingresses.find(put.ingress);
    const after = await putGate(client, put, { fieldManager: this.#manager });
    if (after !== undefined) world.ingresses.confirm(before, after);
  }

  async #takeGate(take: GateTake): Promise<void> {
    const { client, world } = this.#options;
    const before = world.ingresses.find(take.ingress);
    world.ingresses.confirm(before, await takeGate(client, take, { fieldManager: this.#manager }));
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

async function ignoringNotFound(call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isKubeError(error, 'NotFound')) throw error;
  }
}
