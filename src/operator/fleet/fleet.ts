import { randomBytes } from 'node:crypto';
import { encodeKeys, keysFile } from '../../access/keys.ts';
import { dataKeys, fieldManager, labels, names } from '../../api/names.ts';
import { servedClasses } from '../../gates/drivers.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { KubeObject } from '../../kube/objects.ts';
import { resources } from '../../kube/resources.ts';
import type { Resource } from '../../kube/resources.ts';
import type { Store } from '../../kube/store.ts';
import type { OperatorConfig } from '../config.ts';
import type { World } from '../world.ts';
import type { FleetObserved, FleetOperation, FleetSettings } from './desired.ts';
import { configLabels, fleetOperations } from './desired.ts';
import type { ResponderTemplate, TemplateObject } from './template.ts';

export interface FleetOptions {
  readonly client: KubeClient;
  readonly world: World;
  readonly config: OperatorConfig;
  readonly template: ResponderTemplate;
  readonly installNamespace: string;
}

const keyBytes = 32;

/** Keeps the responder as the chart wants it: creates, repairs and rolls it. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #manager: string;
  /** The version that our last apply of an object made: applying again would change nothing. */
  readonly #applied = new Map<string, string>();

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#manager = fieldManager(options.installNamespace);
  }

  /** Brings the responder nearer to what it should be. Running it again changes nothing. */
  async reconcile(): Promise<void> {
    for (const operation of fleetOperations(this.#observe(), this.#settings())) await this.#carry(operation);
  }

  #settings(): FleetSettings {
    const { config, template, world } = this.#options;
    const classes = servedClasses({
      settings: config.ingressControllers,
      classes: world.ingressClasses.list(),
    });
    return {
      template,
      clusterIP: config.responder.clusterIP,
      clusterCIDRs: config.clusterCIDRs,
      classes: classes.values(),
    };
  }

  #observe(): FleetObserved {
    const { world, installNamespace: namespace } = this.#options;
    const responder = { namespace, name: names.responder };
    const keys = world.secrets.find({ namespace, name: names.keys })?.data?.[keysFile];
    const config = (name: string, key: string): string | undefined =>
      world.configMaps.find({ namespace, name })?.data?.[key];
    return {
      namespace,
      deployment: world.deployments.find(responder),
      service: world.services.find(responder),
      disruptionBudget: world.disruptionBudgets.find(responder),
      keys: keys === undefined ? undefined : Buffer.from(keys, 'base64').toString('utf8'),
      state: { clusterIP: config(names.state, 'clusterIP') },
      network: config(names.network, dataKeys.network),
      nodes: world.nodes.list(),
    };
  }

  async #carry(operation: FleetOperation): Promise<void> {
    const { client, world, installNamespace: namespace } = this.#options;
    const options = { fieldManager: this.#manager, force: true };
    switch (operation.kind) {
      case 'CreateKeys': {
        const key = { id: randomBytes(4).toString('hex'), key: randomBytes(keyBytes) };
        const data = { [keysFile]: Buffer.from(encodeKeys({ current: key })).toString('base64') };
        const metadata = { name: names.keys, namespace, labels: { [labels.install]: namespace } };
        const body = { apiVersion: 'v1', kind: 'Secret', metadata, data };
        world.secrets.upsert(await client.apply(resources.secrets, body, options));
        return;
      }
      case 'ApplyConfig': {
        const { name, role, data } = operation;
        const metadata = { name, namespace, labels: configLabels(namespace, role) };
        const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
        world.configMaps.upsert(await client.apply(resources.configMaps, body, options));
        return;
      }
      case 'ApplyTemplate':
        return this.#applyTemplate(operation.object);
    }
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
    const options = { fieldManager: this.#manager, force: true };
    const applied = await this.#options.client.apply(resource, { ...object }, options);
    store.upsert(applied);
    this.#applied.set(object.kind, applied.metadata.resourceVersion);
  }
}
