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
  /** `namespace/name` of the controller's own ConfigMap; absent: its settings are not known. */
  readonly configMap?: string | undefined;
}

/** What a controller's own ConfigMap says; undefined: it is not known. */
export type ControllerConfig = Readonly<Record<string, string>> | undefined;

export type DriverName = 'traefik' | 'haproxy-ingress' | 'ingress-nginx' | 'traefik-nginx';

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

/** The kinds of objects that gates are made of, beside annotations. */
export type GateObjectKind = 'Middleware' | 'Service';

/** An object of ours that a gate needs, whole as it is applied. */
export interface GateObject {
  readonly apiVersion: string;
  readonly kind: GateObjectKind;
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
  readonly reason:
    | 'Conflict'
    | 'UnknownController'
    | 'NoClass'
    | 'DriverCannotSee'
    | 'ExistingAuth'
    | 'GateBypassed'
    | 'ControllerSettings'
    | 'UnsupportedBackend'
    | 'NeedsIPv4';
  readonly message: string;
}

/** Something of an Ingress or its controller that a gate can live with, and that a person should know of. */
export interface GateWarning {
  readonly reason: 'SettingWarning';
  readonly message: string;
}

/** One setting that a gate can not live with, or not quite: a row of design D4's tables. */
export interface SettingRule {
  /** An annotation of the Ingress, or a key of the controller's ConfigMap. */
  readonly where: 'annotation' | 'configMap';
  /** As it is written there, without a prefix that the controller lets people choose. */
  readonly key: string;
  /** Is it this value that is meant? Asked only where the key is set. */
  readonly applies: (value: string) => boolean;
  /** Why a gate is refused for it; `warn`: it is put on, and the window says so. */
  readonly effect: Refusal['reason'] | 'warn';
  /** What happens, and what to do about it: sentences for the person who owns the Ingress. */
  readonly why: string;
}

/** What a gate on one Ingress is made of. */
export interface GatePlan {
  /** Annotations that are ours: key → value. */
  readonly annotations: Readonly<Record<string, string>>;
  /**
   * Lists of others that ours take in, as they stand: key → value. They are written by a patch that tests for these values, not
   * applied: whoever keeps such a list owns it, and allowed the edit. Absent: there are none.
   */
  readonly replaces?: Readonly<Record<string, string>>;
  /** Objects that must exist, and be known to the controller, before the annotations name them. */
  readonly objects: readonly GateObject[];
  /** What a person should know although the gate goes on. */
  readonly warnings: readonly GateWarning[];
  /** Git holds our annotations on this Ingress for good: the operator keeps the objects and writes no annotation. */
  readonly preWired: boolean;
}

/** What an Ingress carries of ours, found by content: also where a copied manifest put it there. */
export interface GateState {
  /** Our annotations: key → value as it stands. */
  readonly annotations: Readonly<Record<string, string>>;
  /** What of them is others', where they allow the edit: key → value without our elements. All other keys go whole. */
  readonly remains?: Readonly<Record<string, string>>;
  /** Our objects that its annotations refer to, as `Driver.reference` spells them. */
  readonly references: readonly string[];
  /** Does any part of a gate of ours stand, so that the controller may ask the responder? */
  readonly stands: boolean;
  readonly preWired: boolean;
}

export interface PlanInput {
  readonly ingress: Ingress;
  /** Of the class that serves it. */
  readonly settings: ClassSettings;
  readonly config: ControllerConfig;
  readonly responder: ResponderAddress;
  /** The install's namespace: the value of our label. */
  readonly install: string;
  /** The Services of type ExternalName that others have in the Ingress's namespace, by name. */
  readonly externalNames: ReadonlySet<string>;
  /** The hosts of this namespace for which there is a canary, and the name of its Ingress; undefined: any host. */
  readonly canaries: ReadonlyMap<string | undefined, string>;
}

/** Where gates reach the responder: a ClusterIP, never a name (design D6). */
export interface ResponderAddress {
  readonly clusterIP: string;
  readonly port: number;
}

/** An object by its kind and name. */
export interface ReferredObject {
  readonly kind: GateObjectKind;
  readonly namespace: string;
  readonly name: string;
}

