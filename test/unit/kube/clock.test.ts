import { expect } from 'chai';
import { sleep, systemClock } from '../../../src/kube/clock.ts';
import { microTime } from '../../../src/kube/micro-time.ts';
import { until } from './until.ts';

describe('systemClock', () => {
  it('fires timers, but not those taken back', async () => {
    const fired: string[] = [];
    const cancel = systemClock.setTimer(1, () => fired.push('taken back'));
    systemClock.setTimer(5, () => fired.push('due'));
    cancel();
    await until(
      () => fired,
      (seen) => seen.length > 0,
    );
    expect(fired).to.deep.equal(['due']);
  });

  it('does not fire at once when asked for more than setTimeout can', async () => {
    let fired = false;
    const cancel = systemClock.setTimer(2 ** 31 + 1000, () => {
      fired = true;
    });
    const since = performance.now();
    await until(
      () => performance.now() - since,
      (elapsed) => elapsed > 20,
    );
    cancel();
    expect(fired).to.equal(false);
  });
});

describe('sleep', () => {
  it('ends at once, without an error, when its signal is aborted', async () => {
    const controller = new AbortController();
    const slept = sleep(systemClock, 1e9, controller.signal);
    controller.abort();
    await slept;
    await sleep(systemClock, 1e9, controller.signal);
  });
});

describe('microTime', () => {
  it('has six digits always', () => {
    expect(microTime(Temporal.Instant.from('2026-12-01T22:00:00+01:00'))).to.equal(
      '2026-12-01T21:00:00.000000Z',
    );
    expect(microTime(Temporal.Instant.from('2026-12-01T21:00:00.1234567Z'))).to.equal(
      '2026-12-01T21:00:00.123456Z',
    );
  });
});
