import { expect } from 'chai';
import type { ScheduleInput } from '../../../src/schedule/timeline.ts';
import { InvalidSchedule, checkSchedule, timelineOf } from '../../../src/schedule/timeline.ts';

const createdAt = Temporal.Instant.from('2026-11-01T00:00:00Z');
type Schedule = NonNullable<ScheduleInput['schedule']>;

function refusal(input: ScheduleInput): InvalidSchedule | undefined {
  try {
    checkSchedule(input, createdAt);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidSchedule) return error;
    throw error;
  }
}

const cron = (text: string, more: Schedule = {}): Schedule => ({ cron: text, duration: '90m', ...more });

/** What is written, and words that the refusal has to have: what was found, and what to write. */
const invalid: readonly (readonly [Schedule, ...string[]])[] = [
  [
    cron('0 0 2 * * SUN'),
    'spec.schedule.cron "0 0 2 * * SUN"',
    '6 fields, not 5',
    'no seconds',
    '0 2 * * SUN',
  ],
  [cron('0 2 * *'), '4 fields, not 5'],
  [cron('@daily'), '"@daily" is a nickname', '0 2 * * *'],
  [cron('@every 1h'), 'is a nickname'],
  [cron('0 2 L * *'), '"L" is no day of month', '1 to 31', 'L, W, # and ? are not known'],
  [cron('0 2 15W * *'), '"15W" is no day of month'],
  [cron('0 2 ? * MON'), '"?" is no day of month'],
  [cron('0 2 * * 5#2'), '"5#2" is no day of week'],
  [cron('0 2 * * FRIL'), '"FRIL" is no day of week'],
  [cron('0 2 * * +MON'), '"+MON" is no day of week'],
  [cron('0 2 * * SUNDAY'), '"SUNDAY" is no day of week', 'SUN to SAT'],
  [cron('0 2 * * 8'), '"8" is no day of week', '0 to 7 (0 and 7 are Sunday)'],
  [cron('60 2 * * *'), '"60" is no minute', '0 to 59'],
  [cron('0 24 * * *'), '"24" is no hour', '0 to 23'],
  [cron('0 2 0 * *'), '"0" is no day of month'],
  [cron('0 2 * 13 *'), '"13" is no month', '1 to 12 or JAN to DEC'],
  [cron('0 2 * MON *'), '"MON" is no month'],
  [cron('JAN 2 * * *'), '"JAN" is no minute'],
  [cron('0 22-2 * * *'), '"22-2" is no hour', 'from a lower to a higher one'],
  [cron('5/10 2 * * *'), '"5/10" is no minute', 'a step of * or of a range'],
  [cron('*/0 2 * * *'), '"*/0" is no minute'],
  [cron('*/61 2 * * *'), '"*/61" is no minute'],
  [cron('0 2, * * *'), '"2," is no hour'],
  [cron('0 -2 * * *'), '"-2" is no hour'],
  [cron('٣ 2 * * *'), '"٣" is no minute'],
  [cron('0 2 30 2 *'), 'never comes', 'no day 30 in month 2', 'a date that exists'],
  [cron('0 2 31 APR,JUN */1'), 'never comes', 'no day 31 in month APR,JUN'],
  [cron('0 2 * * SUN', { timeZone: 'Europe/Amsterdm' }), '"Europe/Amsterdm"', 'write Europe/Amsterdam'],
  [cron('0 2 * * SUN', { timeZone: 'Amsterdam' }), 'write Europe/Amsterdam'],
  [cron('0 2 * * SUN', { timeZone: 'New York' }), 'write America/New_York'],
  [cron('0 2 * * SUN', { timeZone: '+01:00' }), '"+01:00" is not a time zone', 'such as Europe/Amsterdam'],
  [cron('0 2 * * SUN', { timeZone: 'Middle/Earth' }), '"Middle/Earth"', 'such as Europe/Amsterdam'],
  [cron('0 2 * * SUN', { duration: 'soon' }), 'spec.schedule.duration "soon"', 'like 90m'],
  [cron('0 2 * * SUN', { duration: '0m' }), '"0m"'],
  [{ cron: '0 2 * * SUN' }, 'goes with spec.schedule.duration'],
  [
    cron('0 2 * * SUN', { exclude: [{ start: '2026-02-30T00:00:00Z', end: '2026-03-01T00:00:00Z' }] }),
    'spec.schedule.exclude[0].start "2026-02-30T00:00:00Z"',
    'write one that exists',
  ],
  [
    cron('0 2 * * SUN', { exclude: [{ start: '2026-03-01T00:00:00Z', end: '2026-03-01T00:00:00Z' }] }),
    'spec.schedule.exclude[0].end',
    'write a later end',
  ],
  [{ start: '2026-02-30T00:00:00Z' }, 'spec.schedule.start "2026-02-30T00:00:00Z"', 'write one that exists'],
  [
    { start: '2026-12-01T00:00:00Z', end: '2026-12-32T00:00:00Z' },
    'spec.schedule.end "2026-12-32T00:00:00Z"',
  ],
  [{ start: '2026-12-01T00:00:00Z', duration: `${'9'.repeat(30)}d` }, 'is too long', 'write a shorter one'],
  [{ start: '+275760-09-12T00:00:00Z', duration: '2d' }, 'write a shorter one', 'leave it out'],
];

