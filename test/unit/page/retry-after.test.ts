import { expect } from 'chai';
import * as fc from 'fast-check';
import { retryAfterSeconds } from '../../../src/page/retry-after.ts';

const nowMs = 1_800_000_000_000;
const after = (seconds: number, explicit: number | null, random: number): number =>
  retryAfterSeconds({ nowMs, endMs: nowMs + seconds * 1000, explicit, random });

describe('retryAfterSeconds', () => {
  const almostOne = 1 - Number.EPSILON;
  const table: readonly (readonly [string, number, number])[] = [
    ['the seconds to the end', after(600, null, 0), 600],
    ['and up to 10 % more', after(600, null, almostOne), 660],
    ['at most an hour', after(100_000, null, 0), 3600],
    ['at most an hour, with the 10 %', after(3500, null, almostOne), 3600],
    ['rounded up', after(1.2, null, 0), 2],
    ['at least a second', after(0.001, null, 0), 1],
    ['300 without an end', after(Infinity, null, 0), 300],
    ['and up to 20 % more', after(Infinity, null, almostOne), 360],
    ["the window's own value", after(600, 120, 0), 120],
    ['and up to 10 % more of it', after(600, 120, almostOne), 132],
    ["the window's own value without an end", after(Infinity, 7200, 0), 7200],
    ['still sane after the end', after(-5, null, 0.5), 1],
  ];
  for (const [what, actual, expected] of table) {
    it(`is ${what}: ${expected}`, () => expect(actual).to.equal(expected));
  }

  it('never sends anybody back before the end, apart from the cap', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), random, (seconds, chance) => {
        const retry = after(seconds, null, chance);
        return (
          Number.isInteger(retry) &&
          retry >= 1 &&
          retry <= 3600 &&
          retry >= Math.min(Math.floor(seconds), 3600)
        );
      }),
    );
  });
});
