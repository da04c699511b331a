import type { Decision, Pass } from '../../policy/evaluate.ts';
import { windowNameOf } from './observation.ts';

type Outcome = Decision['outcome'];
/** A pass counts under its own name, any other decision under its outcome. */
type Kind = Pass | Exclude<Outcome, 'pass'>;
type Credential = 'token' | 'cookie' | 'exchange';

interface WindowCounts {
  readonly decisions: Record<Kind, number>;
  /** Credentials that were good for nothing. */
  readonly refused: Record<Credential, number>;
  /** Tokens that became cookies. */
  exchanges: number;
}

const noCounts = (): WindowCounts => ({
  decisions: {
    orphan: 0,
    open: 0,
    refuse: 0,
    exchange: 0,
    'sign-out': 0,
    address: 0,
    token: 0,
    cookie: 0,
    path: 0,
    method: 0,
    preflight: 0,
    acme: 0,
  },
  refused: { token: 0, cookie: 0, exchange: 0 },
  exchanges: 0,
});

const notPasses: ReadonlySet<string> = new Set<Exclude<Outcome, 'pass'>>([
  'orphan',
  'open',
  'refuse',
  'exchange',
  'sign-out',
]);

/** How often something was counted for one window. */
export interface Count<Label extends string> {
  readonly labels: Readonly<Record<Label | 'window', string>>;
  readonly value: number;
}

/**
 * Decisions by window, outcome and pass, and what became of credentials. Its memory is bounded by the windows:
 * nothing that a visitor sends is a label.
 */
export class DecisionCounts {
  readonly #byWindow = new Map<string, WindowCounts>();
  readonly #unknown = new Map<string, number>();

  count(decision: Decision): void {
    const counts = this.#of(windowNameOf(decision));
    counts.decisions[decision.outcome === 'pass' ? decision.pass : decision.outcome] += 1;
    if (decision.outcome === 'refuse' && decision.badCredential !== undefined) {
      counts.refused[decision.badCredential] += 1;
    } else if (decision.outcome === 'exchange') {
      if (decision.cookies.length === 0) counts.refused.exchange += 1;
      else counts.exchanges += 1;
    }
    if ('client' in decision && decision.client.kind === 'unknown') {
      const { reason } = decision.client;
      this.#unknown.set(reason, (this.#unknown.get(reason) ?? 0) + 1);
    }
  }

  /** Forgets windows that are not to be kept. */
  retain(windowNames: ReadonlySet<string>): void {
    for (const name of this.#byWindow.keys())
      if (name !== '' && !windowNames.has(name)) this.#byWindow.delete(name);
  }

  decisions(): Count<'outcome' | 'pass'>[] {
    return this.#flatten(({ decisions }) =>
      Object.entries(decisions).map(([kind, value]) => ({
        labels: notPasses.has(kind) ? { outcome: kind, pass: '' } : { outcome: 'pass', pass: kind },
        value,
      })),
    );
  }

  refusedCredentials(): Count<'kind'>[] {
    return this.#flatten(({ refused }) =>
      Object.entries(refused).map(([kind, value]) => ({ labels: { kind }, value })),
    );
  }

  exchanges(): Count<never>[] {
    return this.#flatten(({ exchanges }) => [{ labels: {}, value: exchanges }]);
  }

  /** Requests whose client's address could not be told, by reason. */
  unknownAddresses(): ReadonlyMap<string, number> {
    return this.#unknown;
  }

  #of(window: string): WindowCounts {
    return this.#byWindow.getOrInsertComputed(window, noCounts);
  }

  /** What was never counted is left out: most windows use few of the passes. */
  #flatten<Label extends string>(
    countsOf: (counts: WindowCounts) => { labels: Record<Label, string>; value: number }[],
  ): Count<Label>[] {
    return [...this.#byWindow].flatMap(([window, counts]) =>
      countsOf(counts)
        .filter(({ value }) => value > 0)
        .map(({ labels, value }) => ({ labels: { window, ...labels }, value })),
    );
  }
}
