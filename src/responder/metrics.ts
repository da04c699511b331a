import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { Decision } from '../policy/evaluate.ts';
import type { PolicySet } from '../policy/policy-set.ts';

type DecisionLabels = 'window' | 'outcome' | 'pass';

/** The responder's Prometheus metrics. */
export class Metrics {
  readonly registry = new Registry();
  readonly #decisions: Counter<DecisionLabels>;
  readonly #unknown: Counter<'reason'>;
  readonly #probes: Counter;
  readonly #badPolicies: Counter;
  readonly #policies: Gauge<'window' | 'revision'>;
  /** Counter children by label values: looking them up by object costs more than counting. */
  #children = new Map<string, Counter.Internal>();

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.#decisions = new Counter({
      name: 'backsoon_gate_decisions_total',
      help: 'Decisions about requests, by window (namespace/name), outcome (open, pass, refuse, orphan) and pass.',
      labelNames: ['window', 'outcome', 'pass'],
      registers,
    });
    this.#unknown = new Counter({
      name: 'backsoon_unknown_client_addresses_total',
      help: 'Requests whose client address could not be told, by reason.',
      labelNames: ['reason'],
      registers,
    });
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
  }

  countDecision(decision: Decision): void {
    const window = 'window' in decision ? (decision.window?.name ?? '') : '';
    this.#child(window, decision.outcome, decision.outcome === 'pass' ? decision.pass : '').inc();
    if ('client' in decision && decision.client.kind === 'unknown') {
      this.#unknown.inc({ reason: decision.client.reason });
    }
  }

  countProbe(): void {
    this.#probes.inc();
  }

  countBadPolicy(): void {
    this.#badPolicies.inc();
  }

  /** Shows the policies now in force, and drops what was counted for windows that are gone. */
  showPolicies({ windows }: PolicySet): void {
    this.#policies.reset();
    for (const { name, revision } of windows) this.#policies.set({ window: name, revision }, 1);
    const names = new Set(['', ...windows.map(({ name }) => name)]);
    for (const key of this.#children.keys()) {
      const [window = '', outcome = '', pass = ''] = key.split(' ');
      if (names.has(window)) continue;
      this.#decisions.remove({ window, outcome, pass });
      this.#children.delete(key);
    }
  }

  #child(window: string, outcome: string, pass: string): Counter.Internal {
    return this.#children.getOrInsertComputed(`${window} ${outcome} ${pass}`, () =>
      this.#decisions.labels({ window, outcome, pass }),
    );
  }
}
