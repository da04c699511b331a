import { RefusedIngress } from './annotation-values.ts';
import { readAnnotations } from './annotations.ts';
import type { ParsedIngress } from './model.ts';
import {
  keyOf,
  type ConfigMap,
  type EndpointSlice,
  type Ingress,
  type IngressClass,
  type Secret,
  type Service,
} from './objects.ts';
import { readSettings, type Settings } from './settings.ts';

export type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';

export interface StoreOptions {
  /** What `spec.controller` of our IngressClasses says. */
  readonly controller: string;
  /** The value of the old class annotation that means us. */
  readonly className: string;
  /** The IngressClass of that name is ours, too, whatever its controller. */
  readonly byName: boolean;
  /** `namespace/name` of the controller's ConfigMap. */
  readonly configMap: string;
  /** Called when nginx may have to change. */
  readonly onChange: () => void;
  readonly say: (line: string) => void;
}

/**
 * What the controller knows. Annotations are read when their Ingress changes, when a Secret that it names does, and all of them
 * when the ConfigMap does; never because a Service came or went. What could not be read leaves the Ingress as it was.
 */
export class Store {
  readonly services = new Map<string, Service>();
  readonly secrets = new Map<string, Secret>();
  readonly slices = new Map<string, EndpointSlice>();
  readonly #classes = new Map<string, IngressClass>();
  readonly #ingresses = new Map<string, Ingress>();
  readonly #parsed = new Map<string, ParsedIngress>();
  readonly #options: StoreOptions;
  #settings: Settings = readSettings();

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** The Ingresses that are ours, the oldest first; of the same second, the last name first. */
  get ingresses(): readonly ParsedIngress[] {
    const createdAt = ({ ingress }: ParsedIngress): number =>
      Date.parse(ingress.metadata.creationTimestamp ?? '');
    return [...this.#parsed.values()].sort(
      (a, b) => createdAt(a) - createdAt(b) || (keyOf(a.ingress) < keyOf(b.ingress) ? 1 : -1),
    );
  }

  /** Service → its slices. */
  get slicesByService(): ReadonlyMap<string, readonly EndpointSlice[]> {
    return Map.groupBy(
      this.slices.values(),
      ({ metadata }) => `${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name'] ?? ''}`,
    );
  }

  classChanged(type: ChangeType, object: IngressClass): void {
    const { controller, className, byName } = this.#options;
    const isNamed = byName && object.metadata.name === className;
    if (object.spec.controller !== controller && !isNamed) return;
    put(this.#classes, object.metadata.name, type, object);
    this.#options.onChange();
  }

  serviceChanged(type: ChangeType, service: Service): void {
    put(this.services, keyOf(service), type, service);
    if (type === 'MODIFIED' || service.spec.type === 'ExternalName') this.#options.onChange();
  }

  sliceChanged(type: ChangeType, slice: EndpointSlice): void {
    const before = this.slices.get(keyOf(slice));
    put(this.slices, keyOf(slice), type, slice);
    const isSame = JSON.stringify(before?.endpoints) === JSON.stringify(slice.endpoints);
    if (type !== 'MODIFIED' || !isSame) this.#options.onChange();
  }

  secretChanged(type: ChangeType, secret: Secret): void {
    const key = keyOf(secret);
    put(this.secrets, key, type, secret);
    const users = [...this.#ingresses.values()].filter(({ metadata, spec }) =>
      spec.tls?.some(({ secretName }) => `${metadata.namespace}/${secretName}` === key),
    );
    for (const ingress of users) this.#read(ingress);
    if (users.length > 0) this.#options.onChange();
  }

  configMapChanged(type: ChangeType, object: ConfigMap): void {
    if (keyOf(object) !== this.#options.configMap) return;
    this.#settings = readSettings(type === 'DELETED' ? {} : object.data);
    for (const ingress of this.#ingresses.values()) this.#read(ingress);
    this.#options.onChange();
  }

  ingressChanged(type: ChangeType, ingress: Ingress): void {
    const key = keyOf(ingress);
    const isOurs = this.#isOurs(ingress);
    if (!isOurs && !this.#ingresses.has(key)) return;
    if (type === 'DELETED' || !isOurs) {
      this.#ingresses.delete(key);
      this.#parsed.delete(key);
    } else {
      this.#ingresses.set(key, ingress);
      this.#read(ingress);
    }
    this.#options.onChange();
  }

  /** The field wins over the annotation. */
  #isOurs({ metadata, spec }: Ingress): boolean {
    if (spec.ingressClassName !== undefined) return this.#classes.has(spec.ingressClassName);
    return metadata.annotations?.['kubernetes.io/ingress.class'] === this.#options.className;
  }

  #read(ingress: Ingress): void {
    try {
      const annotations = readAnnotations(ingress, this.#settings, this.services);
      this.#parsed.set(keyOf(ingress), { ingress, annotations });
    } catch (error) {
      if (!(error instanceof RefusedIngress)) throw error;
      this.#options.say(`refused, the previous state stays: ${error.message}`);
    }
  }
}

function put<T>(map: Map<string, T>, key: string, type: ChangeType, object: T): void {
  if (type === 'DELETED') map.delete(key);
  else map.set(key, object);
}
