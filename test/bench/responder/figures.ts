import { median, rounded } from '../statistics.ts';
import type { DecisionServer, PageServer } from './contenders.ts';
import type { Load } from './load.ts';
import type { Round } from './rounds.ts';

/** `nginx-file` or `nginx-memory`: whichever serves the page faster is the one to be compared with. */
export type NginxPage = Extract<PageServer, `nginx-${string}`>;
export type LatencyTurn = 'backsoon-own' | 'nginx-own' | 'backsoon-equal' | 'nginx-equal';
export type ConnectionsServer = 'backsoon' | 'nginx';

/** Everything that one run measured; what was not asked for is absent. */
export interface Results {
  readonly page?: readonly Round<PageServer>[];
  readonly decision?: readonly Round<DecisionServer>[];
  /** New connection for each request: the server ends it because the client asked it to, or the client ends it. */
  readonly connections?: {
    readonly server: readonly Round<ConnectionsServer>[];
    readonly client: readonly Round<ConnectionsServer>[];
  };
  /** At 80 % of the own maximum, and both at 80 % of the lower maximum. */
  readonly latency?: readonly Round<LatencyTurn>[];
  /** Bytes after the page's rounds, and of the responder with many windows after the decision's. */
  readonly resident?: { readonly backsoon: number; readonly bare: number; readonly many: number };
  /** Milliseconds from the start of the process, per start. */
  readonly ready?: { readonly one: readonly number[]; readonly many: readonly number[] };
}

/** The nginx that reached more requests per second. */
export function betterNginx(rounds: readonly Round<PageServer>[]): NginxPage {
  const of = (name: NginxPage): number => median(rounds.map((round) => round[name].requestsPerSecond));
  return of('nginx-file') > of('nginx-memory') ? 'nginx-file' : 'nginx-memory';
}

/** The median of the rounds' ratios. */
function ratio<Name extends string>(
  rounds: readonly Round<Name>[],
  [of, to]: readonly [Name, Name],
  value: (load: Load) => number = (load) => load.requestsPerSecond,
): number {
  return rounded(median(rounds.map((round) => value(round[of]) / value(round[to]))));
}

/** The figures of a run by their names. Ratios are medians of the rounds' ratios. */
export function figuresOf(results: Results): Record<string, number> {
  return {
    ...(results.page && pageFigures(results.page)),
    ...(results.decision && decisionFigures(results.decision)),
    ...(results.connections && {
      page_new_connections_vs_nginx: ratio(results.connections.server, ['backsoon', 'nginx']),
      page_new_connections_ended_by_client_vs_nginx: ratio(results.connections.client, ['backsoon', 'nginx']),
    }),
    ...(results.latency && {
      p99_vs_nginx: ratio(results.latency, ['backsoon-own', 'nginx-own'], ({ p99 }) => p99),
      p99_at_equal_rate_vs_nginx: ratio(results.latency, ['backsoon-equal', 'nginx-equal'], ({ p99 }) => p99),
    }),
    ...(results.resident && residentFigures(results.resident)),
    ...(results.ready && {
      ready_ms: rounded(median(results.ready.one), 0),
      ready_many_windows_ms: rounded(median(results.ready.many), 0),
    }),
  };
}

function pageFigures(rounds: readonly Round<PageServer>[]): Record<string, number> {
  const nginx = betterNginx(rounds);
  return {
    page_vs_nginx: ratio(rounds, ['backsoon', nginx]),
    page_cpu_vs_nginx: ratio(rounds, ['backsoon', nginx], (load) => load.cpuMicroseconds),
    page_vs_express: ratio(rounds, ['backsoon', 'express']),
    page_vs_bare_node: ratio(rounds, ['backsoon', 'bare-node']),
  };
}

/** `decision_vs_nginx` is the worse of the two. */
function decisionFigures(rounds: readonly Round<DecisionServer>[]): Record<string, number> {
  const one = ratio(rounds, ['one-window', 'nginx']);
  const many = ratio(rounds, ['many-windows', 'nginx']);
  return {
    decision_vs_nginx: Math.min(one, many),
    decision_one_window_vs_nginx: one,
    decision_many_windows_vs_nginx: many,
    decision_cpu_vs_nginx: ratio(rounds, ['one-window', 'nginx'], (load) => load.cpuMicroseconds),
  };
}

function residentFigures({ backsoon, bare, many }: NonNullable<Results['resident']>): Record<string, number> {
  return {
    rss_mb: rounded(backsoon / 1e6, 1),
    rss_vs_bare_node: rounded(backsoon / bare),
    rss_many_windows_mb: rounded(many / 1e6, 1),
  };
}
