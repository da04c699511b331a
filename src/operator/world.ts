import type { MaintenanceWindow } from '../api/generated/maintenance-window.ts';
import { labels, names, roles } from '../api/names.ts';
import type { GateObjectKind } from '../gates/driver.ts';
import type { KubeClient, Selection } from '../kube/client.ts';
import type { ConfigMap, Deployment, Ingress, IngressClass, Node, Pod } from '../kube/kinds.ts';
import type { PodDisruptionBudget, Secret, Service } from '../kube/kinds.ts';
import type { KubeObject, NamespacedObject } from '../kube/objects.ts';
import { refOf } from '../kube/objects.ts';
import { Reflector } from '../kube/reflector.ts';
import type { ReflectorOptions } from '../kube/reflector.ts';
import { resources } from '../kube/resources.ts';
import type { Resource } from '../kube/resources.ts';
import { Store, withoutManagedFields } from '../kube/store.ts';
import type { LiveGateObject } from './gate-objects.ts';
import { gateObjectResources } from './gate-objects.ts';

/** A window as the API server returns it. */
export type LiveWindow = NamespacedObject & MaintenanceWindow;

export interface WorldOptions {
  readonly client: KubeClient;
  readonly installNamespace: string;
  /** Look at ConfigMaps that are labelled as templates, in all namespaces? */
  readonly watchTemplates: boolean;
  /** The kinds of the objects that gates are made of; others are not watched. */
  readonly gateObjectKinds: readonly GateObjectKind[];
  /** The ingress controllers' own ConfigMaps, by `namespace/name`. */
  readonly controllerConfigMaps: readonly string[];
  readonly onError: (error: unknown) => void;
}

type AnyReflector = Pick<
  Reflector<KubeObject>,
  'run' | 'relist' | 'hasSynced' | 'firstAnswer' | 'lastContact' | 'state'
>;

const namespaceIndex = {
  namespace: ({ metadata }: NamespacedObject): readonly string[] => [metadata.namespace],
};

/** The index of policies by the namespace of their window. */
const windowNamespaceIndex = {
  windowNamespace: ({ metadata }: ConfigMap): readonly string[] => {
    const namespace = metadata.labels?.[labels.windowNamespace];
    return namespace === undefined ? [] : [namespace];
  },
};

/** Everything that the operator watches, as it was last heard of: one store and one reflector for each resource. */
export class World {
  readonly windows: Store<LiveWindow>;
  readonly ingresses: Store<Ingress>;
  readonly ingressClasses: Store<IngressClass>;
  readonly nodes: Store<Node>;
  /**
   * The objects that gates are made of, each kind by itself: our Middlewares, and all Services of type ExternalName, for those of
   * others matter too.
   */
  readonly gateObjects: Readonly<Record<GateObjectKind, Store<LiveGateObject>>>;
  /** By `namespace/name`. */
  readonly controllerConfigs: ReadonlyMap<string, Store<ConfigMap>>;
  /** Our own, in the install's namespace. */
  readonly configMaps: Store<ConfigMap>;
  /** Those that windows may use as templates; undefined: not looked at. */
  readonly templates: Store<ConfigMap> | undefined;
  readonly secrets: Store<Secret>;
  readonly services: Store<Service>;
  readonly deployments: Store<Deployment>;
  readonly disruptionBudgets: Store<PodDisruptionBudget>;
  readonly pods: Store<Pod>;
  readonly #reflectors: AnyReflector[] = [];
  /** Of resources that the cluster may not have: it is waited for an answer, not for a list. */
  readonly #optional: AnyReflector[] = [];
  readonly #options: WorldOptions;

