/** What the operator asks each responder replica: `GET /status` on the admin port, as JSON. Nothing in it is secret. */
export interface ResponderStatus {
  readonly version: string;
  /** The replica's name: its Pod's name. */
  readonly replica: string;
  /** The replica's clock, an RFC 3339 instant. */
  readonly now: string;
  /** True once the policies have been listed for the first time, and each of them could be read or was gone. */
  readonly loaded: boolean;
  /** Window UID → revision of its policy in force on this replica. */
  readonly policies: Readonly<Record<string, string>>;
  /** Revision of the network settings in force, or null. */
  readonly network: string | null;
  /** Ids of the signing keys that the replica holds. */
  readonly keys: readonly string[];
  /** What looks wrong with clients' addresses, per gate. */
  readonly findings: readonly AddressFinding[];
  /** Gates asked for that no policy covers, `namespace/ingress`, in the last 5 minutes. */
  readonly orphans: readonly string[];
  /** Good probes that came in on the gate path of ingress-nginx's flavour in the last 15 s, oldest first. */
  readonly nonces: readonly SeenNonce[];
}

/**
 * A probe that a gate of ingress-nginx's flavour brought. Its answer is not relayed there, so this is how the operator
 * learns that the gate asks (design D7); the page's echo proves the page alone.
 */
export interface SeenNonce {
  /** `namespace/ingress` */
  readonly gate: string;
  readonly nonce: string;
  /** It had ingress-nginx's own `X-Sent-From`. False: another data plane reads the annotations. */
  readonly sentFrom: boolean;
  /** The gate took the address that the probe made up for its client's: clients can choose theirs. */
  readonly spoofed: boolean;
}

/** One thing that looks wrong with the addresses of a gate's clients (design §6 rule 6). */
export interface AddressFinding {
  /** `namespace/ingress` */
  readonly gate: string;
  readonly reason: 'UnknownProxy' | 'AllClientsLookAlike' | 'ClusterAddress';
  /** The address that stands for most of the clients. */
  readonly address: string;
  /** UnknownProxy: the header that gave the proxy away. */
  readonly sign?: string;
  /** AllClientsLookAlike: true when so many browsers have the address that it is a proxy's; it passes no address rule. */
  readonly shared?: boolean;
  /** Requests that show this finding, and all requests, both in the last 5 minutes. */
  readonly requests: number;
  readonly total: number;
}
