import { expect } from 'chai';
import { Latency } from '../../../../src/responder/observe/latency.ts';

const buckets = (text: string): Record<string, number> =>
  Object.fromEntries(
    [...text.matchAll(/^backsoon_gate_answer_seconds_bucket\{le="([^"]+)"\} (\d+)$/gm)].map(
      ([, le = '', count]) => [le, Number(count)],
    ),
  );

describe('Latency', () => {
  it('is a Prometheus histogram: cumulative buckets, sum and count', () => {
    const latency = new Latency();
    for (const seconds of [0, 0.000_005, 0.000_006, 0.001, 1.5]) latency.observe(seconds);
    const text = latency.render();
    expect(text).to.match(
      /^# HELP backsoon_gate_answer_seconds .+\n# TYPE backsoon_gate_answer_seconds histogram\n/,
    );
    expect(buckets(text)).to.include({
      '0.000005': 2,
      '0.00001': 3,
      '0.0005': 3,
      '0.001': 4,
      '0.25': 4,
      '+Inf': 5,
    });
    expect(text).to.match(
      /\nbacksoon_gate_answer_seconds_sum 1\.501011\nbacksoon_gate_answer_seconds_count 5\n$/,
    );
  });

  it('loses no observation, whatever it is', () => {
    const latency = new Latency();
    for (const seconds of [-1, Infinity, NaN]) latency.observe(seconds);
    expect(buckets(latency.render())).to.include({ '0.25': 1, '+Inf': 3 });
  });
});
