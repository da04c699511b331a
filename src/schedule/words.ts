import { instantOf } from './invalid.ts';
import type { Occurrence } from './occurrence.ts';
import { contains, isBefore } from './occurrence.ts';
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

/** An extension that found its occurrence. */
interface Extended {
  readonly start: Temporal.Instant;
  readonly until: Temporal.Instant;
  /** What comes of it: it lasts until then, and what begins before is part of it. */
  readonly run: Occurrence;
}

/** @param held occurrences that may be meant although the schedule, as it is now, does not have them */
function extendedOf(runs: Runs, { extension }: Words, held: readonly Occurrence[]): Extended | undefined {
  if (extension === undefined) return undefined;
  const start = instantOf('spec.extension.occurrence', extension.occurrence);
  const until = instantOf('spec.extension.until', extension.until);
  const before = runs.upTo(start);
  if (![before, ...held].some((each) => each?.start.equals(start))) return undefined;
  const last = runs.upTo(until);
  const joins = last !== undefined && isBefore(start, last.start) && contains(last, until);
  // A held occurrence may lie in one that the schedule did not have when it began.
  const first = before !== undefined && contains(before, start) ? before.start : start;
  return { start, until, run: joins ? { ...last, start: first } : { start: first, end: until } };
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

/** A schedule's occurrences as a person's words leave them. */
export interface Spoken {
  readonly runs: Runs;
  /**
   * The occurrences that stay closed past their end unless a person opens, sorted: the policy in force said so and
   * endPolicy still does, no person extended them, and no person ended them.
   */
  readonly holdable: readonly (Occurrence & { readonly end: Temporal.Instant })[];
}

/** What of the occurrences that the policy in force said it would hold may still be held. */
function holdable(
  { endPolicy }: Words,
  held: readonly Occurrence[],
  {
    extended,
    endedAt,
  }: { readonly extended: Extended | undefined; readonly endedAt: Temporal.Instant | undefined },
): Spoken['holdable'] {
  if (endPolicy !== 'Hold') return [];
  const isExtended = (start: Temporal.Instant, end: Temporal.Instant): boolean =>
    extended !== undefined &&
    (extended.start.equals(start) || (isBefore(extended.start, start) && !isBefore(extended.until, end)));
  return held
    .flatMap(({ start, end }) => (end === undefined ? [] : [{ start, end, holds: true as const }]))
    .filter(
      ({ start, end }) => !isExtended(start, end) && (endedAt === undefined || isBefore(endedAt, start)),
    )
    .sort((a, b) => Temporal.Instant.compare(a.start, b.start));
}

/**
 * Applies a person's words, later ones stronger: Hold < extension < endedAt (design §4).
 * @param held the occurrences that the policy in force said it would hold
 */
export function withWords(scheduled: Runs, words: Words, held: readonly Occurrence[]): Spoken {
  let runs = words.endPolicy === 'Hold' ? holding(scheduled) : scheduled;
  const extended = extendedOf(runs, words, held);
  if (extended !== undefined) runs = withRun(runs, extended.run);
  const endedAt = words.endedAt === undefined ? undefined : instantOf('spec.endedAt', words.endedAt);
  if (endedAt !== undefined) runs = ended(runs, endedAt);
  return { runs: real(runs), holdable: holdable(words, held, { extended, endedAt }) };
}
