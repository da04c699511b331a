import { expect } from 'chai';
import { readClock, skewToTell } from '../../../../src/operator/fleet/clock-skew.ts';
import { instant } from '../../builders/observed.ts';

describe('operator: a replica’s clock', () => {
  it('is read in the middle between question and answer', () => {
    const asked = instant('2026-12-01T21:00:00.000Z');
    const answered = instant('2026-12-01T21:00:00.200Z');
    const clock = (now: string): object => readClock(instant(now), { asked, answered });
    expect(clock('2026-12-01T21:00:00.100Z')).to.deep.equal({ aheadMs: 0, withinMs: 100 });
    expect(clock('2026-12-01T21:00:03.100Z')).to.deep.equal({ aheadMs: 3000, withinMs: 100 });
    expect(clock('2026-12-01T20:59:58.600Z')).to.deep.equal({ aheadMs: -1500, withinMs: 100 });
  });

  const table: readonly {
    readonly title: string;
    readonly aheadMs: number;
    readonly withinMs?: number;
    readonly told?: number;
    readonly expected: number | undefined;
  }[] = [
    { title: 'that is right is not told of', aheadMs: 3, expected: undefined },
    { title: 'that is a second off at most is not told of', aheadMs: 1000, expected: undefined },
    { title: 'that is ahead is told of', aheadMs: 3001.4, expected: 3001 },
    { title: 'that is behind is told of', aheadMs: -1500, expected: -1500 },
    { title: 'that may be right within the error', aheadMs: 1100, withinMs: 150, expected: undefined },
    { title: 'that a slow answer tells little of', aheadMs: 9000, withinMs: 800, expected: undefined },
    { title: 'that was off, by a slow answer', aheadMs: 0, withinMs: 800, told: 3000, expected: 3000 },
    { title: 'that is off by about the same', aheadMs: 3400, told: 3000, expected: 3000 },
    { title: 'that is off by something else', aheadMs: 3600, told: 3000, expected: 3600 },
    { title: 'that is nearly right again', aheadMs: 900, told: 1100, expected: 1100 },
    { title: 'that is right again', aheadMs: 790, told: 1100, expected: undefined },
  ];
  for (const { title, aheadMs, withinMs = 1, told, expected } of table) {
    it(title, () => expect(skewToTell({ aheadMs, withinMs }, told)).to.equal(expected));
  }
});
