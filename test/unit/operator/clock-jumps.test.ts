import { expect } from 'chai';
import { watchClock } from '../../../src/operator/clock-jumps.ts';
import { FakeClock } from '../kube/fake-clock.ts';

describe('operator: the wall clock', () => {
  let clock: FakeClock;
  let end: AbortController;
  let jumps: number[];
  beforeEach(() => {
    clock = new FakeClock();
    end = new AbortController();
    jumps = [];
    void watchClock(clock, end.signal, (milliseconds) => jumps.push(milliseconds));
  });
  afterEach(async () => {
    end.abort();
    await clock.advance(1_000);
  });

  it('that goes as time does is no news', async () => {
    await clock.advance(3_600_000);
    expect(jumps).to.deep.equal([]);
  });

  it('that jumps ahead or back is noticed within a second, once', async () => {
    await clock.advance(10_000);
    clock.wallAheadMs = 3_600_000;
    await clock.advance(1_000);
    expect(jumps).to.deep.equal([3_600_000]);
    clock.wallAheadMs = 0;
    await clock.advance(5_000);
    expect(jumps).to.deep.equal([3_600_000, -3_600_000]);
  });

  it('that is set right little by little is no news until it adds up', async () => {
    for (let second = 0; second < 10; second += 1) {
      clock.wallAheadMs += 60;
      await clock.advance(1_000);
    }
    expect(jumps).to.deep.equal([540]);
  });

  it('of a process that was stopped, whose timers stood still as long, has not jumped', async () => {
    clock.freeze(600_000);
    await clock.advance(1_000);
    expect(jumps).to.deep.equal([]);
  });
});
