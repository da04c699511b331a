import { expect } from 'chai';
import type { Occurrence } from '../../../src/schedule/occurrence.ts';
import type { ScheduleInput } from '../../../src/schedule/timeline.ts';
import { occurrences, timelineOf } from '../../../src/schedule/timeline.ts';
import { seen, shortOf } from './seen.ts';

/** `3 02:00` is a time of November 2026. */
const at = (text: string): string => {
  const [day = '', clock = ''] = text.split(' ');
  return `2026-11-${day.padStart(2, '0')}T${clock}:00Z`;
};
const instant = (text: string): Temporal.Instant => Temporal.Instant.from(at(text));
const createdAt = instant('1 00:00');

/** Every night from 02:00 to 03:00. */
const nightly: ScheduleInput = { schedule: { cron: '0 2 * * *', duration: '1h' } };
const holding: ScheduleInput = { ...nightly, endPolicy: 'Hold' };
const stored = (...runs: readonly string[]): readonly Occurrence[] =>
  runs.map((run) => {
    const [start = '', end = ''] = run.split('-');
    return { start: instant(start), end: instant(end), holds: true };
  });
const extend = (occurrence: string, until: string): NonNullable<ScheduleInput['extension']> => ({
  occurrence: at(occurrence),
  until: at(until),
});

