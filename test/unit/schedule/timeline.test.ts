import { expect } from 'chai';
import * as fc from 'fast-check';
import type { Occurrence } from '../../../src/schedule/occurrence.ts';
import type { ScheduleInput, Timeline } from '../../../src/schedule/timeline.ts';
import { InvalidSchedule, timelineOf } from '../../../src/schedule/timeline.ts';

/** `21:00` of the day that all tests happen on. */
const at = (clock: string): string => `2026-12-01T${clock}:00Z`;
const instant = (clock: string): Temporal.Instant => Temporal.Instant.from(at(clock));
const createdAt = instant('20:00');

const text = (occurrence: Occurrence | undefined): string | undefined =>
  occurrence &&
  [occurrence.start, occurrence.end].map((each) => each?.toString().slice(11, 16) ?? '').join('-');

const seen = ({ suspended, current, next, last }: Timeline): string =>
  [
    ...(suspended ? ['suspended'] : []),
    ...(current ? [`closed ${text(current)}`] : []),
    ...(next ? [`next ${text(next)}`] : []),
    ...(last ? [`last ${text(last)}`] : []),
  ].join(', ');

const startEnd = { start: at('21:00'), end: at('22:00') };
const startDuration = { start: at('21:00'), duration: '90m' };
const extension = { occurrence: at('21:00'), until: at('23:00') };

/** input, now, what is to be seen */
const table: Readonly<Record<string, readonly (readonly [ScheduleInput, string, string])[]>> = {
  'no schedule: closed from its creation on': [
    [{}, '20:00', 'closed 20:00-'],
    [{}, '23:59', 'closed 20:00-'],
    [{ endedAt: at('20:30') }, '20:29', 'closed 20:00-20:30'],
    [{ endedAt: at('20:30') }, '20:30', 'last 20:00-20:30'],
  ],
  'start and end: [start, end)': [
    [{ schedule: startEnd }, '20:59', 'next 21:00-22:00'],
    [{ schedule: startEnd }, '21:00', 'closed 21:00-22:00'],
    [{ schedule: startEnd }, '21:59', 'closed 21:00-22:00'],
    [{ schedule: startEnd }, '22:00', 'last 21:00-22:00'],
  ],
  'start and duration': [
    [{ schedule: startDuration }, '20:00', 'next 21:00-22:30'],
    [{ schedule: startDuration }, '22:29', 'closed 21:00-22:30'],
    [{ schedule: startDuration }, '22:30', 'last 21:00-22:30'],
  ],
  'start alone: no end': [
    [{ schedule: { start: at('21:00') } }, '20:59', 'next 21:00-'],
    [{ schedule: { start: at('21:00') } }, '23:59', 'closed 21:00-'],
  ],
  'any offset is the same instant': [
    [{ schedule: { start: '2026-12-01T22:00:00+01:00', duration: '1h' } }, '21:30', 'closed 21:00-22:00'],
  ],
  'an extension moves the end, both ways': [
    [{ schedule: startEnd, extension }, '22:30', 'closed 21:00-23:00'],
    [{ schedule: startEnd, extension }, '23:00', 'last 21:00-23:00'],
    [{ schedule: startEnd, extension: { ...extension, until: at('21:30') } }, '21:30', 'last 21:00-21:30'],
    [{ schedule: startEnd, extension: { ...extension, until: at('20:30') } }, '20:00', ''],
    [{ schedule: { start: at('21:00') }, extension }, '21:30', 'closed 21:00-23:00'],
    [
      { schedule: startEnd, extension: { ...extension, occurrence: '2026-12-01T22:00:00+01:00' } },
      '22:30',
      'closed 21:00-23:00',
    ],
  ],
  'an extension of another occurrence is none': [
    [
      { schedule: startEnd, extension: { ...extension, occurrence: at('20:00') } },
      '22:30',
      'last 21:00-22:00',
    ],
  ],
  'endedAt ends what has begun, and nothing else': [
    [{ schedule: startEnd, endedAt: at('20:59') }, '21:30', 'closed 21:00-22:00'],
    [{ schedule: startEnd, endedAt: at('21:00') }, '20:59', ''],
    [{ schedule: startEnd, endedAt: at('21:00') }, '21:00', ''],
    [{ schedule: startEnd, endedAt: at('21:30') }, '21:29', 'closed 21:00-21:30'],
    [{ schedule: startEnd, endedAt: at('21:30') }, '21:30', 'last 21:00-21:30'],
    [{ schedule: startEnd, endedAt: at('22:30') }, '22:15', 'last 21:00-22:00'],
    [{ schedule: startEnd, endedAt: at('22:30') }, '20:30', 'next 21:00-22:00'],
    [{ schedule: { start: at('21:00') }, endedAt: at('21:30') }, '21:30', 'last 21:00-21:30'],
  ],
  'endedAt is stronger than an extension': [
    [{ schedule: startEnd, extension, endedAt: at('22:30') }, '22:29', 'closed 21:00-22:30'],
    [{ schedule: startEnd, extension, endedAt: at('22:30') }, '22:30', 'last 21:00-22:30'],
  ],
  'suspend closes nothing, and hides nothing that is to come': [
    [{ schedule: startEnd, suspend: true }, '20:30', 'suspended, next 21:00-22:00'],
    [{ schedule: startEnd, suspend: true }, '21:30', 'suspended'],
    [{ schedule: startEnd, suspend: true }, '22:00', 'suspended, last 21:00-22:00'],
    [{ suspend: true }, '21:00', 'suspended'],
    [{ schedule: startEnd, suspend: false }, '21:30', 'closed 21:00-22:00'],
  ],
};

