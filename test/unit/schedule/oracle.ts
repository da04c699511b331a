import * as fc from 'fast-check';

/**
 * When a schedule with cron closes, found by asking each minute on its own: no croner, no occurrences, no look at how
 * src/schedule does it. All times are whole minutes since 1970.
 */

const minuteMs = 60_000;
const dayMinutes = 1440;

export const minuteOf = (text: string): number => Temporal.Instant.from(text).epochMilliseconds / minuteMs;
export const instantAt = (minute: number): Temporal.Instant =>
  Temporal.Instant.fromEpochMilliseconds(minute * minuteMs);

/** One part of a field: a value, a range, or all, perhaps by steps. */
interface Item {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly text: string;
}

export interface Field {
  readonly text: string;
  /** By value: does the field name it? */
  readonly names: readonly boolean[];
}

export interface OracleCron {
  readonly minute: Field;
  readonly hour: Field;
  readonly dayOfMonth: Field;
  readonly month: Field;
  readonly dayOfWeek: Field;
}

export const cronText = ({ minute, hour, dayOfMonth, month, dayOfWeek }: OracleCron): string =>
  [minute, hour, dayOfMonth, month, dayOfWeek].map(({ text }) => text).join(' ');

const bounds: readonly (readonly [number, number])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
];

function item(text: string, [least, most]: readonly [number, number]): Item {
  const [range = '', step = '1'] = text.split('/');
  const [from, to = from] = range === '*' ? [least, most] : range.split('-').map(Number);
  return { from: from!, to: to!, step: Number(step), text };
}

const fieldOf = (items: readonly Item[]): Field => ({
  text: items.map(({ text }) => text).join(','),
  names: Array.from({ length: 60 }, (_, value) =>
    items.some(({ from, to, step }) => value >= from && value <= to && (value - from) % step === 0),
  ),
});

/** The oracle's own reading of an expression that is known to be good; numbers only. */
export function oracleCron(text: string): OracleCron {
  const [minute, hour, dayOfMonth, month, dayOfWeek] = text
    .split(' ')
    .map((field, index) => fieldOf(field.split(',').map((part) => item(part, bounds[index]!))));
  return { minute: minute!, hour: hour!, dayOfMonth: dayOfMonth!, month: month!, dayOfWeek: dayOfWeek! };
}

/** Does the expression name this local minute? */
function names(cron: OracleCron, local: number): boolean {
  // No zone here was ever before 1970: the rest of a division is not below zero.
  if (cron.minute.names[local % 60] !== true || cron.hour.names[Math.floor(local / 60) % 24] !== true)
    return false;
  const date = new Date(local * minuteMs);
  if (cron.month.names[date.getUTCMonth() + 1] !== true) return false;
  const inMonth = cron.dayOfMonth.names[date.getUTCDate()] === true;
  const weekday = date.getUTCDay();
  const inWeek =
    cron.dayOfWeek.names[weekday] === true || (weekday === 0 && cron.dayOfWeek.names[7] === true);
  if (cron.dayOfMonth.text.startsWith('*') || cron.dayOfWeek.text.startsWith('*')) return inMonth && inWeek;
  return inMonth || inWeek;
}

const offsets = new Map<string, Map<number, number>>();

/** How far a zone's clocks are from UTC in a minute. No zone here changes them within half an hour. */
function offsetAt(zone: string, minute: number): number {
  const half = Math.floor(minute / 30);
  const ofZone = offsets.get(zone) ?? new Map<number, number>();
  offsets.set(zone, ofZone);
  const known = ofZone.get(half);
  if (known !== undefined) return known;
  const there = instantAt(half * 30)
    .toZonedDateTimeISO(zone)
    .toPlainDateTime();
  const offset = there.toZonedDateTime('UTC').epochMilliseconds / minuteMs - half * 30;
  ofZone.set(half, offset);
  return offset;
}

export interface OracleSchedule {
  readonly cron: OracleCron;
  readonly zone: string;
  /** In minutes. */
  readonly duration: number;
  readonly exclude: readonly { readonly start: number; readonly end: number }[];
}

export interface Run {
  readonly start: number;
  readonly end: number;
}

/** Is there a start that the clocks left out between these two local minutes, which follow each other? */
function leftOut(cron: OracleCron, before: number, local: number): boolean {
  const everyHour = /[*/]/.test(cron.hour.text) && cron.hour.names.slice(0, 24).every((named) => named);
  for (let skipped = before + 1; skipped < local; skipped += 1) {
    if (!names(cron, skipped)) continue;
    const hour = skipped - (skipped % 60);
    const isHourGone = before < hour && local >= hour + 60;
    if (!(everyHour && isHourGone)) return true;
  }
  return false;
}

