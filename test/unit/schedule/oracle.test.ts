import { expect } from 'chai';
import * as fc from 'fast-check';
import type { Occurrence } from '../../../src/schedule/occurrence.ts';
import type { ScheduleInput } from '../../../src/schedule/timeline.ts';
import { InvalidSchedule, checkSchedule, occurrences, timelineOf } from '../../../src/schedule/timeline.ts';
import type { OracleSchedule, Run } from './oracle.ts';
import { anyCron, cronText, instantAt, minuteOf, oracleCron, oracleRuns, zones } from './oracle.ts';

const day = 1440;

const inputOf = ({
  cron,
  zone,
  duration,
  exclude,
}: OracleSchedule): ScheduleInput & { schedule: object } => ({
  schedule: {
    cron: cronText(cron),
    duration: `${duration}m`,
    timeZone: zone,
    exclude: exclude.map(({ start, end }) => ({
      start: instantAt(start).toString(),
      end: instantAt(end).toString(),
    })),
  },
});

const words = (runs: readonly Run[]): string[] =>
  runs.map(({ start, end }) => `${instantAt(start).toString()}/${instantAt(end).toString()}`);
const wordsOf = (found: readonly Occurrence[]): string[] =>
  found.map(({ start, end }) => `${start.toString()}/${end?.toString()}`);

/** Everything that happens from one minute up to another, by both; the last ones, which the end may cut, left out. */
function both(schedule: OracleSchedule, from: number, to: number): { expected: string[]; found: string[] } {
  const runs = oracleRuns(schedule, from - 36 * day, to).filter(({ end }) => end > from && end < to);
  const createdAt = instantAt(from);
  const found = occurrences(inputOf(schedule), { createdAt, from: createdAt, count: runs.length });
  return { expected: words(runs), found: wordsOf(found) };
}

describe('schedule: cron, against asking each minute', function () {
  this.timeout(30_000);

  describe('over two years', () => {
    // At the hours at which clocks change somewhere, hourly, by days of both kinds, and through whole days.
    const crons: readonly (readonly [string, number])[] = [
      ['30 2 * * *', 90],
      ['15,45 0-3 * * 0', 10],
      ['20 */2 13 * 5', 30],
      ['45 * 28-31 * *', 15],
      ['0 0 * * 1-5', 1440],
    ];
    for (const [zone, around] of zones) {
      const from = minuteOf(around[0]!) - 300 * day;
      for (const [text, duration] of crons) {
        it(`${zone}: ${text} for ${duration} min`, () => {
          const { expected, found } = both(
            { cron: oracleCron(text), zone, duration, exclude: [] },
            from,
            from + 2 * 366 * day,
          );
          expect(expected.length).to.be.at.least(24);
          expect(found).to.deep.equal(expected);
        });
      }
    }
  });

  /** A schedule, and three weeks in which to look at it: clocks change in the middle of them. */
  const anyWorld = fc.record({
    place: fc.constantFrom(...zones.flatMap(([zone, times]) => times.map((time) => ({ zone, time })))),
    cron: anyCron,
    duration: fc.oneof(fc.integer({ min: 1, max: 180 }), fc.integer({ min: 1, max: 3 * day })),
    exclude: fc.array(
      fc.record({
        start: fc.integer({ min: -10 * day, max: 10 * day }),
        lasts: fc.integer({ min: 1, max: 3 * day }),
      }),
      { maxLength: 4 },
    ),
    from: fc.integer({ min: -5 * day, max: -2 * day }),
    nows: fc.array(fc.integer({ min: -2 * day, max: 10 * day }), { minLength: 4, maxLength: 4 }),
  });
  const scheduleOf = ({
    place,
    cron,
    duration,
    exclude,
  }: typeof anyWorld extends fc.Arbitrary<infer T> ? T : never) => {
    const middle = minuteOf(place.time);
    const times = exclude.map(({ start, lasts }) => ({ start: middle + start, end: middle + start + lasts }));
    return { middle, schedule: { cron, zone: place.zone, duration, exclude: times } };
  };

  function isKept(input: ScheduleInput, createdAt: Temporal.Instant): boolean {
    try {
      checkSchedule(input, createdAt);
      return true;
    } catch (error) {
      expect(error).to.be.instanceOf(InvalidSchedule);
      return false;
    }
  }

  it('has the same occurrences: any cron, duration and exclusions, around a change of clocks', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const { middle, schedule } = scheduleOf(world);
        fc.pre(isKept(inputOf(schedule), instantAt(middle + world.from)));
        const { expected, found } = both(schedule, middle + world.from, middle + 16 * day);
        expect(found).to.deep.equal(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('is refused when it closes for more than 31 days on end, at the latest', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const { middle, schedule } = scheduleOf(world);
        const runs = oracleRuns({ ...schedule, exclude: [] }, middle, middle + 70 * day);
        const isLong = runs.some(({ start, end }) => end - start > 31 * day);
        expect(isLong && isKept(inputOf(schedule), instantAt(middle))).to.equal(false);
      }),
      { numRuns: 40 },
    );
  });

  it('stands where the occurrences say, at any instant, and changes exactly when it says', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const { middle, schedule } = scheduleOf(world);
        const from = middle + world.from;
        const input = inputOf(schedule);
        fc.pre(isKept(input, instantAt(from)));
        const runs = oracleRuns(schedule, from - 36 * day, middle + 40 * day);
        for (const now of world.nows.map((each) => middle + each)) {
          const timeline = timelineOf(
            { ...input },
            { createdAt: instantAt(from), now: instantAt(now), ahead: 3 },
          );
          const current = runs.filter(({ start, end }) => start <= now && now < end);
          const coming = runs.filter(({ start, end }) => start > now && end < middle + 39 * day).slice(0, 3);
          const last = runs.filter(({ end }) => end > from && end <= now).slice(-1);
          expect(wordsOf(timeline.current ? [timeline.current] : []), 'current').to.deep.equal(
            words(current),
          );
          expect(wordsOf(timeline.upcoming.slice(0, coming.length)), 'upcoming').to.deep.equal(words(coming));
          expect(timeline.next, 'next').to.equal(timeline.upcoming[0]);
          expect(wordsOf(timeline.last ? [timeline.last] : []), 'last').to.deep.equal(words(last));
          const change = current[0]?.end ?? coming[0]?.start;
          if (change !== undefined)
            expect(timeline.changesAt?.toString()).to.equal(instantAt(change).toString());
        }
      }),
      { numRuns: 80 },
    );
  });
});
