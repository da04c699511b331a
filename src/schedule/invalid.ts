/** A schedule that can not be kept, in words for the person who wrote it. */
export class InvalidSchedule extends Error {
  /** The reason of the condition `Accepted=False`. */
  readonly reason: 'InvalidSchedule' | 'NeverOpens';

  constructor(message: string, reason: 'InvalidSchedule' | 'NeverOpens' = 'InvalidSchedule') {
    super(message);
    this.reason = reason;
  }
}

/**
 * Reads an instant of a window's spec.
 * @throws InvalidSchedule for what the API server's check let through and no calendar has, such as 30 February
 */
export function instantOf(field: string, text: string): Temporal.Instant {
  try {
    return Temporal.Instant.from(text);
  } catch {
    throw new InvalidSchedule(
      `${field} "${text}" is not a time: write one that exists, with seconds and an offset, such as 2026-12-01T22:00:00+01:00.`,
    );
  }
}
