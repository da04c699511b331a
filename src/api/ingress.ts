/** The part of networking.k8s.io/v1 that Backsoon reads. Everything is optional that the API server may leave out. */

export interface Ingress {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    /** Opaque: only equality means something. */
    readonly resourceVersion?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec: {
    readonly ingressClassName?: string;
    readonly rules?: readonly IngressRule[];
    readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
    readonly defaultBackend?: IngressBackend;
  };
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
    };
  };
}

export interface IngressRule {
  readonly host?: string;
  readonly http?: {
    readonly paths: readonly {
      readonly path?: string;
      readonly pathType?: 'Exact' | 'Prefix' | 'ImplementationSpecific';
      readonly backend?: IngressBackend;
    }[];
  };
}

export interface IngressBackend {
  /** Absent: some other resource. */
  readonly service?: { readonly name: string };
}

export interface IngressClass {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: { readonly controller?: string };
}

/** `namespace/ingress`: how gates are named in URLs, findings, proofs and messages. */
export type GateKey = `${string}/${string}`;

export const gateKey = (namespace: string, ingress: string): GateKey => `${namespace}/${ingress}`;
