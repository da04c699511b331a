/**
 * What the operator tells the responders, as it stands in their ConfigMaps. Plain JSON: instants are RFC 3339
 * strings, addresses are CIDR strings. A responder reads schema N and N-1.
 */

export const policySchema = 1;

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
  readonly access: {
    /** CIDRs; a single address is written with its full prefix length. */
    readonly addresses: readonly string[];
    readonly tokens: readonly PolicyToken[];
    readonly trustSharedAddress: boolean;
  };
  readonly page: PolicyPage;
}

export interface PolicyGate {
  readonly ingress: string;
  /** The ingress class by which the gate's client addresses are read: a key of `Network.classes`. */
  readonly class: string;
}

export interface PolicyOccurrence {
  readonly start: string;
  /** null: no end. */
  readonly end: string | null;
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
}
