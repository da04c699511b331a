import { expect } from 'chai';
import type { Step } from '../../bench/scale/cycle.ts';
import { figuresOf } from '../../bench/scale/figures.ts';

const usage = {
  seconds: 1,
  cpu_s: 2,
  rss_mb: 100,
  rss_peak_mb: 200,
  loop_lag_max_ms: 50,
  loop_lag_p99_ms: 20,
};

const step = (seconds: number, made: Step['writes']['made'] = {}): Step => ({
  seconds,
  writes: { made, dryRuns: { 'patch ingresses': 7 }, refused: {} },
  usage,
});

const row = (ingresses: number) => ({
  ingresses,
  arm: step(ingresses / 100, { 'patch ingresses': ingresses, 'patch middlewares': ingresses }),
  close: step(1),
  steady: step(60, ingresses === 100 ? { 'create events': 3 } : {}),
  open: step(2, { 'patch ingresses': ingresses }),
  clear: step(3, { 'delete middlewares': ingresses }),
  closeNow: step(4, { 'patch ingresses': ingresses }),
  openNow: step(5),
});

const spread = (atLeastMs: number) => ({ atLeastMs, atMostMs: 0, closelyAtMostMs: 0, looksPerSecond: 0 });
const flips = { start: spread(12.34), end: spread(1) };

describe('the figures of the scale benchmark', () => {
  it('are of the scheduled window at the largest size, dry runs apart, and the worst of all in the steady state', () => {
    expect(figuresOf([row(100), row(5000)], flips)).to.deep.equal({
      arm_s_5000: 50,
      writes_per_ingress: 4,
      steady_writes_60s: 3,
      operator_rss_mb_5000: 200,
      flip_spread_ms_200: 12.3,
    });
  });

  it('say nothing of 5,000 when there were none', () => {
    const { arm_s_5000, operator_rss_mb_5000 } = figuresOf([row(100)], flips);
    expect([arm_s_5000, operator_rss_mb_5000]).to.deep.equal([undefined, undefined]);
  });
});
