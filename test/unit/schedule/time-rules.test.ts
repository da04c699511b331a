import { expect } from 'chai';
import type { ScheduleInput } from '../../../src/schedule/timeline.ts';
import { checkSchedule, occurrences, timelineOf } from '../../../src/schedule/timeline.ts';

/** An occurrence on the zone's own clocks, with their distance to UTC: `29T02:30+02:00 90m`. */
const local = (
  zone: string,
  { start, end }: { start: Temporal.Instant; end: Temporal.Instant | undefined },
): string =>
  `${start.toZonedDateTimeISO(zone).toString({ smallestUnit: 'minute', timeZoneName: 'never' }).slice(8)} ${end?.since(start).total('minutes')}m`;

function happens(
  schedule: NonNullable<ScheduleInput['schedule']>,
  from: string,
  until: string,
): readonly string[] {
  const createdAt = Temporal.Instant.from(from);
  const end = Temporal.Instant.from(until);
  return occurrences({ schedule }, { createdAt, from: createdAt, count: 100 })
    .filter(({ start }) => Temporal.Instant.compare(start, end) < 0)
    .map((each) => local(schedule.timeZone ?? 'UTC', each));
}

interface Rule {
  readonly schedule: NonNullable<ScheduleInput['schedule']>;
  readonly from: string;
  readonly until: string;
  readonly happens: readonly string[];
}

const berlinSpring = { from: '2026-03-28T12:00+01:00', until: '2026-03-29T12:00+02:00' };
const berlinAutumn = { from: '2026-10-24T12:00+02:00', until: '2026-10-25T12:00+01:00' };
const newYorkAutumn = { from: '2026-10-31T12:00-04:00', until: '2026-11-01T12:00-05:00' };
const on = (timeZone: string, cron: string, duration: string): Rule['schedule'] => ({
  cron,
  duration,
  timeZone,
});

