import { expect } from 'chai';
import { figuresOf, type Round } from '../../bench/hop/figures.ts';

/** A hundred requests of one duration, and two slow ones. */
const requests = (milliseconds: number): number[] =>
  Array.from({ length: 102 }, (_, index) => (index < 100 ? milliseconds : 10 * milliseconds));

const round = (open: number, backsoon: number, nginx: number): Round => ({
  open: requests(open),
  backsoon: requests(backsoon),
  nginx: requests(nginx),
});

describe('the figures of the hop benchmark', () => {
  it('are what each gate adds to the open site of the same round, by the median of the rounds', () => {
    const rounds = [round(0.5, 0.9, 0.7), round(1.5, 1.9, 1.7), round(5, 50, 5)];
    expect(figuresOf(rounds)).to.deep.equal({
      added_ms_median: 0.4,
      added_ms_p99: 4,
      nginx_added_ms_median: 0.2,
      nginx_added_ms_p99: 2,
      vs_bare_nginx: 2,
    });
  });
});
