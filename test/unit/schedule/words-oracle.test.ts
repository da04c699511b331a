import { expect } from 'chai';
import * as fc from 'fast-check';
import type { ScheduleInput, Timeline } from '../../../src/schedule/timeline.ts';
import { timelineOf } from '../../../src/schedule/timeline.ts';
import type { Run } from './oracle.ts';
import { instantAt, minuteOf, oracleCron, oracleRuns } from './oracle.ts';
import { seen } from './seen.ts';

/** Two hours of a cron that starts every few minutes, and anything a person may say about it, in minutes. */
const hour = minuteOf('2026-11-01T00:00Z');
const createdAt = instantAt(hour);
const minute = fc.integer({ min: 0, max: 110 });
const anyWorld = fc.record({
  every: fc.integer({ min: 5, max: 30 }),
  lasts: fc.integer({ min: 1, max: 20 }),
  hold: fc.boolean(),
  /** Which of the occurrences that could be stored are, by number. */
  stored: fc.array(fc.nat({ max: 8 }), { maxLength: 3 }),
  extension: fc.option(
    fc.record({ occurrence: fc.nat({ max: 12 }), lasts: fc.integer({ min: 1, max: 80 }) }),
    { nil: undefined },
  ),
  endedAt: fc.option(minute, { nil: undefined }),
  suspend: fc.constantFrom(false, false, false, true),
});
type World = typeof anyWorld extends fc.Arbitrary<infer T> ? T : never;

interface Told {
  readonly runs: readonly Run[];
  readonly held: readonly Run[];
  readonly extension: Run | undefined;
  readonly input: ScheduleInput;
}

function told({ every, lasts, hold, stored, extension, endedAt, suspend }: World): Told {
  const text = `*/${every} * * * *`;
  const runs = oracleRuns(
    { cron: oracleCron(text), zone: 'UTC', duration: lasts, exclude: [] },
    hour - 300,
    hour + 300,
  );
  const known = runs.filter(({ end }) => end > hour);
  const named = extension && known[extension.occurrence];
  const extended = named && { start: named.start, end: named.start + extension.lasts };
  return {
    runs: known,
    held: known.filter((_, index) => stored.includes(index)),
    extension: extended,
    input: {
      schedule: { cron: text, duration: `${lasts}m` },
      suspend,
      endPolicy: hold ? 'Hold' : 'Open',
      ...(extended && {
        extension: {
          occurrence: instantAt(extended.start).toString(),
          until: instantAt(extended.end).toString(),
        },
      }),
      ...(endedAt !== undefined && { endedAt: instantAt(hour + endedAt).toString() }),
    },
  };
}

/** Is the site closed in this minute? By painting, in the order of design §4. */
function isClosed(world: World, { runs, held, extension }: Told, now: number): boolean {
  const from = hour - 400;
  const closed = new Uint8Array(1000);
  for (const { start, end } of runs) {
    if (start !== extension?.start) closed.fill(1, start - from, end - from);
  }
  if (extension) closed.fill(1, extension.start - from, extension.end - from);
  const ended = world.endedAt === undefined ? undefined : hour + world.endedAt;
  if (ended !== undefined) {
    // The run that it falls into is over from there on; one that has just ended and one that begins are two.
    for (let at = ended - from; closed[at] === 1; at += 1) closed[at] = 2;
  }
  const isHeld = held.some(({ start, end }) => {
    const isExtended =
      extension && start >= extension.start && (start === extension.start || end <= extension.end);
    return end <= now && !isExtended && (ended === undefined || start > ended);
  });
  return !world.suspend && (closed[now - from] === 1 || (world.hold && isHeld));
}

describe('schedule: a person’s words, against asking each minute', function () {
  this.timeout(30_000);

  const timeline = ({ input, held }: Told, now: number): Timeline =>
    timelineOf(
      { ...input },
      {
        createdAt,
        now: instantAt(now),
        held: held.map(({ start, end }) => ({ start: instantAt(start), end: instantAt(end), holds: true })),
      },
    );
  /** Every window of these runs for ever: what never opens is not asked about. */
  const opens = (world: World): boolean => world.lasts < world.every && (60 % world.every) + world.lasts < 60;

  it('is closed in the same minutes', () => {
    fc.assert(
      fc.property(anyWorld.filter(opens), fc.array(minute, { minLength: 5, maxLength: 5 }), (world, nows) => {
        const it = told(world);
        for (const now of nows.map((each) => hour + each)) {
          expect(timeline(it, now).current !== undefined, `${now - hour}`).to.equal(isClosed(world, it, now));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('changes at changesAt, and not before', () => {
    fc.assert(
      fc.property(anyWorld.filter(opens), minute, (world, begin) => {
        const it = told(world);
        const first = timeline(it, hour + begin);
        for (let later = begin; later < begin + 60; later += 1) {
          const isBefore =
            first.changesAt === undefined ||
            Temporal.Instant.compare(instantAt(hour + later), first.changesAt) < 0;
          const isSame = seen(timeline(it, hour + later)) === seen(first);
          expect(isSame, `${later}`).to.equal(isBefore);
          if (!isBefore) break;
        }
      }),
      { numRuns: 100 },
    );
  });

  it('tells what is past, present and to come in order, never two that overlap', () => {
    fc.assert(
      fc.property(anyWorld.filter(opens), minute, (world, now) => {
        const { current, held, last, upcoming, next } = timeline(told(world), hour + now);
        // What begins while one is held is not told as closed, so the held one's scheduled end is before it.
        const all = [last, current, ...upcoming].filter((each) => each !== undefined);
        const times = all.flatMap(({ start, end }) => [start, end!]);
        expect(times).to.deep.equal([...times].sort((a, b) => Temporal.Instant.compare(a, b)));
        expect(next).to.equal(upcoming[0]);
        for (const { start } of upcoming)
          expect(Temporal.Instant.compare(start, instantAt(hour + now))).to.equal(1);
        if (held)
          expect(current?.end && Temporal.Instant.compare(current.end, instantAt(hour + now))).to.be.at.most(
            0,
          );
      }),
      { numRuns: 200 },
    );
  });
});