/** One kind of ingress controller. */
export interface Driver {
  readonly name: DriverName;
  /** Values of `IngressClass.spec.controller` that this driver serves without being named in the chart. */
  readonly controllers: readonly string[];
  /** The kinds of the objects that its gates need: the operator watches and writes them only where the driver is enabled. */
  readonly objectKinds: readonly GateObjectKind[];
  /** Which of the responder's faces its gates ask: they differ in what a controller takes for an answer (design §5). */
  readonly flavour: keyof typeof gatePaths;
  /** The header in which this controller itself writes the client's address. */
  readonly addressHeader: 'x-forwarded-for' | 'x-real-ip';
  /** Does the responder learn for which host a request came, reliably or not? Probes are bound to what it learns. */
  readonly showsHost: boolean;
  /**
   * What a probe meets where the controller has overlooked a gate, for good until the Ingress changes once more; undefined: it
   * overlooks none. Drivers that do have `annotations.touched` among their keys.
   */
  readonly overlooks: 'NoRoute' | 'SiteAnswers' | undefined;
  /** Does its controller read ingress-nginx's annotation of a canary? For others such an Ingress is one like any other. */
  readonly readsCanaries: boolean;
  sees(settings: ClassSettings, config: ControllerConfig): Sees;
  /**
   * Can clients choose the address that they come from, by these settings? Then why, in words that go on after a colon.
   * Undefined: not that the settings would tell; a probe asks once more (design §6 rule 7).
   */
  spoofable(settings: ClassSettings, config: ControllerConfig): string | undefined;
  /** The setting with which the controller is told whom to believe, in words that go on after "to". */
  readonly trustSetting: string;
  /** What a gate can not live with, or not quite. */
  readonly rules: readonly SettingRule[];
  /** Why a part may not be seen, in words for a person; the parts that are always seen have none. */
  readonly unseen: Readonly<Partial<Record<RequestPart, string>>>;
  plan(input: PlanInput): GatePlan | { readonly refusal: Refusal };
  read(ingress: Ingress): GateState;
  /**
   * How this driver's annotations refer to an object of ours, which must not be deleted while one does; undefined: they never
   * do, for it is of another driver's kind.
   */
  reference(object: ReferredObject): string | undefined;
}

/** Why a responder that has an IPv6 address only can not be asked by a controller. */
export function needsIPv4(
  { ingress, responder }: Pick<PlanInput, 'ingress' | 'responder'>,
  controller: string,
): Refusal | undefined {
  if (!responder.clusterIP.includes(':')) return undefined;
  const { namespace, name } = ingress.metadata;
  return {
    reason: 'NeedsIPv4',
    message:
      `Ingress ${namespace}/${name} can not be gated: ${controller} does not reach the responder at ${responder.clusterIP}. ` +
      'Give its Service an IPv4 address (the chart’s value responder.clusterIP).',
  };
}

/** Is this a URL that some gate asks? Then what has it is ours, whichever install's it is, and of whichever Ingress. */
export const isGateUrl = (flavour: keyof typeof gatePaths, value: string): boolean => {
  const url = URL.parse(value);
  return (
    url?.protocol === 'http:' && url.pathname.startsWith(gatePaths[flavour]) && !/[a-z]/.test(hostOf(url))
  );
};

/** The same of either flavour: a class that gets another driver has gates of the one before. */
export const isAnyGateUrl = (value: string): boolean =>
  isGateUrl('forward', value) || isGateUrl('nginx', value);

/** Gates name the responder by its address. The letters of IPv6 are not those of a name. */
const hostOf = ({ hostname }: URL): string => (hostname.startsWith('[') ? '' : hostname);

/** The URL that a gate asks, the same whatever windows cover the Ingress (design §5). */
export const gateUrl = (
  flavour: keyof typeof gatePaths,
  responder: ResponderAddress,
  ingress: { readonly namespace: string; readonly name: string },
): string => {
  const host = responder.clusterIP.includes(':') ? `[${responder.clusterIP}]` : responder.clusterIP;
  return `http://${host}:${responder.port}${gatePaths[flavour]}${ingress.namespace}/${ingress.name}`;
};