type Row = readonly [ScheduleInput, string, string, (readonly Occurrence[])?];
const table: Readonly<Record<string, readonly Row[]>> = {
  'extension: one occurrence lasts until another time': [
    [
      { ...nightly, extension: extend('3 02:00', '3 05:00') },
      '3 04:59',
      'closed 3 02:00-3 05:00, next 4 02:00-4 03:00, last 2 02:00-2 03:00',
    ],
    [
      { ...nightly, extension: extend('3 02:00', '3 05:00') },
      '3 05:00',
      'next 4 02:00-4 03:00, last 3 02:00-3 05:00',
    ],
    [
      { ...nightly, extension: extend('3 02:00', '3 02:30') },
      '3 02:30',
      'next 4 02:00-4 03:00, last 3 02:00-3 02:30',
    ],
    [
      { ...nightly, extension: extend('3 02:00', '3 05:00') },
      '2 12:00',
      'next 3 02:00-3 05:00, last 2 02:00-2 03:00',
    ],
    [
      { ...nightly, extension: extend('3 02:01', '3 05:00') },
      '3 04:00',
      'next 4 02:00-4 03:00, last 3 02:00-3 03:00',
    ],
  ],
  'extension: what begins before the new end is part of it': [
    [
      { ...nightly, extension: extend('3 02:00', '5 02:30') },
      '4 12:00',
      'closed 3 02:00-5 03:00, next 6 02:00-6 03:00, last 2 02:00-2 03:00',
    ],
    [
      { ...nightly, extension: extend('3 02:00', '4 02:00') },
      '3 12:00',
      'closed 3 02:00-4 03:00, next 5 02:00-5 03:00, last 2 02:00-2 03:00',
    ],
    [
      { ...nightly, extension: extend('3 02:00', '30 12:00') },
      '20 12:00',
      'closed 3 02:00-30 12:00, next 1 02:00-1 03:00, last 2 02:00-2 03:00',
    ],
  ],
  'extension: names a merged occurrence by its first start': [
    [
      { schedule: { cron: '0 2-4 * * *', duration: '2h' }, extension: extend('3 02:00', '3 08:00') },
      '3 07:00',
      'closed 3 02:00-3 08:00, next 4 02:00-4 06:00, last 2 02:00-2 06:00',
    ],
    [
      { schedule: { cron: '0 2-4 * * *', duration: '2h' }, extension: extend('3 03:00', '3 08:00') },
      '3 07:00',
      'next 4 02:00-4 06:00, last 3 02:00-3 06:00',
    ],
  ],
  'extension: stronger than an exclusion and than Hold': [
    [
      {
        schedule: { ...nightly.schedule, exclude: [{ start: at('3 04:00'), end: at('3 05:00') }] },
        extension: extend('3 02:00', '3 06:00'),
      },
      '3 04:30',
      'closed 3 02:00-3 06:00, next 4 02:00-4 03:00, last 2 02:00-2 03:00',
    ],
    [
      { ...holding, extension: extend('3 02:00', '3 05:00') },
      '3 04:00',
      'closed 3 02:00-3 05:00, next 4 02:00-4 03:00 holds, last 2 02:00-2 03:00 holds',
    ],
    [
      { ...holding, extension: extend('3 02:00', '3 05:00') },
      '3 05:00',
      'next 4 02:00-4 03:00 holds, last 3 02:00-3 05:00',
      stored('3 02:00-3 03:00'),
    ],
    // The end is that of the next one, which was not extended.
    [
      { ...holding, extension: extend('3 02:00', '4 02:30') },
      '3 05:00',
      'closed 3 02:00-4 03:00 holds, next 5 02:00-5 03:00 holds, last 2 02:00-2 03:00 holds',
    ],
  ],
  'Hold: past its end it stays closed, whatever begins meanwhile': [
    [
      holding,
      '3 02:30',
      'closed 3 02:00-3 03:00 holds, next 4 02:00-4 03:00 holds, last 2 02:00-2 03:00 holds',
      stored('3 02:00-3 03:00'),
    ],
    [
      holding,
      '3 03:00',
      'held 3 02:00-3 03:00 holds, next 4 02:00-4 03:00 holds, last 2 02:00-2 03:00 holds',
      stored('3 02:00-3 03:00', '4 02:00-4 03:00'),
    ],
    [
      holding,
      '4 02:30',
      'held 3 02:00-3 03:00 holds, next 5 02:00-5 03:00 holds, last 2 02:00-2 03:00 holds',
      stored('3 02:00-3 03:00', '4 02:00-4 03:00'),
    ],
    [
      holding,
      '9 12:00',
      'held 3 02:00-3 03:00 holds, next 10 02:00-10 03:00 holds, last 2 02:00-2 03:00 holds',
      stored('3 02:00-3 03:00', '4 02:00-4 03:00'),
    ],
    [
      { schedule: { start: at('3 02:00'), duration: '1h' }, endPolicy: 'Hold' },
      '9 12:00',
      'held 3 02:00-3 03:00 holds',
      stored('3 02:00-3 03:00'),
    ],
    [{ endPolicy: 'Hold' }, '9 12:00', 'closed 1 00:00-'],
  ],
  'Hold: only if the policy in force said so, and endPolicy still does': [
    [holding, '3 03:00', 'next 4 02:00-4 03:00 holds, last 3 02:00-3 03:00 holds'],
    [nightly, '3 03:00', 'next 4 02:00-4 03:00, last 3 02:00-3 03:00', stored('3 02:00-3 03:00')],
  ],
  'Hold: an edit of the schedule does not open what is held': [
    [
      { endPolicy: 'Hold', schedule: { start: at('20 02:00'), duration: '1h' } },
      '3 03:00',
      'held 3 02:00-3 03:00 holds, next 20 02:00-20 03:00 holds',
      stored('3 02:00-3 03:00'),
    ],
    // But what the schedule keeps closed beyond the old end is not held yet.
    [
      { endPolicy: 'Hold', schedule: { cron: '0 2 * * *', duration: '3h' } },
      '3 04:00',
      'closed 3 02:00-3 05:00 holds, next 4 02:00-4 05:00 holds, last 2 02:00-2 05:00 holds',
      stored('3 02:00-3 03:00'),
    ],
    // Nor does it take away a person's word about it.
    [
      {
        endPolicy: 'Hold',
        schedule: { start: at('20 02:00'), duration: '1h' },
        extension: extend('3 02:00', '3 06:00'),
      },
      '3 05:59',
      'closed 3 02:00-3 06:00, next 20 02:00-20 03:00 holds',
      stored('3 02:00-3 03:00'),
    ],
  ],
  'endedAt: what had begun is over, held ones too, and the next ones come': [
    [{ ...nightly, endedAt: at('3 02:20') }, '3 02:30', 'next 4 02:00-4 03:00, last 3 02:00-3 02:20'],
    [
      { ...holding, endedAt: at('3 02:20') },
      '3 04:00',
      'next 4 02:00-4 03:00 holds, last 3 02:00-3 02:20',
      stored('3 02:00-3 03:00'),
    ],
    [
      { ...holding, endedAt: at('3 08:00') },
      '3 08:00',
      'next 4 02:00-4 03:00 holds, last 3 02:00-3 03:00',
      stored('3 02:00-3 03:00'),
    ],
    [
      { ...holding, endedAt: at('3 08:00') },
      '4 03:00',
      'held 4 02:00-4 03:00 holds, next 5 02:00-5 03:00 holds, last 3 02:00-3 03:00',
      stored('3 02:00-3 03:00', '4 02:00-4 03:00'),
    ],
    // Also the occurrence that began while another was held.
    [
      { ...holding, endedAt: at('4 02:30') },
      '4 02:30',
      'next 5 02:00-5 03:00 holds, last 4 02:00-4 02:30',
      stored('3 02:00-3 03:00', '4 02:00-4 03:00'),
    ],
    [{ ...nightly, endedAt: at('3 02:00') }, '2 12:00', 'next 4 02:00-4 03:00, last 2 02:00-2 03:00'],
    [
      { schedule: { cron: '0 2-4 * * *', duration: '2h' }, endedAt: at('3 03:30') },
      '3 04:30',
      'next 4 02:00-4 06:00, last 3 02:00-3 03:30',
    ],
  ],
  'endedAt: stronger than an extension, with all that the extension made one': [
    [
      { ...nightly, extension: extend('3 02:00', '3 12:00'), endedAt: at('3 10:00') },
      '3 10:00',
      'next 4 02:00-4 03:00, last 3 02:00-3 10:00',
    ],
    [
      { ...nightly, extension: extend('3 02:00', '4 02:30'), endedAt: at('3 10:00') },
      '4 02:15',
      'next 5 02:00-5 03:00, last 3 02:00-3 10:00',
    ],
  ],
  'suspend: closes nothing, whatever else is said': [
    [{ ...nightly, suspend: true }, '3 02:30', 'suspended, next 4 02:00-4 03:00, last 2 02:00-2 03:00'],
    [
      { ...holding, suspend: true },
      '3 12:00',
      'suspended, next 4 02:00-4 03:00 holds, last 3 02:00-3 03:00 holds',
      stored('3 02:00-3 03:00'),
    ],
    [
      { ...nightly, suspend: true, extension: extend('3 02:00', '3 12:00') },
      '3 11:00',
      'suspended, next 4 02:00-4 03:00, last 2 02:00-2 03:00',
    ],
  ],
};

describe('schedule: a person’s words about a recurring window', () => {
  for (const [rule, rows] of Object.entries(table)) {
    describe(rule, () => {
      for (const [input, now, expected, held] of rows) {
        it(`${now}: ${expected}`, () => {
          const moment = { createdAt, now: instant(now), ...(held && { held }) };
          expect(seen(timelineOf(input, moment))).to.equal(expected);
        });
      }
    });
  }

  it('are in the list of occurrences too, which suspend leaves as it is', () => {
    const input = {
      ...nightly,
      suspend: true,
      extension: extend('2 02:00', '2 05:00'),
      endedAt: at('1 02:10'),
    };
    const found = occurrences(input, { createdAt, from: instant('1 01:00'), count: 3 }).map(shortOf);
    expect(found).to.deep.equal(['1 02:00-1 02:10', '2 02:00-2 05:00', '3 02:00-3 03:00']);
    const inProgress = occurrences(input, { createdAt, from: instant('2 04:00'), count: 1 }).map(shortOf);
    expect(inProgress).to.deep.equal(['2 02:00-2 05:00']);
  });
});
