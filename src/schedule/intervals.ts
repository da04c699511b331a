export const minuteMs = 60_000;
export const dayMs = 1440 * minuteMs;

/** `[start, end)`, in milliseconds since 1970 or since midnight. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/**
 * Joins intervals that overlap or meet; they come sorted by their starts.
 * @param mostMs an interval is not joined to others beyond this length: it ends where the next one begins
 */
export function* merged(intervals: Iterable<Interval>, mostMs = Infinity): Generator<Interval> {
  let run: Interval | undefined;
  for (const next of intervals) {
    if (run === undefined) {
      run = next;
    } else if (next.start > run.end) {
      yield run;
      run = next;
    } else if (next.end > run.end) {
      if (next.end - run.start > mostMs) {
        yield { start: run.start, end: next.start };
        run = next;
      } else {
        run = { start: run.start, end: next.end };
      }
    }
  }
  if (run !== undefined) yield run;
}
