import { instantOf } from './invalid.ts';
import type { Occurrence } from './occurrence.ts';
import { isBefore } from './occurrence.ts';
import type { Runs } from './runs.ts';

/** What a person said about a window, by its spec. */
export interface Words {
  readonly endPolicy?: 'Open' | 'Hold';
  readonly extension?: { readonly occurrence: string; readonly until: string };
  readonly endedAt?: string;
}

const tick = { nanoseconds: 1 };

/** The occurrences, each marked that it holds. */
function holding({ after, upTo }: Runs): Runs {
  const held = (each: Occurrence | undefined): Occurrence | undefined =>
    each?.end === undefined ? each : { ...each, holds: true };
  return { after: (instant) => held(after(instant)), upTo: (instant) => held(upTo(instant)) };
}

/** One occurrence put into others, in the place of those that it meets. */
function withRun({ after, upTo }: Runs, run: Occurrence): Runs {
  return {
    after: (instant) => {
      if (isBefore(instant, run.start)) {
        const other = after(instant);
        return other !== undefined && isBefore(other.start, run.start) ? other : run;
      }
      if (run.end === undefined) return undefined;
      return after(isBefore(instant, run.end) ? run.end : instant);
    },
    upTo: (instant) => {
      const other = upTo(instant);
      if (other === undefined) return isBefore(instant, run.start) ? undefined : run;
      const isPast =
        run.end !== undefined && isBefore(run.end, other.start) && isBefore(run.start, other.start);
      return isBefore(instant, run.start) || isPast ? other : run;
    },
  };
}

/**
 * The occurrences with one of them extended: it lasts until the instant given, and what begins before that is part of it.
 * @param held those that may be meant although the schedule, as it is now, does not have them
 */
function extended(
  runs: Runs,
  { occurrence, until }: NonNullable<Words['extension']>,
  held: readonly Occurrence[],
): Runs {
  const start = instantOf('spec.extension.occurrence', occurrence);
  const end = instantOf('spec.extension.until', until);
  const named = [runs.upTo(start), ...held].find((each) => each?.start.equals(start));
  if (named === undefined) return runs;
  const last = runs.upTo(end);
  const joined = last !== undefined && isBefore(start, last.start) && !(last.end && !isBefore(end, last.end));
  return withRun(runs, joined ? { ...last, start } : { start, end });
}

/** The occurrences, those that had begun by an instant over at that instant. */
function ended({ after, upTo }: Runs, endedAt: Temporal.Instant): Runs {
  const cut = (each: Occurrence): Occurrence => {
    if (isBefore(endedAt, each.start)) return each;
    const end = each.end === undefined || isBefore(endedAt, each.end) ? endedAt : each.end;
    return { start: each.start, end };
  };
  return {
    after: (instant) => {
      const each = after(instant);
      return each && cut(each);
    },
    upTo: (instant) => {
      const each = upTo(instant);
      return each && cut(each);
    },
  };
}

const isNothing = ({ start, end }: Occurrence): boolean => end !== undefined && !isBefore(start, end);

/** The occurrences without those that a person ended before they began. */
function real({ after, upTo }: Runs): Runs {
  return {
    after: (instant) => {
      let each = after(instant);
      while (each !== undefined && isNothing(each)) each = after(each.start);
      return each;
    },
    upTo: (instant) => {
      let each = upTo(instant);
      while (each !== undefined && isNothing(each)) each = upTo(each.start.subtract(tick));
      return each;
    },
  };
}

/** A schedule's occurrences as a person's words leave them, later ones stronger: Hold < extension < endedAt (design §4). */
export function withWords(runs: Runs, words: Words, held: readonly Occurrence[]): Runs {
  let spoken = words.endPolicy === 'Hold' ? holding(runs) : runs;
  if (words.extension !== undefined) spoken = extended(spoken, words.extension, held);
  if (words.endedAt !== undefined) spoken = ended(spoken, instantOf('spec.endedAt', words.endedAt));
  return real(spoken);
}

/**
 * The occurrence that is past its end and stays closed: the policy in force at its end said so and endPolicy still
 * does, no person extended it, and no person ended it.
 */
export function heldAt(
  now: Temporal.Instant,
  { endPolicy, extension, endedAt }: Words,
  held: readonly Occurrence[],
): Occurrence | undefined {
  if (endPolicy !== 'Hold') return undefined;
  const extendedStart = extension && instantOf('spec.extension.occurrence', extension.occurrence);
  const ended = endedAt === undefined ? undefined : instantOf('spec.endedAt', endedAt);
  return held
    .filter(({ start, end }) => {
      if (end === undefined || isBefore(now, end)) return false;
      if (extendedStart?.equals(start) === true) return false;
      return ended === undefined || isBefore(ended, start);
    })
    .sort((a, b) => Temporal.Instant.compare(a.start, b.start))[0];
}
