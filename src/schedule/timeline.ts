import { parseDuration } from './duration.ts';
import type { Occurrence } from './occurrence.ts';
import { contains, isBefore } from './occurrence.ts';

/** What of a window's spec decides when it is closed; the strings are RFC 3339 instants and durations as in the CRD. */
export interface ScheduleInput {
  readonly schedule?: {
    readonly start?: string;
    readonly end?: string;
    readonly duration?: string;
  };
  readonly suspend?: boolean;
  readonly extension?: { readonly occurrence: string; readonly until: string };
  readonly endedAt?: string;
}

/** A window's time, seen from one instant. */
export interface Timeline {
  readonly suspended: boolean;
  readonly current: Occurrence | undefined;
  readonly next: Occurrence | undefined;
  readonly last: Occurrence | undefined;
  /** When time alone changes any of this; also a suspended occurrence ends. */
  readonly changesAt: Temporal.Instant | undefined;
}

/** A schedule that can not be kept, in words for the person who wrote it. */
export class InvalidSchedule extends Error {}

/** The one occurrence that the schedule itself asks for, before a person's word changes it. */
function scheduled(schedule: ScheduleInput['schedule'], createdAt: Temporal.Instant): Occurrence {
  // No schedule: closed from the moment the object was made until it is deleted or suspended (design §4).
  if (schedule?.start === undefined) return { start: createdAt, end: undefined };
  const start = Temporal.Instant.from(schedule.start);
  if (schedule.end !== undefined) {
    const end = Temporal.Instant.from(schedule.end);
    if (!isBefore(start, end)) {
      throw new InvalidSchedule(
        `spec.schedule.end (${schedule.end}) is not after spec.schedule.start (${schedule.start}): write a later end.`,
      );
    }
    return { start, end };
  }
  if (schedule.duration === undefined) return { start, end: undefined };
  const duration = parseDuration(schedule.duration);
  if (duration === undefined) {
    throw new InvalidSchedule(
      `spec.schedule.duration "${schedule.duration}" is not a duration above zero: write it like 90m or 1h30m.`,
    );
  }
  return { start, end: start.add(duration) };
}

/** A person's word, later ones stronger: schedule < extension < endedAt (design §4). */
function withWords(occurrence: Occurrence, { extension, endedAt }: ScheduleInput): Occurrence {
  let { end } = occurrence;
  if (extension !== undefined && occurrence.start.equals(Temporal.Instant.from(extension.occurrence))) {
    end = Temporal.Instant.from(extension.until);
  }
  if (endedAt !== undefined) {
    const ended = Temporal.Instant.from(endedAt);
    const over = !isBefore(ended, occurrence.start);
    if (over && (end === undefined || isBefore(ended, end))) end = ended;
  }
  return { start: occurrence.start, end };
}

/**
 * Where a window stands at an instant.
 * @param createdAt when the object was made: a window without a schedule begins then
 * @throws InvalidSchedule for a schedule that the API server could not refuse
 */
export function timelineOf(
  input: ScheduleInput,
  { createdAt, now }: { readonly createdAt: Temporal.Instant; readonly now: Temporal.Instant },
): Timeline {
  const occurrence = withWords(scheduled(input.schedule, createdAt), input);
  const suspended = input.suspend === true;
  const nothing = { suspended, current: undefined, next: undefined, last: undefined, changesAt: undefined };
  // A person ended it at or before its start: it never happens.
  if (occurrence.end !== undefined && !isBefore(occurrence.start, occurrence.end)) return nothing;
  if (isBefore(now, occurrence.start)) return { ...nothing, next: occurrence, changesAt: occurrence.start };
  if (!contains(occurrence, now)) return { ...nothing, last: occurrence };
  return { ...nothing, current: suspended ? undefined : occurrence, changesAt: occurrence.end };
}
