/** One `[start, end)` interval of a window. No end: closed until a person opens. */
export interface Occurrence {
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant | undefined;
  /** Past its end it stays closed until a person opens (`endPolicy: Hold`). */
  readonly holds?: true;
}

export const isBefore = (a: Temporal.Instant, b: Temporal.Instant): boolean =>
  Temporal.Instant.compare(a, b) < 0;

/** Does the occurrence hold at this instant? Its start does, its end does not. */
export const contains = ({ start, end }: Occurrence, instant: Temporal.Instant): boolean =>
  !isBefore(instant, start) && (end === undefined || isBefore(instant, end));

/** The first of these instants that is still to come; undefined without one. */
export function nextAfter(
  now: Temporal.Instant,
  instants: readonly (Temporal.Instant | undefined)[],
): Temporal.Instant | undefined {
  let next: Temporal.Instant | undefined;
  for (const instant of instants) {
    if (instant === undefined || !isBefore(now, instant)) continue;
    if (next === undefined || isBefore(instant, next)) next = instant;
  }
  return next;
}