const rules: Readonly<Record<string, Rule>> = {
  'cron is read in the time zone given': {
    schedule: on('Asia/Kathmandu', '0 2 * * *', '90m'),
    from: '2026-01-01T00:00Z',
    until: '2026-01-02T00:00Z',
    happens: ['02T02:00+05:45 90m'],
  },
  'without one, in UTC': {
    schedule: { cron: '0 2 * * *', duration: '90m' },
    from: '2026-01-01T00:00Z',
    until: '2026-01-02T00:00Z',
    happens: ['01T02:00+00:00 90m'],
  },
  'an occurrence lasts its duration in elapsed time, also when clocks change in it': {
    schedule: on('Europe/Berlin', '30 1 * * *', '2h'),
    ...berlinSpring,
    happens: ['29T01:30+01:00 120m'],
  },
  'a start that the clocks leave out is at the first minute after': {
    schedule: on('Europe/Berlin', '30 2 * * *', '10m'),
    ...berlinSpring,
    happens: ['29T03:00+02:00 10m'],
  },
  'several of them are one start': {
    schedule: on('Europe/Berlin', '10,40 2 * * *', '10m'),
    ...berlinSpring,
    happens: ['29T03:00+02:00 10m'],
  },
  'half an hour is left out on Lord Howe': {
    schedule: on('Australia/Lord_Howe', '15 2 * * *', '10m'),
    from: '2026-10-03T12:00+10:30',
    until: '2026-10-04T12:00+11:00',
    happens: ['04T02:30+11:00 10m'],
  },
  'midnight is left out in Santiago': {
    schedule: on('America/Santiago', '0 0 * * *', '10m'),
    from: '2026-09-05T12:00-04:00',
    until: '2026-09-06T12:00-03:00',
    happens: ['06T01:00-03:00 10m'],
  },
  'a whole day was left out in Apia, with all its starts': {
    schedule: on('Pacific/Apia', '0 2,14 * * *', '10m'),
    from: '2011-12-29T00:00-10:00',
    until: '2012-01-01T00:00+14:00',
    happens: [
      '29T02:00-10:00 10m',
      '29T14:00-10:00 10m',
      '31T00:00+14:00 10m',
      '31T02:00+14:00 10m',
      '31T14:00+14:00 10m',
    ],
  },
  'a step of hours names hours: one that is left out starts after': {
    schedule: on('Europe/Berlin', '0 */2 * * *', '10m'),
    from: '2026-03-29T00:00+01:00',
    until: '2026-03-29T06:00+02:00',
    happens: ['29T00:00+01:00 10m', '29T03:00+02:00 10m', '29T04:00+02:00 10m'],
  },
  'every hour is every hour that there is: 23 in spring': {
    schedule: on('Europe/Berlin', '30 * * * *', '10m'),
    from: '2026-03-29T00:00+01:00',
    until: '2026-03-29T05:00+02:00',
    happens: ['29T00:30+01:00 10m', '29T01:30+01:00 10m', '29T03:30+02:00 10m', '29T04:30+02:00 10m'],
  },
  'and 25 in autumn': {
    schedule: on('Europe/Berlin', '30 * * * *', '10m'),
    from: '2026-10-25T01:00+02:00',
    until: '2026-10-25T04:00+01:00',
    happens: ['25T01:30+02:00 10m', '25T02:30+02:00 10m', '25T02:30+01:00 10m', '25T03:30+01:00 10m'],
  },
  'fixed hours start a repeated time once, the first time': {
    schedule: on('Europe/Berlin', '30 2 * * *', '10m'),
    ...berlinAutumn,
    happens: ['25T02:30+02:00 10m'],
  },
  'so do lists of minutes': {
    schedule: on('America/New_York', '15,45 1 * * *', '10m'),
    ...newYorkAutumn,
    happens: ['01T01:15-04:00 10m', '01T01:45-04:00 10m'],
  },
  'and ranges of hours, and steps of minutes': {
    schedule: on('America/New_York', '*/30 0-2 * * *', '10m'),
    ...newYorkAutumn,
    happens: [
      '01T00:00-04:00 10m',
      '01T00:30-04:00 10m',
      '01T01:00-04:00 10m',
      '01T01:30-04:00 10m',
      '01T02:00-05:00 10m',
      '01T02:30-05:00 10m',
    ],
  },
  'a step of hours starts in both': {
    schedule: on('America/New_York', '15 1-3/2 * * *', '10m'),
    ...newYorkAutumn,
    happens: ['01T01:15-04:00 10m', '01T01:15-05:00 10m', '01T03:15-05:00 10m'],
  },
  'clocks that do not change for summer: Casablanca in Ramadan': {
    schedule: on('Africa/Casablanca', '30 2 * * *', '10m'),
    from: '2026-03-21T12:00+00:00',
    until: '2026-03-23T12:00+01:00',
    happens: ['22T03:00+01:00 10m', '23T02:30+01:00 10m'],
  },
  'both day fields: either matches': {
    schedule: { cron: '0 2 13 * FRI', duration: '1h' },
    from: '2026-11-01T00:00Z',
    until: '2026-11-21T00:00Z',
    happens: ['06T02:00+00:00 60m', '13T02:00+00:00 60m', '20T02:00+00:00 60m'],
  },
  'a day field that begins with * is not given: both have to match': {
    schedule: { cron: '0 2 */2 * MON', duration: '1h' },
    from: '2026-11-01T00:00Z',
    until: '2026-12-01T00:00Z',
    happens: ['09T02:00+00:00 60m', '23T02:00+00:00 60m'],
  },
  '29 February waits for its year': {
    schedule: { cron: '0 2 29 FEB *', duration: '1h' },
    from: '2026-11-01T00:00Z',
    until: '2033-01-01T00:00Z',
    happens: ['29T02:00+00:00 60m', '29T02:00+00:00 60m'],
  },
  'occurrences that overlap are one, named by the first start': {
    schedule: { cron: '0 1-3 * * *', duration: '90m' },
    from: '2026-11-01T00:00Z',
    until: '2026-11-02T00:00Z',
    happens: ['01T01:00+00:00 210m'],
  },
  'so are those that meet': {
    schedule: { cron: '0 1-3 * * *', duration: '1h' },
    from: '2026-11-01T00:00Z',
    until: '2026-11-02T00:00Z',
    happens: ['01T01:00+00:00 180m'],
  },
  'an occurrence that overlaps an exclusion is skipped whole; one that meets it is not': {
    schedule: {
      cron: '0 2 * * *',
      duration: '1h',
      exclude: [
        { start: '2026-11-02T02:59:59Z', end: '2026-11-02T12:00:00Z' },
        { start: '2026-11-03T00:00:00Z', end: '2026-11-03T02:00:00.000000001Z' },
        { start: '2026-11-04T00:00:00Z', end: '2026-11-04T02:00:00Z' },
        { start: '2026-11-05T03:00:00Z', end: '2026-11-05T12:00:00Z' },
      ],
    },
    from: '2026-11-01T00:00Z',
    until: '2026-11-07T00:00Z',
    happens: ['01T02:00+00:00 60m', '04T02:00+00:00 60m', '05T02:00+00:00 60m', '06T02:00+00:00 60m'],
  },
  'what an exclusion leaves merges': {
    schedule: {
      cron: '0 1-5 * * *',
      duration: '90m',
      exclude: [{ start: '2026-11-01T03:40:00Z', end: '2026-11-01T03:50:00Z' }],
    },
    from: '2026-11-01T00:00Z',
    until: '2026-11-02T00:00Z',
    happens: ['01T01:00+00:00 150m', '01T04:00+00:00 150m'],
  },
  'exclusions of thousands of years are looked past': {
    schedule: {
      cron: '0 2 * * *',
      duration: '1h',
      timeZone: 'Europe/Berlin',
      exclude: [{ start: '2026-11-02T00:00:00Z', end: '9999-12-30T00:00:00Z' }],
    },
    from: '2026-11-01T00:00Z',
    until: '9999-12-31T00:00Z',
    happens: ['01T02:00+01:00 60m', '30T02:00+01:00 60m'],
  },
};

