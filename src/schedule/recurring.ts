import type { Cron } from './cron.ts';
import { parseCron } from './cron.ts';
import { InvalidSchedule, instantOf } from './invalid.ts';
import type { Occurrence } from './occurrence.ts';
import { durationOf } from './once.ts';
import type { Runs } from './runs.ts';
import type { Span } from './zone.ts';
import { checkTimeZone, spanAt } from './zone.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** The longest that occurrences may keep a site closed by running into each other (design §4). */
export const longestMs = 31 * dayMs;

/** A schedule with cron. */
export interface RecurringInput {
  readonly cron: string;
  readonly duration?: string;
  readonly timeZone?: string;
  readonly exclude?: readonly { readonly start: string; readonly end: string; readonly reason?: string }[];
}

/** `[start, end)` in milliseconds since 1970. */
export interface Interval {
  start: number;
  end: number;
}

/** A schedule with cron, read. */
export interface Recurring {
  readonly cron: Cron;
  readonly zone: string;
  readonly duration: number;
  readonly exclude: readonly Interval[];
  /** What a whole day of it looks like where nothing is excluded: merged, in milliseconds since midnight. */
  readonly day: readonly Interval[];
  /** How long a run can be. */
  readonly reach: number;
}

/** Joins what overlaps or meets; sorted by start. */
export function* merged(intervals: Iterable<Interval>): Generator<Interval> {
  let run: Interval | undefined;
  for (const { start, end } of intervals) {
    if (run !== undefined && start <= run.end) {
      run.end = Math.max(run.end, end);
    } else {
      if (run !== undefined) yield run;
      run = { start, end };
    }
  }
  if (run !== undefined) yield run;
}

/** How far back a run that is on at some instant can have begun. */
function reachOf(day: readonly Interval[], duration: number): number {
  const first = day[0]?.start ?? 0;
  const last = day.at(-1)?.end ?? 0;
  // A gap in the pattern of a day is a gap in every day, but for one that a change of clocks swallows.
  const isBroken = day.length > 1 || last < first + dayMs;
  return isBroken ? 3 * dayMs : Math.max(longestMs, duration) + dayMs;
}

/** @throws InvalidSchedule */
export function recurringOf({
  cron: text,
  duration: lasts,
  timeZone,
  exclude = [],
}: RecurringInput): Recurring {
  if (lasts === undefined) {
    throw new InvalidSchedule(
      'spec.schedule.cron needs spec.schedule.duration: write how long each time lasts, such as 90m.',
    );
  }
  const cron = parseCron(text);
  const zone = timeZone ?? 'UTC';
  checkTimeZone(zone);
  const duration = durationOf(lasts).total('milliseconds');
  const day = [
    ...merged(cron.minutes.map((at) => ({ start: at * minuteMs, end: at * minuteMs + duration }))),
  ];
  return {
    cron,
    zone,
    duration,
    day,
    reach: reachOf(day, duration),
    exclude: exclude.map(({ start, end }, index) => ({
      start: Math.floor(
        Number(instantOf(`spec.schedule.exclude[${index}].start`, start).epochNanoseconds) / 1e6,
      ),
      end: Math.ceil(Number(instantOf(`spec.schedule.exclude[${index}].end`, end).epochNanoseconds) / 1e6),
    })),
  };
}

/** Does the clock going forward at the beginning of this span skip a start? */
function skipsStart({ cron }: Recurring, { from, offset, offsetBefore }: Span): boolean {
  const [begin, end] = [from + offsetBefore, from + offset];
  for (let local = begin; local < end; local += minuteMs) {
    const day = Math.floor(local / dayMs);
    const minute = (local - day * dayMs) / minuteMs;
    if (!cron.isOn(day) || !cron.minutes.includes(minute)) continue;
    const hour = Math.floor(local / (60 * minuteMs)) * 60 * minuteMs;
    // "Every hour" means the hours that there are: one that is skipped whole is not missed.
    if (!cron.isHourly || hour < begin || hour + 60 * minuteMs > end) return true;
  }
  return false;
}

/** The occurrences of one local day that start in the local time `[from, to)`. */
function* ofDay(
  recurring: Recurring,
  day: number,
  part: { from: number; to: number; offset: number },
): Generator<Interval> {
  const { cron, duration, exclude } = recurring;
  const midnight = day * dayMs;
  const utc = midnight - part.offset;
  const near = exclude.filter(({ start, end }) => start < utc + dayMs + duration && utc < end);
  if (near.length === 0 && part.from <= midnight && midnight + dayMs <= part.to) {
    for (const { start, end } of recurring.day) yield { start: utc + start, end: utc + end };
    return;
  }
  for (const minute of cron.minutes) {
    const local = midnight + minute * minuteMs;
    if (local < part.from || local >= part.to) continue;
    const start = local - part.offset;
    if (near.some((each) => start < each.end && each.start < start + duration)) continue;
    yield { start, end: start + duration };
  }
}

/** The occurrences that start at or after an instant, sorted, those of a day already merged. */
function* startingAt(recurring: Recurring, from: number): Generator<Interval> {
  const { cron, zone, duration, exclude } = recurring;
  for (let span = spanAt(zone, from); ; span = spanAt(zone, span.to)) {
    const { offset, offsetBefore } = span;
    const moved = span.from;
    if (
      moved >= from &&
      skipsStart(recurring, span) &&
      !exclude.some(({ start, end }) => moved < end && start < moved + duration)
    ) {
      yield { start: moved, end: moved + duration };
    }
    const seen = cron.hasFixedHours ? moved + offsetBefore : -Infinity;
    const part = { from: Math.max(Math.max(from, moved) + offset, seen), to: span.to + offset, offset };
    for (let day = Math.floor(part.from / dayMs); day * dayMs < part.to; day += 1) {
      if (cron.isOn(day)) yield* ofDay(recurring, day, part);
    }
  }
}

/** The merged occurrences that are not over at an instant: the first may have begun before it. */
export function* runsFrom(recurring: Recurring, instant: number): Generator<Interval> {
  for (const run of merged(startingAt(recurring, instant - recurring.reach))) {
    if (run.end > instant) yield run;
  }
}

const occurrenceOf = ({ start, end }: Interval): Occurrence => ({
  start: Temporal.Instant.fromEpochMilliseconds(start),
  end: Temporal.Instant.fromEpochMilliseconds(end),
});

/** The last run that starts at or before an instant and is not over before another. */
function lastUpTo(recurring: Recurring, instant: number, notBefore: number): Interval | undefined {
  for (let back = dayMs; ; back *= 4) {
    const from = Math.max(instant - back, notBefore);
    let last: Interval | undefined;
    for (const run of runsFrom(recurring, from)) {
      if (run.start > instant) break;
      last = run;
    }
    if (last !== undefined || from === notBefore) return last;
  }
}

/** The occurrences of a schedule with cron; none of before the window was made. */
export function runsOf(recurring: Recurring, createdAt: Temporal.Instant): Runs {
  const notBefore = createdAt.epochMilliseconds;
  return {
    after: (instant) => {
      const after = Math.max(instant.epochMilliseconds, notBefore - recurring.reach);
      for (const run of runsFrom(recurring, Math.max(after, notBefore))) {
        if (run.start > after) return occurrenceOf(run);
      }
      return undefined;
    },
    upTo: (instant) => {
      const run = lastUpTo(
        recurring,
        instant.epochMilliseconds,
        Math.min(notBefore, instant.epochMilliseconds),
      );
      return run && occurrenceOf(run);
    },
  };
}
