/**
 * What the operator tells the responders, as it stands in their ConfigMaps. Plain JSON: instants are RFC 3339
 * strings, addresses are CIDR strings. A responder reads schema N and N-1.
 */

/** 2 since occurrences say whether they are held. */
export const policySchema = 2;

/** One window compiled for the responder: `policy.json` of `backsoon-policy-<uid>`. */
export interface Policy {
  readonly schema: typeof policySchema;
  readonly window: {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly generation: number;
  };
  /** The Ingresses of the window's namespace that it covers, sorted by name. */
  readonly gates: readonly PolicyGate[];
  /** The occurrence in progress and the next ones, sorted by start, not overlapping. */
  readonly occurrences: readonly PolicyOccurrence[];
  /** The part that closes; null: everything. */
  readonly only: PolicyOnly | null;
  readonly access: {
    /** CIDRs; a single address is written with its full prefix length. */
    readonly addresses: readonly string[];
    readonly tokens: readonly PolicyToken[];
    /** Path prefixes, by whole segments. */
    readonly paths: readonly string[];
    /** HTTP methods in upper case. */
    readonly methods: readonly string[];
    readonly trustSharedAddress: boolean;
  };
  readonly page: PolicyPage;
}

export interface PolicyGate {
  readonly ingress: string;
  /** The ingress class by which the gate's client addresses are read: a key of `Network.classes`. */
  readonly class: string;
  /** False: the controller's settings let clients choose their address, or hide it: no address passes here. */
  readonly addressRules: boolean;
}

/** Both have to match (design §4); null: all. */
export interface PolicyOnly {
  /** Lower case, without ports; `*.example.com` stands for one more label. */
  readonly hosts: readonly string[] | null;
  /** Path prefixes, by whole segments. */
  readonly paths: readonly string[] | null;
}

export interface PolicyOccurrence {
  readonly start: string;
  /** null: no end. */
  readonly end: string | null;
  /** Past its end it stays closed, until another policy says otherwise (`endPolicy: Hold`). */
  readonly hold: boolean;
}

export interface PolicyToken {
  readonly name: string;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  readonly notAfter: string | null;
}

export interface PolicyPage {
  readonly title: string | null;
  readonly message: string | null;
  readonly statusPage: string | null;
  readonly contact: string | null;
  /** Seconds, or null for the time that is left (design §5). */
  readonly retryAfter: number | null;
  /** By language tag (BCP 47) as the window spells it. */
  readonly translations: Readonly<Record<string, PolicyTranslation>>;
  /** A checked Mustache template in place of the built-in page, or null. */
  readonly template: string | null;
}

/** The page's words in one language; null: as the page itself says. */
export interface PolicyTranslation {
  readonly title: string | null;
  readonly message: string | null;
}

/** How clients' addresses are read, for all policies: `network.json` of `backsoon-network`. */
export interface Network {
  readonly schema: typeof policySchema;
  /** CIDRs of the cluster's own nodes and Pods: never visitors (design §6 rule 3). */
  readonly clusterCIDRs: readonly string[];
  readonly classes: Readonly<Record<string, NetworkClass>>;
}

export interface NetworkClass {
  /** The header that this class's controller writes itself. */
  readonly addressHeader: 'x-forwarded-for' | 'x-real-ip';
  /** CIDRs of the proxies in front of the controller. */
  readonly trustedProxies: readonly string[];
  /** Which parts of a visitor's request can be relied on; what can not is not read. */
  readonly sees: { readonly host: boolean; readonly path: boolean; readonly method: boolean };
}
