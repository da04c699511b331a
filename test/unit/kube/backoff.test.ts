import { expect } from 'chai';
import { Backoff } from '../../../src/kube/backoff.ts';
import { FakeClock } from './fake-clock.ts';

const options = { initialMs: 800, maxMs: 30_000, resetAfterMs: 120_000 };

describe('Backoff', () => {
  it('doubles up to its limit, with up to as much again by chance', () => {
    const least = new Backoff(options, new FakeClock(() => 0));
    const delays = Array.from({ length: 8 }, () => least.next());
    expect(delays).to.deep.equal([800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
    const most = new Backoff(options, new FakeClock(() => 0.999));
    expect(most.next()).to.be.closeTo(1600, 1);
  });

  it('begins anew after two minutes without a failure, not sooner', () => {
    const clock = new FakeClock(() => 0);
    const backoff = new Backoff(options, clock);
    backoff.next();
    backoff.next();
    clock.freeze(120_000);
    expect(backoff.next()).to.equal(3200);
    clock.freeze(120_001);
    expect(backoff.next()).to.equal(800);
  });
});
