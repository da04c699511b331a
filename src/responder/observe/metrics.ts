import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { Decision } from '../../policy/evaluate.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { type Count, DecisionCounts } from './decision-counts.ts';
import { Latency } from './latency.ts';

/** What is looked up when Prometheus asks. */
export interface MetricSources {
  /** How long the block of the event loop is that a request meets at a random moment. */
  readonly lagSeconds: () => number;
  /** Open connections at the gate port. */
  readonly connections: () => number | Promise<number>;
  /** Gates that asked in the last 5 minutes although no policy covers them. */
  readonly orphanGates: () => number;
  /** Reason → gates whose clients' addresses look wrong for it. */
  readonly addressFindings: () => ReadonlyMap<string, number>;
}

/** The responder's Prometheus metrics; docs/metrics.md describes them. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #decisions = new DecisionCounts();
  readonly #latency = new Latency();
  readonly #probes: Counter;
  readonly #badPolicies: Counter;
  readonly #policies: Gauge<'window' | 'revision'>;
  readonly #policySince: Gauge<'window'>;
  /** Window → its revision and the epoch second since which this replica obeys it. */
  readonly #inForce = new Map<string, { readonly revision: string; readonly since: number }>();

  constructor(sources: MetricSources) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#probes = new Counter({
      name: 'backsoon_probes_total',
      help: 'Good probes of the operator.',
      registers,
    });
    this.#badPolicies = new Counter({
      name: 'backsoon_bad_policies_total',
      help: 'Policies and network settings that were refused; the last good ones stayed in force.',
      registers,
    });
    this.#policies = new Gauge({
      name: 'backsoon_policy_info',
      help: '1 for each policy in force, by window (namespace/name) and revision.',
      labelNames: ['window', 'revision'],
      registers,
    });
    this.#policySince = new Gauge({
      name: 'backsoon_policy_in_force_since_timestamp_seconds',
      help: 'When the policy now in force was loaded, by window (namespace/name), in seconds since 1970.',
      labelNames: ['window'],
      registers,
    });
    registerDecisions(this.#registry, this.#decisions);
    registerSources(this.#registry, sources);
  }

  /** The type of {@link Metrics.render}'s text. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  async render(): Promise<string> {
    return (await this.#registry.metrics()) + this.#latency.render();
  }

  countDecision(decision: Decision): void {
    this.#decisions.count(decision);
  }

  countAnswer(seconds: number): void {
    this.#latency.observe(seconds);
  }

  countProbe(): void {
    this.#probes.inc();
  }

  countBadPolicy(): void {
    this.#badPolicies.inc();
  }

  /** Shows the policies now in force, and drops what was counted for windows that are gone. */
  showPolicies({ windows }: PolicySet, nowMs: number): void {
    const names = new Set(windows.map(({ name }) => name));
    this.#decisions.retain(names);
    for (const name of this.#inForce.keys()) if (!names.has(name)) this.#inForce.delete(name);
    this.#policies.reset();
    this.#policySince.reset();
    for (const { name, revision } of windows) {
      const known = this.#inForce.get(name);
      const since = known?.revision === revision ? known.since : nowMs / 1000;
      this.#inForce.set(name, { revision, since });
      this.#policies.set({ window: name, revision }, 1);
      this.#policySince.set({ window: name }, since);
    }
  }
}

function registerDecisions(registry: Registry, counts: DecisionCounts): void {
  const registers: Registry[] = [];
  registry.registerMetric(
    new Counter({
      name: 'backsoon_gate_decisions_total',
      help:
        'Decisions about requests, by window (namespace/name), outcome (open, pass, refuse, exchange, sign-out, orphan) ' +
        'and pass.',
      labelNames: ['window', 'outcome', 'pass'],
      registers,
      collect() {
        show(this, counts.decisions());
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: 'backsoon_refused_credentials_total',
      help: 'Tokens, cookies and exchanges that were good for nothing, by window (namespace/name) and kind.',
      labelNames: ['window', 'kind'],
      registers,
      collect() {
        show(this, counts.refusedCredentials());
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: 'backsoon_exchanges_total',
      help: 'Tokens that became a cookie, by window (namespace/name).',
      labelNames: ['window'],
      registers,
      collect() {
        show(this, counts.exchanges());
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: 'backsoon_unknown_client_addresses_total',
      help: 'Requests whose client address could not be told, by reason.',
      labelNames: ['reason'],
      registers,
      collect() {
        this.reset();
        for (const [reason, value] of counts.unknownAddresses()) this.inc({ reason }, value);
      },
    }),
  );
}

function show<Label extends string>(
  counter: Counter<Label | 'window'>,
  counts: readonly Count<Label>[],
): void {
  counter.reset();
  for (const { labels, value } of counts) counter.inc(labels, value);
}

function registerSources(registry: Registry, sources: MetricSources): void {
  const registers: Registry[] = [];
  registry.registerMetric(
    new Gauge({
      name: 'backsoon_event_loop_lag_seconds',
      help: 'How long the block of the event loop is that a request meets at a random moment.',
      registers,
      collect() {
        this.set(sources.lagSeconds());
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'backsoon_gate_connections',
      help: 'Open connections at the gate port.',
      registers,
      async collect() {
        this.set(await sources.connections());
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'backsoon_orphan_gates',
      help: 'Gates that asked in the last 5 minutes although no policy covers them.',
      registers,
      collect() {
        this.set(sources.orphanGates());
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'backsoon_address_findings',
      help: "Gates whose clients' addresses look wrong, by reason.",
      labelNames: ['reason'],
      registers,
      collect() {
        this.reset();
        for (const [reason, gates] of sources.addressFindings()) this.set({ reason }, gates);
      },
    }),
  );
}
