import { median, quantile, rounded } from '../statistics.ts';
import type { Site } from './sites.ts';

/** Milliseconds of each request of one round, by site. */
export type Round = Readonly<Record<Site, readonly number[]>>;

export interface Summary {
  readonly median: number;
  readonly p99: number;
}

export const summarize = (round: Round): Readonly<Record<Site, Summary>> => ({
  open: summary(round.open),
  backsoon: summary(round.backsoon),
  nginx: summary(round.nginx),
});

const summary = (values: readonly number[]): Summary => ({
  median: rounded(quantile(values, 0.5), 4),
  p99: rounded(quantile(values, 0.99), 4),
});

export interface Figures {
  readonly added_ms_median: number;
  readonly added_ms_p99: number;
  readonly nginx_added_ms_median: number;
  readonly nginx_added_ms_p99: number;
  /** The added medians' ratio. */
  readonly vs_bare_nginx: number;
}

/** What the gates add: medians over the rounds of the difference to the open site of the same round. */
export function figuresOf(rounds: readonly Round[]): Figures {
  const summaries = rounds.map(summarize);
  const added = (site: 'backsoon' | 'nginx', of: keyof Summary): number =>
    median(summaries.map((each) => each[site][of] - each.open[of]));
  return {
    added_ms_median: rounded(added('backsoon', 'median'), 3),
    added_ms_p99: rounded(added('backsoon', 'p99'), 3),
    nginx_added_ms_median: rounded(added('nginx', 'median'), 3),
    nginx_added_ms_p99: rounded(added('nginx', 'p99'), 3),
    vs_bare_nginx: rounded(added('backsoon', 'median') / added('nginx', 'median')),
  };
}
