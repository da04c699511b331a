import { dataKeys, fieldManager, names } from '../../api/names.ts';
import { classesOf } from '../classes.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { Clock } from '../../kube/clock.ts';
import { isKubeError } from '../../kube/errors.ts';
import type { KubeObject, ObjectDraft } from '../../kube/objects.ts';
import { resources } from '../../kube/resources.ts';
import type { Resource } from '../../kube/resources.ts';
import type { Store } from '../../kube/store.ts';
import type { OperatorConfig } from '../config.ts';
import type { World } from '../world.ts';
import type { FleetObserved, FleetOperation, FleetSettings } from './desired.ts';
import { configLabels, fleetOperations } from './desired.ts';
import { KeyKeeper } from './key-keeper.ts';
import type { ResponderTemplate, TemplateObject } from './template.ts';

export interface FleetOptions {
  readonly client: KubeClient;
  readonly world: World;
  readonly config: OperatorConfig;
  readonly template: ResponderTemplate;
  readonly installNamespace: string;
  readonly clock: Clock;
  /** Does every responder that visitors may meet hold this key? */
  readonly isListed: (keyId: string) => boolean;
}

/** Keeps the responder as the chart wants it: creates, repairs and rolls it. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #manager: string;
  /** The version that our last apply of an object made: applying again would change nothing. */
  readonly #applied = new Map<string, string>();
  readonly #keeper: KeyKeeper;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#manager = fieldManager(options.installNamespace);
    this.#keeper = new KeyKeeper({ ...options, rotationHours: options.config.keyRotationHours });
  }

  /**
   * Brings the responder nearer to what it should be. Running it again changes nothing.
   * @returns when time alone asks to look again
   */
  async reconcile(): Promise<Temporal.Instant | undefined> {
    const errors: unknown[] = [];
    let wakeAt: Temporal.Instant | undefined;
    try {
      // First: responders mount them.
      wakeAt = await this.#keeper.keep();
    } catch (error) {
      errors.push(error);
    }
    const observed = this.#observe();
    for (const operation of fleetOperations(observed, this.#settings())) {
      try {
        await this.#carry(operation);
      } catch (error) {
        // One object that can not be had must not keep back the others.
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, errors.map(String).join('; '));
    return wakeAt;
  }

  #settings(): FleetSettings {
    const { config, template, world } = this.#options;
    const { served, configs } = classesOf(world, config);
    return {
      template,
      clusterIP: config.responder.clusterIP,
      clusterCIDRs: config.clusterCIDRs,
      classes: served.values(),
      configs,
    };
  }

  #observe(): FleetObserved {
    const { world, installNamespace: namespace } = this.#options;
    const responder = { namespace, name: names.responder };
    const config = (name: string, key: string): string | undefined =>
      world.configMaps.find({ namespace, name })?.data?.[key];
    return {
      namespace,
      deployment: world.deployments.find(responder),
      service: world.services.find(responder),
      disruptionBudget: world.disruptionBudgets.find(responder),
      state: { clusterIP: config(names.state, 'clusterIP') },
      network: config(names.network, dataKeys.network),
      nodes: world.nodes.list(),
    };
  }

  async #carry(operation: FleetOperation): Promise<void> {
    const { world, installNamespace: namespace } = this.#options;
    switch (operation.kind) {
      case 'ApplyConfig': {
        const { name, role, data } = operation;
        const metadata = { name, namespace, labels: configLabels(namespace, role) };
        await this.#apply(resources.configMaps, world.configMaps, {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata,
          data,
        });
        return;
      }
      case 'ApplyTemplate':
        try {
          await this.#applyTemplate(operation.object);
        } catch (error) {
          if (operation.otherwise === undefined || !isKubeError(error, 'Invalid')) throw error;
          await this.#applyTemplate(operation.otherwise);
        }
    }
  }

  /** Deletes a replica that stays behind the others: its Deployment makes a new one. */
  async replace(pod: string): Promise<void> {
    const { client, installNamespace: namespace } = this.#options;
    await client.delete(resources.pods, { namespace, name: pod });
  }

  async #applyTemplate(object: TemplateObject): Promise<void> {
    const { world } = this.#options;
    switch (object.kind) {
      case 'Deployment':
        return this.#put(resources.deployments, world.deployments, object);
      case 'Service':
        return this.#put(resources.services, world.services, object);
      case 'PodDisruptionBudget':
        return this.#put(resources.podDisruptionBudgets, world.disruptionBudgets, object);
    }
  }

  /** Applies one object, unless the version that stands is the one that applying the same already made. */
  async #put<T extends KubeObject>(
    resource: Resource<T>,
    store: Store<T>,
    object: TemplateObject,
  ): Promise<void> {
    const live = store.find(object.metadata)?.metadata.resourceVersion;
    if (live !== undefined && this.#applied.get(object.kind) === live) return;
    const applied = await this.#apply(resource, store, { ...object });
    this.#applied.set(object.kind, applied.metadata.resourceVersion);
  }

  async #apply<T extends KubeObject>(resource: Resource<T>, store: Store<T>, body: ObjectDraft): Promise<T> {
    const before = store.find(body.metadata);
    const options = { fieldManager: this.#manager, force: true };
    const answer = await this.#options.client.apply(resource, body, options);
    store.confirm(before, answer);
    return answer;
  }
}
