import { InvalidSchedule } from './invalid.ts';

const pattern = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/**
 * Parses a duration as people write it for Kubernetes: `90m`, `1h30m`, `2d`. Days are 24 hours of elapsed time.
 * Returns undefined for anything else, and for a duration of nothing.
 * @throws RangeError for more than Temporal counts (200 million years)
 */
export function parseDuration(text: string): Temporal.Duration | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [days, hours, minutes, seconds] = match.slice(1).map((digits) => Number(digits ?? 0));
  const duration = Temporal.Duration.from({
    hours: (days ?? 0) * 24 + (hours ?? 0),
    minutes: minutes ?? 0,
    seconds: seconds ?? 0,
  });
  return duration.blank ? undefined : duration;
}

/** @throws InvalidSchedule for what is no duration, or too long to count with */
export function durationOf(text: string): Temporal.Duration {
  let duration: Temporal.Duration | undefined;
  try {
    duration = parseDuration(text);
  } catch {
    throw new InvalidSchedule(
      `spec.schedule.duration "${text}" is too long: write a shorter one, such as 90m or 2d.`,
    );
  }
  if (duration !== undefined) return duration;
  throw new InvalidSchedule(
    `spec.schedule.duration "${text}" is not a duration above zero: write it like 90m or 1h30m.`,
  );
}
