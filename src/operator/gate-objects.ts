import { labels } from '../api/names.ts';
import type { GateObjectKind } from '../gates/driver.ts';
import type { NamespacedObject } from '../kube/objects.ts';
import { resources } from '../kube/resources.ts';
import type { Resource } from '../kube/resources.ts';
import type { Store } from '../kube/store.ts';
import type { Observed, ObservedObject } from './decide/observed.ts';

/** An object that a gate is made of, as it stands in the cluster: what its spec holds is the driver's business. */
export interface LiveGateObject extends NamespacedObject {
  readonly spec: object;
}

/** Where the API server keeps the objects that gates are made of. A kind is added here and in the chart's Roles. */
export const gateObjectResources: Readonly<Record<GateObjectKind, Resource<LiveGateObject>>> = {
  Middleware: resources.middlewares,
  Service: resources.services,
};

export const gateObjectKinds = ['Middleware', 'Service'] as const satisfies readonly GateObjectKind[];

/** Is an object of this install? */
export const isOursOf =
  (installNamespace: string) =>
  ({ metadata }: Pick<LiveGateObject, 'metadata'>): boolean =>
    metadata.labels?.[labels.install] === installNamespace;

/** Where the objects of each kind are. */
interface GateObjectStores {
  readonly gateObjects: Readonly<Record<GateObjectKind, Store<LiveGateObject>>>;
}

type Objects = Pick<Observed, 'objects' | 'externalNames'>;
type Kinds = readonly LiveGateObject[];

/** Lists of a store are the same until something changes: what was made of some is, too, so that nobody compares it again. */
const known = new WeakMap<Kinds, WeakMap<Kinds, Objects>>();

/** Of one namespace: the objects of ours that gates need or needed, and the names that others gave to hosts elsewhere. */
export function objectsOf(
  namespace: string,
  { gateObjects }: GateObjectStores,
  installNamespace: string,
): Objects {
  const middlewares = gateObjects.Middleware.byIndex('namespace', namespace);
  const services = gateObjects.Service.byIndex('namespace', namespace);
  return known
    .getOrInsertComputed(middlewares, () => new WeakMap())
    .getOrInsertComputed(services, () => {
      const isOurs = isOursOf(installNamespace);
      const ours = [
        ...middlewares.filter(isOurs).map(asObserved('Middleware')),
        ...services.filter(isOurs).map(asObserved('Service')),
      ];
      return {
        objects: new Map(ours.map((object) => [`${object.kind}/${object.metadata.name}`, object])),
        externalNames: new Set(services.filter((each) => !isOurs(each)).map(({ metadata }) => metadata.name)),
      };
    });
}

const observed = new WeakMap<LiveGateObject, ObservedObject>();

const asObserved =
  (kind: GateObjectKind) =>
  (object: LiveGateObject): ObservedObject =>
    observed.getOrInsertComputed(object, ({ metadata, spec, apiVersion }) => ({
      apiVersion,
      kind,
      metadata: { ...metadata, labels: metadata.labels ?? {} },
      spec,
    }));