describe('schedule: the timeline', () => {
  for (const [rule, rows] of Object.entries(table)) {
    describe(rule, () => {
      for (const [input, now, expected] of rows) {
        it(`${JSON.stringify(input).replaceAll('2026-12-01T', '').replaceAll(':00Z', '')} at ${now}: ${expected}`, () => {
          expect(seen(timelineOf(input, { createdAt, now: instant(now) }))).to.equal(expected);
        });
      }
    });
  }

  describe('what can not be kept', () => {
    const refused: readonly (readonly [ScheduleInput, string])[] = [
      [{ schedule: { start: at('21:00'), end: at('21:00') } }, 'write a later end'],
      [{ schedule: { start: at('21:00'), end: at('20:00') } }, at('20:00')],
      [{ schedule: { start: at('21:00'), duration: '0m' } }, '"0m"'],
      [{ schedule: { start: at('21:00'), duration: 'soon' } }, '90m'],
    ];
    for (const [input, words] of refused) {
      it(`${JSON.stringify(input)} says ${words}`, () => {
        expect(() => timelineOf(input, { createdAt, now: createdAt })).to.throw(InvalidSchedule, words);
      });
    }
  });
});

/** Minutes of the day; times that meet are as likely as others. */
const minute = fc.integer({ min: 0, max: 12 });
const iso = (minutes: number): string => createdAt.add({ minutes }).toString();

interface World {
  readonly start: number | undefined;
  readonly lasts: number | undefined;
  readonly byDuration: boolean;
  readonly extension: { readonly occurrence: number; readonly until: number } | undefined;
  readonly endedAt: number | undefined;
  readonly suspend: boolean;
}
const world: fc.Arbitrary<World> = fc.record({
  start: fc.option(minute, { nil: undefined }),
  lasts: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
  byDuration: fc.boolean(),
  extension: fc.option(fc.record({ occurrence: minute, until: minute }), { nil: undefined }),
  endedAt: fc.option(minute, { nil: undefined }),
  suspend: fc.boolean(),
});

function inputOf({ start, lasts, byDuration, extension, endedAt, suspend }: World): ScheduleInput {
  const end = start === undefined || lasts === undefined ? undefined : { end: iso(start + lasts) };
  const length = lasts === undefined ? {} : byDuration ? { duration: `${lasts}m` } : end;
  return {
    suspend,
    ...(start === undefined ? {} : { schedule: { start: iso(start), ...length } }),
    ...(extension && { extension: { occurrence: iso(extension.occurrence), until: iso(extension.until) } }),
    ...(endedAt === undefined ? {} : { endedAt: iso(endedAt) }),
  };
}

/** Is the site closed in this minute? Asked of each minute on its own, with no occurrence in mind. */
function isClosed(world: World, now: number): boolean {
  const { extension, endedAt, suspend } = world;
  const start = world.start ?? 0;
  if (suspend || now < start) return false;
  if (endedAt !== undefined && endedAt >= start && now >= endedAt) return false;
  if (extension?.occurrence === start) return now < extension.until;
  return world.start === undefined || world.lasts === undefined || now < start + world.lasts;
}

const compare = (a: Temporal.Instant, b: Temporal.Instant): number => Temporal.Instant.compare(a, b);

describe('schedule: the timeline, against asking each minute', () => {
  const timeline = (each: World, now: number): Timeline =>
    timelineOf(inputOf(each), { createdAt, now: createdAt.add({ minutes: now }) });

  it('is closed in the same minutes', () => {
    fc.assert(
      fc.property(world, fc.integer({ min: 0, max: 24 }), (each, now) => {
        expect(timeline(each, now).current !== undefined).to.equal(isClosed(each, now));
      }),
      { numRuns: 2000 },
    );
  });

  it('changes at changesAt, and not before', () => {
    fc.assert(
      fc.property(world, fc.integer({ min: 0, max: 24 }), (each, minutes) => {
        const { changesAt } = timeline(each, minutes);
        const change = changesAt && changesAt.since(createdAt).total('minutes');
        for (let later = minutes; later <= 30; later += 1) {
          const isSame = seen(timeline(each, later)) === seen(timeline(each, minutes));
          expect(isSame, `${later}`).to.equal(change === undefined || later < change);
        }
      }),
    );
  });

  it('holds the present in what is current, the future in next, the past in last, and never two of them', () => {
    fc.assert(
      fc.property(world, fc.integer({ min: 0, max: 24 }), (each, minutes) => {
        const now = createdAt.add({ minutes });
        const { current, next, last } = timeline(each, minutes);
        expect([current, next, last].filter((one) => one !== undefined).length).to.be.at.most(1);
        if (current) expect(compare(current.start, now)).to.be.at.most(0);
        if (current?.end) expect(compare(now, current.end)).to.be.below(0);
        if (next) expect(compare(now, next.start)).to.be.below(0);
        if (last) expect(last.end && compare(last.end, now)).to.be.at.most(0);
      }),
      { numRuns: 2000 },
    );
  });
});