describe('schedule: time rules', () => {
  for (const [rule, { schedule, from, until, happens: expected }] of Object.entries(rules)) {
    it(`${rule} (${schedule.cron} ${schedule.timeZone ?? ''})`, () => {
      expect(happens(schedule, from, until)).to.deep.equal(expected);
    });
  }

  const nightly: ScheduleInput = { schedule: { cron: '0 2 * * *', duration: '2h' } };
  const at = (clock: string): Temporal.Instant => Temporal.Instant.from(`2026-11-01T${clock}:00Z`);

  it('an occurrence in progress when the window is made is the current one', () => {
    const { current } = timelineOf(nightly, { createdAt: at('03:00'), now: at('03:00') });
    expect(current && local('UTC', current)).to.equal('01T02:00+00:00 120m');
  });
  it('what was over when the window was made never happened', () => {
    const { current, last, next } = timelineOf(nightly, { createdAt: at('04:00'), now: at('05:00') });
    expect([current, last]).to.deep.equal([undefined, undefined]);
    expect(next && local('UTC', next)).to.equal('02T02:00+00:00 120m');
    const { last: once } = timelineOf(
      { schedule: { start: at('01:00').toString(), duration: '1h' } },
      { createdAt: at('04:00'), now: at('05:00') },
    );
    expect(once).to.equal(undefined);
  });
  it('as many upcoming ones are told as are asked for; 2 unless told', () => {
    const upcoming = (ahead?: number): number =>
      timelineOf(
        { ...nightly },
        { createdAt: at('00:00'), now: at('03:00'), ...(ahead !== undefined && { ahead }) },
      ).upcoming.length;
    expect([upcoming(), upcoming(16), upcoming(0)]).to.deep.equal([2, 16, 0]);
  });
  it('asking again costs next to nothing, however dense the cron', () => {
    const dense: ScheduleInput = { schedule: { cron: '* * 1-27 * *', duration: '1m' } };
    const createdAt = at('00:00');
    const nows = Array.from({ length: 20_000 }, (_, seconds) => createdAt.add({ seconds }));
    const begin = performance.now();
    for (const now of nows) {
      checkSchedule(dense, createdAt);
      timelineOf(dense, { createdAt, now });
    }
    // Microseconds each: a walk over the minutes of the month would take a minute in all.
    expect(performance.now() - begin).to.be.below(2000);
  });
});
