const pattern = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/**
 * Parses a duration as people write it for Kubernetes: `90m`, `1h30m`, `2d`. Days are 24 hours of elapsed time.
 * Returns undefined for anything else, and for a duration of nothing.
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
