import { CronPattern } from 'croner';
import { InvalidSchedule } from './invalid.ts';

/** A cron expression, read: which days, and which minutes of them. Local time; a day is days since 1970-01-01. */
export interface Cron {
  readonly text: string;
  /** Minutes since midnight, sorted, each once. */
  readonly minutes: readonly number[];
  readonly isOn: (day: number) => boolean;
  /** No `*` and no step in the hour field: a repeated local time starts once. */
  readonly hasFixedHours: boolean;
  /** Every hour by `*` or a step: an hour that does not exist is not missed. */
  readonly isHourly: boolean;
}

const dayMs = 86_400_000;
const searchFrom = Date.UTC(2026, 0, 1) / dayMs;
/** Every combination of date and weekday that there is comes within 40 years (29 February over a year like 2100). */
const searchDays = 41 * 366;

const fields = [
  { name: 'minute', values: '0 to 59' },
  { name: 'hour', values: '0 to 23' },
  { name: 'day of month', values: '1 to 31' },
  { name: 'month', values: '1 to 12, or JAN to DEC' },
  { name: 'day of week', values: '0 to 7 (0 and 7 are Sunday), or SUN to SAT' },
];
const more = 'lists (1,15), ranges (1-5) and steps (*/15, 8-18/2) of them';

/** What croner reads and Vixie cron does not (design §4); a month or a day may have an L, W or + in its name alone. */
function isForeign(field: string): boolean {
  return (
    /[?#+]/.test(field) ||
    /(^|[^A-Z])[LW]|\d[A-Z]|[LW]($|[^A-Z])/i.test(field.replace(/\b(JUL|APR|WED|SAT)\b/gi, '1'))
  );
}

function read(text: string): CronPattern | undefined {
  try {
    return new CronPattern(text, undefined, { mode: '5-part' });
  } catch {
    return undefined;
  }
}

function fieldsOf(text: string): readonly string[] {
  const parts = text.trim().split(/\s+/);
  if (text.trim().startsWith('@')) {
    throw new InvalidSchedule(
      `spec.schedule.cron "${text}" is a nickname: write the five fields that it stands for, such as 0 2 * * * for every day at 02:00.`,
    );
  }
  if (parts.length !== fields.length) {
    throw new InvalidSchedule(
      `spec.schedule.cron "${text}" has ${parts.length} fields, not 5: write minute, hour, day of month, month and day of week, without seconds, such as 0 2 * * SUN.`,
    );
  }
  parts.forEach((part, index) => {
    const alone = fields.map((_, other) => (other === index ? part : '*')).join(' ');
    if (!isForeign(part) && read(alone) !== undefined) return;
    const { name, values } = fields[index] ?? { name: '', values: '' };
    throw new InvalidSchedule(
      `spec.schedule.cron "${text}": "${part}" is no ${name}: write *, ${values}, and ${more}; no seconds, L, W, # or ?.`,
    );
  });
  return parts;
}

function comes(isOn: (day: number) => boolean): boolean {
  for (let day = searchFrom; day < searchFrom + searchDays; day += 1) if (isOn(day)) return true;
  return false;
}

/**
 * Reads a cron expression of five fields by the rules of Vixie cron: when both day fields are given, either matches;
 * one that begins with `*` is not given.
 * @throws InvalidSchedule for any other, and for one that never comes, such as 30 February
 */
export function parseCron(text: string): Cron {
  const parts = fieldsOf(text);
  const pattern = read(parts.join(' '));
  if (pattern === undefined) throw new InvalidSchedule(`spec.schedule.cron "${text}" can not be read.`);
  const [, hour = '', dayOfMonth = '', , dayOfWeek = ''] = parts;
  const bothDays = !dayOfMonth.startsWith('*') && !dayOfWeek.startsWith('*');
  const isOn = (day: number): boolean => {
    const date = new Date(day * dayMs);
    if (pattern.month[date.getUTCMonth()] !== 1) return false;
    const inMonth = pattern.day[date.getUTCDate() - 1] === 1;
    const inWeek = (pattern.dayOfWeek[date.getUTCDay()] ?? 0) > 0;
    return bothDays ? inMonth || inWeek : inMonth && inWeek;
  };
  if (!comes(isOn)) {
    throw new InvalidSchedule(
      `spec.schedule.cron "${text}" never comes: no month in "${parts[3]}" has a day "${dayOfMonth}". Write a date that exists, such as 0 2 28 2 *.`,
    );
  }
  const minutes: number[] = [];
  for (let at = 0; at < 1440; at += 1) {
    if (pattern.hour[Math.floor(at / 60)] === 1 && pattern.minute[at % 60] === 1) minutes.push(at);
  }
  const hasFixedHours = !/[*/]/.test(hour);
  return {
    text,
    minutes,
    isOn,
    hasFixedHours,
    isHourly: !hasFixedHours && pattern.hour.every((on) => on === 1),
  };
}