/** Where one start after the other keeps the sites closed for longer than 31 days. */
const neverOpens: readonly (readonly [Schedule, ...string[]])[] = [
  [
    cron('* * * * *', { duration: '1m' }),
    '"* * * * *" with duration 1m',
    'more than 31 days',
    'write start and end',
  ],
  [cron('0 * * * *', { duration: '1h' }), 'Write a shorter duration or fewer starts'],
  [cron('0 2 * * *', { duration: '1d' }), 'more than 31 days'],
  [cron('0 2 * * SUN', { duration: '7d' }), 'more than 31 days'],
  [cron('* * * 1,2 *', { duration: '1m' }), 'from 2027-01-01T00:00Z on'],
  [cron('0 0 1-28 * *', { duration: '1d' }), 'from 2027-02-01T00:00Z on'],
  [cron('0 0 29 2 *', { duration: '1461d' }), 'more than 31 days'],
  [cron('0 2 * * SUN', { duration: '99999d' }), 'longer than any time between two starts'],
  [
    cron('* * * 1,2 *', {
      duration: '1m',
      exclude: [{ start: '2026-12-31T00:00:00Z', end: '2040-12-31T00:00:00Z' }],
    }),
    'more than 31 days',
  ],
];

const kept: readonly Schedule[] = [
  cron('0 2 * * SUN', { timeZone: 'europe/amsterdam' }),
  cron('0 2 * * SUN', { timeZone: 'US/Eastern' }),
  cron('  0\t2  * * sun '),
  cron('0 2 29 2 *'),
  cron('0 2 29 2 */7', { duration: '1m' }),
  cron('0 2 * * 7'),
  cron('0 2 * * FRI-SUN'),
  cron('*/2 * * * *', { duration: '1m' }),
  cron('* * 1-31 1 *', { duration: '1m' }),
  cron('0 0 1 7 *', { duration: '40d' }),
  cron('0 0 1-27 * *', { duration: '1d' }),
  { start: '2026-12-01T00:00:00Z', duration: '99999d' },
  { start: '1999-12-01T00:00:00Z' },
];

describe('schedule: what is refused, in words', () => {
  for (const [rows, reason] of [
    [invalid, 'InvalidSchedule'],
    [neverOpens, 'NeverOpens'],
  ] as const) {
    for (const [schedule, ...words] of rows) {
      it(`${JSON.stringify(schedule)} is ${reason}`, () => {
        const found = refusal({ schedule });
        expect(found?.message).to.include(words[0]);
        for (const word of words) expect(found?.message).to.include(word);
        expect(found?.reason).to.equal(reason);
      });
    }
  }

  for (const schedule of kept) {
    it(`${JSON.stringify(schedule)} is not`, () => expect(refusal({ schedule })).to.equal(undefined));
  }

  it('names the field of a person’s word', () => {
    const until = '2026-02-30T00:00:00Z';
    const extension = { occurrence: '2026-11-01T00:00:00Z', until };
    expect(refusal({ extension })?.message).to.include(`spec.extension.until "${until}"`);
    expect(refusal({ endedAt: until })?.message).to.include(`spec.endedAt "${until}"`);
  });

  it('does not throw later, but tells in pieces what never opens', () => {
    const input: ScheduleInput = { schedule: cron('0 * * * *', { duration: '1h' }) };
    const now = createdAt.add({ hours: 24 * 400 });
    const { current, upcoming } = timelineOf(input, { createdAt, now });
    expect(current?.end && Temporal.Instant.compare(now, current.end)).to.equal(-1);
    expect(upcoming[0]?.start.toString()).to.equal(current?.end?.toString());
  });
});
