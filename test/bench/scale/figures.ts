import { rounded } from '../statistics.ts';
import { sum } from './audit.ts';
import type { Row, Step } from './cycle.ts';
import type { Flips } from './flip.ts';

export interface Figures {
  /** A window with a start in the future was applied → every gate of 5,000 is proven. */
  readonly arm_s_5000: number | undefined;
  /** Of one whole scheduled window, from its creation to its end, at the largest size; dry runs apart. */
  readonly writes_per_ingress: number | undefined;
  /** While closed, leases apart: the most of all sizes. */
  readonly steady_writes_60s: number;
  /** The most that the operator's process ever had resident. */
  readonly operator_rss_mb_5000: number | undefined;
  /**
   * So long after the first of 200 hosts was seen flipped some other was seen not flipped yet, at the start or at the end.
   * `flips` in the output has the bounds within which it can be more.
   */
  readonly flip_spread_ms_200: number;
}

/** The scheduled window's steps in which something is to be written. */
const scheduled = ({ arm, close, open, clear }: Row): readonly Step[] => [arm, close, open, clear];

/** How many writes one Ingress cost from the window's creation until nothing was left of it. */
export const writesPerIngress = (row: Row): number =>
  scheduled(row).reduce((total, { writes }) => total + sum(writes.made), 0) / row.ingresses;

/** How many writes were only asked about, for each Ingress. */
export const dryRunsPerIngress = (row: Row): number =>
  scheduled(row).reduce((total, { writes }) => total + sum(writes.dryRuns), 0) / row.ingresses;

const stepsOf = (row: Row): readonly Step[] => [...scheduled(row), row.steady, row.closeNow, row.openNow];

export const peakMegabytes = (row: Row): number =>
  Math.max(...stepsOf(row).map(({ usage }) => usage.rss_peak_mb));

/** The longest time that the operator's event loop was late by. */
export const worstLagMs = (row: Row): number =>
  Math.max(...stepsOf(row).map(({ usage }) => usage.loop_lag_max_ms));

export const processorSeconds = (row: Row): number =>
  stepsOf(row).reduce((total, { usage }) => total + usage.cpu_s, 0);

export function figuresOf(rows: readonly Row[], { start, end }: Pick<Flips, 'start' | 'end'>): Figures {
  const largest = rows.toSorted((a, b) => b.ingresses - a.ingresses)[0];
  const most = rows.find(({ ingresses }) => ingresses === 5000);
  return {
    arm_s_5000: most && rounded(most.arm.seconds, 1),
    writes_per_ingress: largest && rounded(writesPerIngress(largest), 3),
    steady_writes_60s: Math.max(...rows.map(({ steady }) => sum(steady.writes.made))),
    operator_rss_mb_5000: most && rounded(peakMegabytes(most), 0),
    flip_spread_ms_200: rounded(Math.max(start.atLeastMs, end.atLeastMs), 1),
  };
}

/** One row in words, for people. */
export const inShort = (row: Row): Readonly<Record<string, number>> => ({
  arm_s: rounded(row.arm.seconds, 1),
  close_s: rounded(row.close.seconds, 1),
  open_s: rounded(row.open.seconds, 1),
  clear_s: rounded(row.clear.seconds, 1),
  close_now_s: rounded(row.closeNow.seconds, 1),
  open_now_s: rounded(row.openNow.seconds, 1),
  writes_per_ingress: rounded(writesPerIngress(row), 3),
  dry_runs_per_ingress: rounded(dryRunsPerIngress(row), 3),
  steady_writes: sum(row.steady.writes.made),
  steady_cpu_s: rounded(row.steady.usage.cpu_s, 1),
  cpu_s: rounded(processorSeconds(row), 1),
  rss_mb: rounded(peakMegabytes(row), 0),
  loop_lag_ms: rounded(worstLagMs(row), 0),
});
