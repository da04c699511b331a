/** What every object of the Kubernetes API has, as it stands in JSON: times are strings. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** An object that lives in a namespace. */
export interface NamespacedObject extends KubeObject {
  readonly metadata: NamespacedMeta;
}

/** Metadata of an object that the API server returned. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  /** Opaque; only equality means something. */
  readonly resourceVersion: string;
  readonly creationTimestamp: string;
  readonly generation?: number;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
  readonly managedFields?: readonly ManagedFieldsEntry[];
}

export interface NamespacedMeta extends ObjectMeta {
  readonly namespace: string;
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export interface ManagedFieldsEntry {
  readonly manager?: string;
  readonly operation?: 'Apply' | 'Update';
  readonly subresource?: string;
  readonly time?: string;
  readonly fieldsV1?: Readonly<Record<string, unknown>>;
}

/** An object to write: of the metadata only the name must be there, and any other field may be. */
export type ObjectDraft =
  | KubeObject
  | {
      readonly apiVersion: string;
      readonly kind: string;
      readonly metadata: Partial<ObjectMeta> & { readonly name: string };
      readonly [field: string]: unknown;
    };

/** Which object: no namespace for those of the cluster. */
export interface ObjectRef {
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** `namespace/name`, or the bare name: the key of stores and queues. */
export const keyOf = ({ namespace, name }: ObjectRef): string =>
  namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;

/** The inverse of `keyOf`. */
export const refOf = (key: string): ObjectRef => {
  const slash = key.indexOf('/');
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
};
