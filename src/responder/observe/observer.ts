import type { Logger } from 'pino';
import type { HeaderValue, RequestHeaders } from '../../access/client-address.ts';
import type { Address } from '../../access/ip.ts';
import type { AddressFinding } from '../../api/responder-status.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { Orphans } from '../orphans.ts';
import type { Visitor } from '../sketch/browsers.ts';
import { AddressSketch } from '../sketch.ts';
import { AccessLog } from './access-log.ts';
import { Audit } from './audit.ts';
import { type MetricSources, Metrics } from './metrics.ts';
import type { Observation } from './observation.ts';

export interface ObserverOptions {
  /** Takes the audit lines. */
  readonly log: Logger;
  /** Takes a line for each decision; absent: off. */
  readonly accessLog: Logger | undefined;
  readonly nowMs: () => number;
  readonly sources: Pick<MetricSources, 'lagSeconds' | 'connections'>;
}

/** What a replica remembers and tells of its decisions: metrics, logs, the address sketch, orphans. */
export class Observer {
  readonly metrics: Metrics;
  readonly #options: ObserverOptions;
  readonly #audit: Audit;
  readonly #accessLog: AccessLog | undefined;
  readonly #sketch = new AddressSketch();
  readonly #orphans = new Orphans();
  /** Of the network settings that the sketch was made under. */
  #networkRevision: string | undefined;

  constructor(options: ObserverOptions) {
    const { log, accessLog, sources } = options;
    this.#options = options;
    this.#audit = new Audit(log);
    this.#accessLog = accessLog && new AccessLog(accessLog);
    this.metrics = new Metrics({
      ...sources,
      orphanGates: () => this.orphans().length,
      addressFindings: () => countByReason(this.findings()),
    });
  }

  /** A decision about a visitor was made. */
  observe(observation: Observation): void {
    const { gate, decision, request, nowMs } = observation;
    this.metrics.countDecision(decision);
    if (decision.outcome === 'orphan') this.#orphans.record(gate, nowMs);
    else this.#sketch.record(gate, decision.client, visitorOf(request.headers), nowMs);
    this.#audit.note(observation);
    this.#accessLog?.write(observation);
  }

  /** Other policies or network settings are in force. */
  enforce(set: PolicySet): void {
    this.metrics.showPolicies(set, this.#options.nowMs());
    const isSameNetwork = set.networkRevision === this.#networkRevision;
    this.#networkRevision = set.networkRevision;
    this.#sketch.retain(
      (gate) => set.gates.has(gate) && (isSameNetwork || !this.#mistookForVisitor(gate, set)),
    );
  }

  /**
   * Was an address taken for a visitor's that by these settings is a proxy's or the cluster's? Then nothing that it
   * made suspicious is evidence any more. A Node that joins changes settings too: that must not let a hidden proxy in again.
   */
  #mistookForVisitor(gate: string, { gates, cluster }: PolicySet): boolean {
    const trusted = gates.get(gate)?.settings?.trustedProxies;
    return this.#sketch.hasSeen(gate, (address) => cluster.has(address) || trusted?.has(address) === true);
  }

  /** Is the address a proxy that hides itself, by what its gate has seen lately (design §6 rule 6)? */
  isShared(gate: string, address: Address): boolean {
    return this.#sketch.isShared(gate, address);
  }

  findings(): AddressFinding[] {
    return this.#sketch.findings(this.#options.nowMs());
  }

  /** Gates that asked in the last 5 minutes although no policy covers them, `namespace/ingress`, sorted. */
  orphans(): string[] {
    return this.#orphans.list(this.#options.nowMs());
  }
}

/**
 * Scripts of any site may send Accept-Language as they like, in the browser of whoever looks at that site: then it
 * tells nothing, or a stranger's page could make one colleague look like twenty.
 */
const visitorOf = (headers: RequestHeaders): Visitor => ({
  userAgent: single(headers['user-agent']),
  acceptLanguage: isFromElsewhere(headers['sec-fetch-site']) ? undefined : single(headers['accept-language']),
});

const isFromElsewhere = (site: HeaderValue): boolean => site === 'cross-site' || site === 'same-site';

const single = (value: HeaderValue): string | undefined => (typeof value === 'string' ? value : undefined);

function countByReason(findings: readonly AddressFinding[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { reason } of findings) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return counts;
}
