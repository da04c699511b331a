import type { Occurrence } from './occurrence.ts';

/**
 * The occurrences of a schedule, without an end or a beginning of the list: sorted, never two that meet. A person's
 * words make other runs of them (words.ts).
 */
export interface Runs {
  /** The first that starts after this instant. */
  readonly after: (instant: Temporal.Instant) => Occurrence | undefined;
  /** The last that starts at or before this instant. */
  readonly upTo: (instant: Temporal.Instant) => Occurrence | undefined;
}
