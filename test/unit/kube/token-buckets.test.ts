import { expect } from 'chai';
import { TokenBuckets } from '../../../src/kube/token-buckets.ts';
import { FakeClock } from './fake-clock.ts';

describe('TokenBuckets', () => {
  it('gives a burst to each key, then one at a time', () => {
    const clock = new FakeClock();
    const buckets = new TokenBuckets({ burst: 2, refillMs: 1000 }, clock);
    const take = (key: string): boolean => buckets.take(key);
    expect([take('a'), take('a'), take('a'), take('b')]).to.deep.equal([true, true, false, true]);
    clock.freeze(999);
    expect(take('a')).to.equal(false);
    clock.freeze(1);
    expect([take('a'), take('a')]).to.deep.equal([true, false]);
    clock.freeze(10_000);
    expect([take('a'), take('a'), take('a')]).to.deep.equal([true, true, false]);
  });
});