  constructor(options: WorldOptions) {
    this.#options = options;
    const namespace = options.installNamespace;
    const ours = `${labels.install}=${namespace}`;
    const named = (name: string): Selection => ({ namespace, fieldSelector: `metadata.name=${name}` });
    // The windows' spec and status are typed by the generated API, which kube does not know.
    const windows = resources.maintenanceWindows as Resource<LiveWindow>;
    this.windows = this.#watch(
      windows,
      new Store<LiveWindow>({ transform: withoutManagedFields, indexers: namespaceIndex }),
    );
    this.ingresses = this.#watch(
      resources.ingresses,
      new Store<Ingress>({ transform: withoutManagedFields, indexers: namespaceIndex }),
    );
    this.ingressClasses = this.#watch(
      resources.ingressClasses,
      new Store({ transform: withoutManagedFields }),
    );
    this.nodes = this.#watch(resources.nodes, new Store({ transform: addressesOnly }));
    this.gateObjects = {
      Middleware: this.#watchObjects('Middleware', { labelSelector: ours }),
      Service: this.#watchObjects('Service', { fieldSelector: 'spec.type=ExternalName' }),
    };
    this.controllerConfigs = new Map(
      options.controllerConfigMaps.map((key) => {
        const ref = refOf(key);
        const selection = { namespace: ref.namespace, fieldSelector: `metadata.name=${ref.name}` };
        return [key, this.#watch(resources.configMaps, new Store({ transform: textsOnly }), selection)];
      }),
    );
    this.configMaps = this.#watch(
      resources.configMaps,
      new Store({ transform: withoutManagedFields, indexers: windowNamespaceIndex }),
      { namespace, labelSelector: ours },
    );
    this.templates = options.watchTemplates ? this.#watchTemplates() : undefined;
    this.secrets = this.#watch(resources.secrets, new Store(), named(names.keys));
    this.services = this.#watch(resources.services, new Store(), named(names.responder));
    this.deployments = this.#watch(resources.deployments, new Store(), named(names.responder));
    this.disruptionBudgets = this.#watch(resources.podDisruptionBudgets, new Store(), named(names.responder));
    this.pods = this.#watch(resources.pods, new Store({ transform: withoutManagedFields }), {
      namespace,
      labelSelector: `${labels.role}=${roles.responder}`,
    });
  }

  #watchObjects(kind: GateObjectKind, selection: Selection): Store<LiveGateObject> {
    const store = new Store<LiveGateObject>({ transform: withoutManagedFields, indexers: namespaceIndex });
    if (this.#options.gateObjectKinds.includes(kind)) {
      this.#optional.push(this.#reflect({ resource: gateObjectResources[kind], store, selection }));
    }
    return store;
  }

  #watchTemplates(): Store<ConfigMap> {
    return this.#watch(
      resources.configMaps,
      new Store<ConfigMap>({ transform: textsOnly, indexers: namespaceIndex }),
      { labelSelector: `${labels.template}=true` },
    );
  }

  #watch<T extends KubeObject>(resource: Resource<T>, store: Store<T>, selection?: Selection): Store<T> {
    this.#reflectors.push(
      this.#reflect({ resource, store, ...(selection === undefined ? {} : { selection }) }),
    );
    return store;
  }

  #reflect<T extends KubeObject>(
    options: Pick<ReflectorOptions<T>, 'resource' | 'store' | 'selection'>,
  ): Reflector<T> {
    const { client, onError } = this.#options;
    return new Reflector({ ...options, client, onError });
  }

  /** Runs all reflectors until the signal ends them. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([...this.#reflectors, ...this.#optional].map((reflector) => reflector.run(signal)));
  }

  /** Resolves when everything was listed once. A cluster without Traefik's CRDs has no Middlewares to wait for. */
  async synced(): Promise<void> {
    const answers = this.#optional.map(({ firstAnswer }) => firstAnswer);
    await Promise.all([...this.#reflectors.map(({ hasSynced }) => hasSynced), ...answers]);
  }

  /**
   * Lists everything afresh, for a replica that begins to write: a watch can be dead for minutes before that is noticed, and
   * a window that it has not heard of looks like one that is gone. Resolves when the server has answered for each.
   */
  async relist(): Promise<void> {
    await Promise.all([...this.#reflectors, ...this.#optional].map(async (each) => each.relist()));
  }

  /** Monotonic milliseconds of the longest silence: when the reflector that has heard least was last answered. */
  get lastContact(): number {
    return Math.min(...this.#reflectors.map(({ lastContact }) => lastContact));
  }
}

/** Binary content is never a template: its keys are enough to say so. */
function textsOnly(configMap: ConfigMap): ConfigMap {
  const { binaryData, ...rest } = withoutManagedFields(configMap);
  if (binaryData === undefined) return rest;
  return { ...rest, binaryData: Object.fromEntries(Object.keys(binaryData).map((key) => [key, ''])) };
}

/** Of a Node only its addresses matter, and its status changes every few seconds. */
function addressesOnly(node: Node): Node {
  const { apiVersion, kind, metadata, spec, status } = withoutManagedFields(node);
  const addresses = status?.addresses;
  return {
    apiVersion,
    kind,
    metadata,
    ...(spec === undefined ? {} : { spec: spec.podCIDRs === undefined ? {} : { podCIDRs: spec.podCIDRs } }),
    ...(addresses === undefined ? {} : { status: { addresses } }),
  };
}
