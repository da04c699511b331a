import { group, kind, version } from '../api/names.ts';
import type {
  ConfigMap,
  CustomResourceDefinition,
  Deployment,
  EndpointSlice,
  Ingress,
  IngressClass,
  KubeEvent,
  Lease,
  Middleware,
  Node,
  Pod,
  PodDisruptionBudget,
  Secret,
  Service,
} from './kinds.ts';
import type { KubeObject, NamespacedObject } from './objects.ts';

/** One resource type of the API server. `T` is what its objects look like. */
export interface Resource<T extends KubeObject = KubeObject> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Never set: carries the type. */
  readonly _object?: T;
}

const namespaced = <T extends NamespacedObject>(
  groupVersion: string,
  plural: string,
  kind: string,
): Resource<T> => ({ ...parts(groupVersion), plural, kind, namespaced: true });

const ofCluster = <T extends KubeObject>(
  groupVersion: string,
  plural: string,
  kind: string,
): Resource<T> => ({
  ...parts(groupVersion),
  plural,
  kind,
  namespaced: false,
});

const parts = (groupVersion: string): { group: string; version: string } => {
  const slash = groupVersion.indexOf('/');
  return { group: groupVersion.slice(0, Math.max(slash, 0)), version: groupVersion.slice(slash + 1) };
};

/** What Backsoon reads and writes. */
export const resources = {
  ingresses: namespaced<Ingress>('networking.k8s.io/v1', 'ingresses', 'Ingress'),
  ingressClasses: ofCluster<IngressClass>('networking.k8s.io/v1', 'ingressclasses', 'IngressClass'),
  configMaps: namespaced<ConfigMap>('v1', 'configmaps', 'ConfigMap'),
  secrets: namespaced<Secret>('v1', 'secrets', 'Secret'),
  services: namespaced<Service>('v1', 'services', 'Service'),
  pods: namespaced<Pod>('v1', 'pods', 'Pod'),
  nodes: ofCluster<Node>('v1', 'nodes', 'Node'),
  namespaces: ofCluster<KubeObject>('v1', 'namespaces', 'Namespace'),
  deployments: namespaced<Deployment>('apps/v1', 'deployments', 'Deployment'),
  podDisruptionBudgets: namespaced<PodDisruptionBudget>(
    'policy/v1',
    'poddisruptionbudgets',
    'PodDisruptionBudget',
  ),
  leases: namespaced<Lease>('coordination.k8s.io/v1', 'leases', 'Lease'),
  events: namespaced<KubeEvent>('events.k8s.io/v1', 'events', 'Event'),
  endpointSlices: namespaced<EndpointSlice>('discovery.k8s.io/v1', 'endpointslices', 'EndpointSlice'),
  customResourceDefinitions: ofCluster<CustomResourceDefinition>(
    'apiextensions.k8s.io/v1',
    'customresourcedefinitions',
    'CustomResourceDefinition',
  ),
  middlewares: namespaced<Middleware>('traefik.io/v1alpha1', 'middlewares', 'Middleware'),
  /** Spec and status are typed by the generated API; assert the type where they are read. */
  maintenanceWindows: namespaced<NamespacedObject & { readonly spec: unknown; readonly status?: unknown }>(
    `${group}/${version}`,
    'maintenancewindows',
    kind,
  ),
} as const;

/** `apps/v1`, or `v1` in the core group. */
export const apiVersionOf = ({ group, version }: Pick<Resource, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`;

/** `ingresses.networking.k8s.io`: how kubectl and RBAC messages name a resource. */
export const resourceName = ({ group, plural }: Pick<Resource, 'group' | 'plural'>): string =>
  group === '' ? plural : `${plural}.${group}`;

export interface ResourcePath {
  readonly namespace?: string | undefined;
  /** Absent: the collection. */
  readonly name?: string | undefined;
  readonly subresource?: 'status' | undefined;
}

/**
 * The URL path of an object or a collection, percent-encoded. A namespaced collection without a namespace is that
 * of all namespaces.
 * @throws {TypeError} when the path would address something else than was meant.
 */
export const pathOf = (resource: Resource, path: ResourcePath): string => {
  const flaw = flawOf(resource, path);
  if (flaw !== undefined) throw new TypeError(`${resourceName(resource)}: ${flaw}`);
  const { namespace, name, subresource } = path;
  const steps = resource.group === '' ? ['api'] : ['apis', resource.group];
  steps.push(resource.version);
  if (namespace !== undefined) steps.push('namespaces', namespace);
  steps.push(resource.plural);
  if (name !== undefined) steps.push(name);
  if (subresource !== undefined) steps.push(subresource);
  return `/${steps.map((step) => encodeURIComponent(step)).join('/')}`;
};

/** An empty name addresses the whole collection, dots another path: a delete must not go there. */
const flawOf = (resource: Resource, { namespace, name }: ResourcePath): string | undefined => {
  const bad = [namespace, name].find((step) => step === '' || step === '.' || step === '..');
  if (bad !== undefined) return `${JSON.stringify(bad)} is no name`;
  if (!resource.namespaced && namespace !== undefined) return `live in no namespace, got ${namespace}`;
  if (resource.namespaced && name !== undefined && namespace === undefined)
    return `${name} needs a namespace`;
  return undefined;
};
