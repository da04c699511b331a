import type { Interval } from './intervals.ts';
import { dayMs, merged } from './intervals.ts';
import type { Occurrence } from './occurrence.ts';
import type { Recurring } from './recurring.ts';
import { startingFrom } from './starts.ts';

/** The occurrences of a schedule: sorted, never two that meet. A person's words make other runs of them (words.ts). */
export interface Runs {
  /** The first that starts after this instant. */
  readonly after: (instant: Temporal.Instant) => Occurrence | undefined;
  /** The last that starts at or before this instant. */
  readonly upTo: (instant: Temporal.Instant) => Occurrence | undefined;
}

/** The merged occurrences that are not over at an instant: the first may have begun before it. No end to them. */
function* runsFrom(recurring: Recurring, instant: number): Generator<Interval> {
  const { longestMs } = recurring;
  // What is longer was refused (never-opens.ts); should one turn up all the same, it is told in pieces.
  for (const run of merged(startingFrom(recurring, instant - longestMs), longestMs)) {
    if (run.end > instant) yield run;
  }
}

/** The runs from an instant on, each computed once. */
class Walk {
  readonly from: number;
  readonly #seen: Interval[] = [];
  readonly #rest: Iterator<Interval>;

  constructor(recurring: Recurring, from: number) {
    this.from = from;
    this.#rest = runsFrom(recurring, from);
  }

  after(instant: number): Interval | undefined {
    const found = (this.#seen.at(-1)?.start ?? -Infinity) > instant;
    if (found) return this.#seen.find(({ start }) => start > instant);
    for (let next = this.#rest.next(); next.done !== true; next = this.#rest.next()) {
      this.#seen.push(next.value);
      if (next.value.start > instant) return next.value;
    }
    return undefined;
  }

  upTo(instant: number): Interval | undefined {
    this.after(instant);
    return this.#seen.findLast(({ start }) => start <= instant);
  }
}

const occurrenceOf = (run: Interval | undefined): Occurrence | undefined =>
  run && {
    start: Temporal.Instant.fromEpochMilliseconds(run.start),
    end: Temporal.Instant.fromEpochMilliseconds(run.end),
  };

/** The occurrences of a schedule with cron that are not over when the window is made. */
export function runsOf(recurring: Recurring, createdAt: Temporal.Instant): Runs {
  const made = createdAt.epochMilliseconds;
  let walk: Walk | undefined;
  return {
    after: ({ epochMilliseconds: instant }) => {
      if (walk === undefined || walk.from > instant) walk = new Walk(recurring, Math.max(instant, made));
      return occurrenceOf(walk.after(instant));
    },
    upTo: ({ epochMilliseconds: instant }) => {
      const since = Math.min(instant, made);
      let last = walk === undefined || walk.from > instant ? undefined : walk.upTo(instant);
      // How long ago it was is not known: look back in growing steps, as far as the window's beginning.
      for (let back = dayMs; last === undefined; back *= 4) {
        walk = new Walk(recurring, Math.max(instant - back, since));
        last = walk.upTo(instant);
        if (walk.from === since) break;
      }
      return occurrenceOf(last);
    },
  };
}
