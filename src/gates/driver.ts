import type { Ingress } from '../api/ingress.ts';
import { gatePaths } from '../api/names.ts';

/** What the chart says about one ingress class. */
export interface ClassSettings {
  /** Name of the IngressClass. */
  readonly name: string;
  readonly driver: DriverName;
  /** CIDRs of the proxies in front of the controller (design §6 rule 2). */
  readonly trustedProxies: readonly string[];
  /** `namespace/name` of the controller's Service, or undefined: the address in the Ingress's status is used. */
  readonly service: string | undefined;
  /** Its entry points expect the PROXY protocol; absent: they do not. */
  readonly proxyProtocol?: boolean;
  /** At which ports of that Service, or of the address in the status, visitors come; absent: 80 and 443. */
  readonly ports?: { readonly http: number; readonly https: number };
}

export type DriverName = 'traefik';

/** What a window may decide by, where its controller shows it. */
export type RequestPart = 'host' | 'path' | 'method';

/** Which parts of a visitor's request the responder can rely on behind this controller. */
export interface Sees {
  readonly host: boolean;
  readonly path: boolean;
  readonly method: boolean;
  /** The whole chain of X-Forwarded-For, not only the last peer. */
  readonly chain: boolean;
}

/** An object of ours that a gate needs, whole as it is applied. */
export interface GateObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly OwnerReference[];
  };
  readonly spec: object;
}

interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** Why a gate can not be put on, in words for the person who owns the Ingress. */
export interface Refusal {
  readonly reason: 'Conflict' | 'UnknownController' | 'NoClass' | 'DriverCannotSee';
  readonly message: string;
}

/** What a gate on one Ingress is made of. */
export interface GatePlan {
  /** Annotations that are ours: key → value. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Objects that must exist, and be known to the controller, before the annotations name them. */
  readonly objects: readonly GateObject[];
  /** Git holds our annotations on this Ingress for good: the operator keeps the objects and writes no annotation. */
  readonly preWired: boolean;
}

/** What an Ingress carries of ours, found by content: also where a copied manifest put it there. */
export interface GateState {
  /** Our annotations: key → value as it stands. Empty: no gate. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Our objects that its annotations refer to, in the controller's own spelling (`Driver.reference`). */
  readonly references: readonly string[];
  readonly preWired: boolean;
}

export interface PlanInput {
  readonly ingress: Ingress;
  readonly responder: ResponderAddress;
  /** The install's namespace: the value of our label. */
  readonly install: string;
}

/** Where gates reach the responder: a ClusterIP, never a name (design D6). */
export interface ResponderAddress {
  readonly clusterIP: string;
  readonly port: number;
}

/** One kind of ingress controller. */
export interface Driver {
  readonly name: DriverName;
  /** Values of `IngressClass.spec.controller` that this driver serves without being named in the chart. */
  readonly controllers: readonly string[];
  /** The header in which this controller itself writes the client's address. */
  readonly addressHeader: 'x-forwarded-for' | 'x-real-ip';
  sees(settings: ClassSettings): Sees;
  /** Why a part may not be seen, in words for a person; the parts that are always seen have none. */
  readonly unseen: Readonly<Partial<Record<RequestPart, string>>>;
  plan(input: PlanInput): GatePlan | { readonly refusal: Refusal };
  read(ingress: Ingress): GateState;
  /** How an annotation refers to an object of ours: an object that is still referred to must not be deleted. */
  reference(object: { readonly namespace: string; readonly name: string }): string;
}

/** The URL that a gate asks, the same whatever windows cover the Ingress (design §5). */
export const gateUrl = (
  flavour: keyof typeof gatePaths,
  responder: ResponderAddress,
  ingress: { readonly namespace: string; readonly name: string },
): string => {
  const host = responder.clusterIP.includes(':') ? `[${responder.clusterIP}]` : responder.clusterIP;
  return `http://${host}:${responder.port}${gatePaths[flavour]}${ingress.namespace}/${ingress.name}`;
};
