import { expect } from 'chai';
import { median, quantile, rounded, turns } from '../../bench/statistics.ts';

describe('statistics of benchmarks', () => {
  it('take the middle value, or the mean of two', () => {
    expect(median([3, 1, 2])).to.equal(2);
    expect(median([4, 1, 3, 2])).to.equal(2.5);
    expect(median([])).to.be.NaN;
  });

  it('take quantiles by nearest rank, without sorting what they were given', () => {
    const values = [5, 1, 4, 2, 3];
    expect(quantile(values, 0)).to.equal(1);
    expect(quantile(values, 0.5)).to.equal(3);
    expect(quantile(values, 0.99)).to.equal(5);
    expect(values).to.deep.equal([5, 1, 4, 2, 3]);
  });

  it('give each contender one turn in a round, and each the first turn of some round', () => {
    expect([0, 1, 2, 3].map((round) => turns(3, round))).to.deep.equal([
      [0, 1, 2],
      [1, 2, 0],
      [2, 0, 1],
      [0, 1, 2],
    ]);
  });

  it('round to digits', () => {
    expect(rounded(0.976)).to.equal(0.98);
    expect(rounded(12.34, 0)).to.equal(12);
  });
});
