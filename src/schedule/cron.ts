import { CronPattern } from 'croner';
import { dayMs } from './intervals.ts';
import { InvalidSchedule } from './invalid.ts';

/** A cron expression, read: which days, and which minutes of them. Local time; days are counted from 1970-01-01. */
export interface Cron {
  readonly isOn: (day: number) => boolean;
  /** The first day from this one on that is on. */
  readonly firstFrom: (day: number) => number;
  /** Minutes since midnight, sorted. */
  readonly minutes: readonly number[];
  readonly hasMinute: (minute: number) => boolean;
  /** No `*` and no step in the hour field: a local time that a change of clocks repeats starts once. */
  readonly hasFixedHours: boolean;
  /** Every hour, by `*` or a step: an hour that a change of clocks leaves out is not missed. */
  readonly isHourly: boolean;
}

const number = '\\d{1,2}';
const months = 'JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC';
const weekdays = 'SUN|MON|TUE|WED|THU|FRI|SAT';
const fields = [
  { name: 'minute', value: number, range: '0 to 59' },
  { name: 'hour', value: number, range: '0 to 23' },
  { name: 'day of month', value: number, range: '1 to 31' },
  { name: 'month', value: `${number}|${months}`, range: '1 to 12 or JAN to DEC' },
  { name: 'day of week', value: `${number}|${weekdays}`, range: '0 to 7 (0 and 7 are Sunday) or SUN to SAT' },
].map(({ name, value, range }) => {
  const item = `(?:\\*|(?:${value})(?:-(?:${value}))?)(?:/\\d{1,2})?`;
  return { name, range, shape: new RegExp(`^${item}(?:,${item})*$`, 'i') };
});

/** 29 February on one weekday comes every 28 years, but for the 40 around a year like 2100. */
const searchFrom = Date.UTC(2026, 0, 1) / dayMs;
const searchDays = 41 * 366;

/** How long a cron expression that is accepted can be silent, in milliseconds. */
export const longestSilenceMs = searchDays * dayMs;

function read(text: string): CronPattern | undefined {
  try {
    return new CronPattern(text, undefined, { mode: '5-part' });
  } catch {
    // Its words count months and days from 0, and offer what Vixie cron does not have.
    return undefined;
  }
}

function fieldsOf(text: string): readonly string[] {
  const found = `spec.schedule.cron "${text}"`;
  const parts = text.trim().split(/\s+/);
  if (parts[0]?.startsWith('@')) {
    throw new InvalidSchedule(
      `${found} is a nickname: write the five fields that it stands for, such as 0 2 * * * for every day at 02:00.`,
    );
  }
  if (parts.length !== fields.length) {
    throw new InvalidSchedule(
      `${found} has ${parts.length} fields, not 5: write minute, hour, day of month, month and day of week (no seconds, no year), such as 0 2 * * SUN.`,
    );
  }
  for (const [index, { name, range, shape }] of fields.entries()) {
    const part = parts[index] ?? '';
    const alone = fields.map((_, other) => (other === index ? part : '*')).join(' ');
    if (shape.test(part) && read(alone) !== undefined) continue;
    throw new InvalidSchedule(
      `${found}: "${part}" is no ${name}: write *, a value (${range}), a range from a lower to a higher one (1-5), a step of * or of a range (*/15, 8-18/2), or a list of these (1,3-5); L, W, # and ? are not known.`,
    );
  }
  return parts;
}

/**
 * Reads a cron expression of five fields by the rules of Vixie cron: when both day fields are given, either matches;
 * a field that begins with `*` is not given.
 * @throws InvalidSchedule for any other, and for one that never comes, such as 30 February
 */
export function parseCron(text: string): Cron {
  const parts = fieldsOf(text);
  const pattern = read(parts.join(' '));
  if (pattern === undefined) throw new InvalidSchedule(`spec.schedule.cron "${text}" can not be read.`);
  const [, hour = '', dayOfMonth = '', month, dayOfWeek = ''] = parts;
  const bothDays = !dayOfMonth.startsWith('*') && !dayOfWeek.startsWith('*');
  const isOn = (day: number): boolean => {
    const date = new Date(day * dayMs);
    if (pattern.month[date.getUTCMonth()] !== 1) return false;
    const inMonth = pattern.day[date.getUTCDate() - 1] === 1;
    const inWeek = (pattern.dayOfWeek[date.getUTCDay()] ?? 0) > 0;
    return bothDays ? inMonth || inWeek : inMonth && inWeek;
  };
  const firstFrom = (from: number): number => {
    let day = from;
    while (!isOn(day)) {
      const date = new Date(day * dayMs);
      const isMonthOn = pattern.month[date.getUTCMonth()] === 1;
      day = isMonthOn ? day + 1 : Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / dayMs;
      if (day > from + searchDays) return Infinity;
    }
    return day;
  };
  if (firstFrom(searchFrom) === Infinity) {
    throw new InvalidSchedule(
      `spec.schedule.cron "${text}" never comes: there is no day ${dayOfMonth} in month ${month}. Write a date that exists, such as 0 2 28 2 *.`,
    );
  }
  const hasMinute = (minute: number): boolean =>
    pattern.hour[Math.floor(minute / 60)] === 1 && pattern.minute[minute % 60] === 1;
  const hasFixedHours = !/[*/]/.test(hour);
  return {
    isOn,
    firstFrom,
    minutes: Array.from({ length: 1440 }, (_, minute) => minute).filter(hasMinute),
    hasMinute,
    hasFixedHours,
    isHourly: !hasFixedHours && pattern.hour.every((on) => on === 1),
  };
}
