/** The objects that an ingress controller reads, as far as it reads them. */
interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly creationTimestamp?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface ServiceBackend {
  readonly name: string;
  readonly port?: { readonly number?: number; readonly name?: string };
}

export interface IngressPath {
  readonly path?: string;
  readonly pathType: PathType;
  readonly backend: { readonly service?: ServiceBackend };
}

export type PathType = 'Exact' | 'Prefix' | 'ImplementationSpecific';

export interface Ingress {
  readonly metadata: Metadata;
  readonly spec: {
    readonly ingressClassName?: string;
    readonly defaultBackend?: { readonly service?: ServiceBackend };
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: { readonly paths: readonly IngressPath[] };
    }[];
    readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
  };
  readonly status?: { readonly loadBalancer?: LoadBalancer };
}

export interface LoadBalancer {
  readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
}

export interface IngressClass {
  readonly metadata: Metadata;
  readonly spec: { readonly controller?: string };
}

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
}

export interface Service {
  readonly metadata: Metadata;
  readonly spec: {
    readonly type?: string;
    readonly externalName?: string;
    readonly ports?: readonly ServicePort[];
  };
  readonly status?: { readonly loadBalancer?: LoadBalancer };
}

export interface EndpointSlice {
  readonly metadata: Metadata;
  readonly ports?:
    | readonly { readonly name?: string; readonly port?: number; readonly protocol?: string }[]
    | null;
  readonly endpoints?:
    | readonly { readonly addresses: readonly string[]; readonly conditions?: { readonly ready?: boolean } }[]
    | null;
}

export interface Secret {
  readonly metadata: Metadata;
  readonly data?: Readonly<Record<string, string>>;
}

export interface ConfigMap {
  readonly metadata: Metadata;
  readonly data?: Readonly<Record<string, string>>;
}

/** `namespace/name`, by which objects are looked up. */
export const keyOf = ({ metadata }: { readonly metadata: { namespace: string; name: string } }): string =>
  `${metadata.namespace}/${metadata.name}`;
