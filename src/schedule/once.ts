import { durationOf } from './duration.ts';
import { InvalidSchedule, instantOf } from './invalid.ts';
import type { Occurrence } from './occurrence.ts';
import { isBefore } from './occurrence.ts';
import type { Runs } from './runs.ts';

/** A schedule without cron. */
export interface OnceInput {
  readonly start?: string;
  readonly end?: string;
  readonly duration?: string;
}

function occurrenceOf(schedule: OnceInput | undefined, createdAt: Temporal.Instant): Occurrence {
  // No schedule: closed from the moment the object was made until it is deleted, suspended or ended (design §4).
  if (schedule?.start === undefined) return { start: createdAt, end: undefined };
  const start = instantOf('spec.schedule.start', schedule.start);
  if (schedule.end !== undefined) {
    const end = instantOf('spec.schedule.end', schedule.end);
    if (isBefore(start, end)) return { start, end };
    throw new InvalidSchedule(
      `spec.schedule.end (${schedule.end}) is not after spec.schedule.start (${schedule.start}): write a later end.`,
    );
  }
  if (schedule.duration === undefined) return { start, end: undefined };
  const duration = durationOf(schedule.duration);
  try {
    return { start, end: start.add(duration) };
  } catch {
    throw new InvalidSchedule(
      `spec.schedule.duration "${schedule.duration}" ends after the last time that can be told: write a shorter one, or leave it out to close until a person opens.`,
    );
  }
}

/**
 * The one occurrence of a schedule without cron.
 * @throws InvalidSchedule for one that can not be kept
 */
export function once(schedule: OnceInput | undefined, createdAt: Temporal.Instant): Runs {
  const occurrence = occurrenceOf(schedule, createdAt);
  return {
    after: (instant) => (isBefore(instant, occurrence.start) ? occurrence : undefined),
    upTo: (instant) => (isBefore(instant, occurrence.start) ? undefined : occurrence),
  };
}
