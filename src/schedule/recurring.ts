import type { Cron } from './cron.ts';
import { longestSilenceMs, parseCron } from './cron.ts';
import { durationOf } from './duration.ts';
import type { Interval } from './intervals.ts';
import { dayMs, merged, minuteMs } from './intervals.ts';
import { InvalidSchedule, instantOf } from './invalid.ts';
import { remembering } from './remember.ts';
import { checkTimeZone } from './zone.ts';

/** The longest that occurrences may keep a site closed by running into each other (design §4). */
export const longestRunMs = 31 * dayMs;

/** A schedule with cron, as it is written. */
export interface RecurringInput {
  readonly cron: string;
  readonly duration?: string;
  readonly timeZone?: string;
  readonly exclude?: readonly { readonly start: string; readonly end: string }[];
}

/** A schedule with cron, read. */
export interface Recurring {
  /** As it is written, for messages. */
  readonly text: string;
  readonly cron: Cron;
  readonly zone: string;
  readonly durationMs: number;
  /** Where no occurrence can start, because it would overlap an exclusion: sorted, merged. */
  readonly blocked: readonly Interval[];
  /** A whole day of it where nothing is excluded: merged, in milliseconds since midnight. */
  readonly day: readonly Interval[];
  /** The days follow each other without a time in which the site is open. */
  readonly isUnbroken: boolean;
  /** No run is longer. */
  readonly longestMs: number;
}

function blockedBy(exclude: NonNullable<RecurringInput['exclude']>, durationMs: number): readonly Interval[] {
  const blocked = exclude.map((each, index) => {
    const field = `spec.schedule.exclude[${index}]`;
    const start = instantOf(`${field}.start`, each.start);
    const end = instantOf(`${field}.end`, each.end);
    if (Temporal.Instant.compare(start, end) >= 0) {
      throw new InvalidSchedule(
        `${field}.end (${each.end}) is not after its start (${each.start}): write a later end.`,
      );
    }
    // Occurrences start at whole milliseconds: the last that is over in time, and the first that is late enough.
    const atEnd = end.round({ smallestUnit: 'millisecond', roundingMode: 'ceil' });
    return { start: start.epochMilliseconds - durationMs + 1, end: atEnd.epochMilliseconds };
  });
  return [...merged(blocked.sort((a, b) => a.start - b.start))];
}

function recurring({ cron: text, duration, timeZone = 'UTC', exclude = [] }: RecurringInput): Recurring {
  if (duration === undefined) {
    throw new InvalidSchedule(
      'spec.schedule.cron goes with spec.schedule.duration: write how long an occurrence lasts, such as 90m.',
    );
  }
  const cron = parseCron(text);
  checkTimeZone(timeZone);
  const durationMs = durationOf(duration).total('milliseconds');
  if (durationMs > longestSilenceMs) {
    throw new InvalidSchedule(
      `spec.schedule.duration "${duration}" is longer than any time between two starts of the cron: the sites would never open. Write a shorter one.`,
      'NeverOpens',
    );
  }
  const starts = cron.minutes.map((minute) => minute * minuteMs);
  const day = [...merged(starts.map((start) => ({ start, end: start + durationMs })))];
  const isUnbroken = day.length === 1 && (day[0]?.end ?? 0) - (day[0]?.start ?? 0) >= dayMs;
  return {
    text: `cron "${text}" with duration ${duration}`,
    cron,
    zone: timeZone,
    durationMs,
    blocked: blockedBy(exclude, durationMs),
    day,
    isUnbroken,
    // A time of day at which the site is open ends a run every day, but for one that a change of clocks leaves out.
    longestMs: isUnbroken ? Math.max(longestRunMs, durationMs) : 3 * dayMs,
  };
}

const remembered = remembering(1000, (text) => recurring(JSON.parse(text) as RecurringInput));

/** @throws InvalidSchedule for what the API server could not refuse */
export const recurringOf = ({ cron, duration, timeZone, exclude }: RecurringInput): Recurring =>
  remembered(JSON.stringify({ cron, duration, timeZone, exclude }));