/** The minutes at which an occurrence starts, in `[from, to)`. */
export function oracleStarts({ cron, zone }: OracleSchedule, from: number, to: number): number[] {
  const starts: number[] = [];
  const isFixed = !/[*/]/.test(cron.hour.text);
  // Two days ahead: to know which local times have been before.
  const begin = Math.floor(from / 30) * 30 - 2 * dayMinutes;
  let before = begin - 1 + offsetAt(zone, begin - 1);
  let latest = before;
  let offset = 0;
  for (let minute = begin; minute < to; minute += 1) {
    if (minute % 30 === 0) offset = offsetAt(zone, minute);
    const local = minute + offset;
    const isNamed = names(cron, local) && (!isFixed || local > latest);
    const isLate = local > before + 1 && leftOut(cron, before, local);
    if (minute >= from && (isNamed || isLate)) starts.push(minute);
    before = local;
    latest = Math.max(latest, local);
  }
  return starts;
}

/** The times in which the site is closed by occurrences that start in `[from, to)`, by painting minutes. */
export function oracleRuns(schedule: OracleSchedule, from: number, to: number): Run[] {
  const { duration, exclude } = schedule;
  const closed = new Uint8Array(to - from + duration);
  for (const start of oracleStarts(schedule, from, to)) {
    const end = start + duration;
    if (exclude.some((each) => each.start < end && start < each.end)) continue;
    closed.fill(1, start - from, end - from);
  }
  const runs: Run[] = [];
  for (let begin = closed.indexOf(1); begin !== -1;) {
    const open = closed.indexOf(0, begin);
    const end = open === -1 ? closed.length : open;
    runs.push({ start: from + begin, end: from + end });
    begin = closed.indexOf(1, end);
  }
  return runs;
}

/** Zones with odd rules, and a time around which their clocks change (or do not). */
export const zones: readonly (readonly [string, readonly string[]])[] = [
  ['Australia/Lord_Howe', ['2026-04-04T15:00Z', '2026-10-03T15:30Z']],
  ['America/Santiago', ['2026-04-05T03:00Z', '2026-09-06T04:00Z']],
  ['Africa/Casablanca', ['2026-02-15T02:00Z', '2026-03-22T02:00Z']],
  ['Pacific/Apia', ['2011-12-30T10:00Z', '2012-03-31T14:00Z']],
  ['Europe/Berlin', ['2026-03-29T01:00Z', '2026-10-25T01:00Z']],
  ['Europe/Amsterdam', ['2027-03-28T01:00Z', '2027-10-31T01:00Z']],
  ['America/New_York', ['2026-03-08T07:00Z', '2026-11-01T06:00Z']],
  ['UTC', ['2028-02-29T00:00Z']],
  ['Asia/Kathmandu', ['2026-12-31T18:15Z']],
];

const monthNames = ['', 'JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

function itemIn(index: number, most?: number): fc.Arbitrary<Item> {
  const [least, all] = bounds[index]!;
  const names = [undefined, undefined, undefined, monthNames, dayNames][index];
  const value = fc.integer({ min: least, max: most ?? all });
  const word = (v: number, byName: boolean): string => (byName ? names?.[v] : undefined) ?? `${v}`;
  return fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .tuple(value, fc.boolean())
        .map(([v, n]) => ({ from: v, to: v, step: 1, text: word(v, n) })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(value, value, fc.integer({ min: 1, max: 3 }), fc.boolean())
        .map(([a, b, step, n]) => {
          const [from, to] = [Math.min(a, b), Math.max(a, b)];
          // SUN is the first day: as the last of a range it is written as a number.
          const range = `${word(from, n)}-${index === 4 && to % 7 === 0 ? to : word(to, n)}`;
          return { from, to, step, text: step === 1 ? range : `${range}/${step}` };
        }),
    },
  );
}

const star = (index: number): fc.Arbitrary<Field> =>
  fc
    .oneof(
      { weight: 4, arbitrary: fc.constant('*') },
      {
        weight: 1,
        arbitrary: fc.integer({ min: 1, max: index < 2 ? 12 : 4 }).map((step) => `*/${step}`),
      },
    )
    .map((text) => fieldOf([item(text, bounds[index]!)]));

function field(index: number, starWeight: number, most?: number): fc.Arbitrary<Field> {
  const list = fc.array(itemIn(index, most), { minLength: 1, maxLength: 3 }).map((items) => fieldOf(items));
  return fc.oneof({ weight: starWeight, arbitrary: star(index) }, { weight: 4, arbitrary: list });
}

/** Expressions that people may write, those that start at night (when clocks change) more than others. */
export const anyCron: fc.Arbitrary<OracleCron> = fc.record({
  minute: field(0, 1),
  hour: fc.oneof(field(1, 2, 4), field(1, 2)),
  dayOfMonth: field(2, 12),
  month: field(3, 20),
  dayOfWeek: field(4, 12),
});
