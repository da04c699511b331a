import { parseDuration } from '../schedule/duration.ts';
import { usageFailure } from './failure.ts';

const daySeconds = 86_400;
/** No closure of one piece is longer (design §4). */
const longest = { days: 31, seconds: 31 * daySeconds };

/**
 * The value of a flag or argument that is a duration above zero.
 * @throws CliFailure that names the flag, what was found, and what to write instead
 */
export function durationFlag(flag: string, text: string): Temporal.Duration {
  const duration = /^(\d{1,5}[dhms])+$/.test(text) ? parseDuration(text) : undefined;
  if (duration === undefined) {
    throw usageFailure(
      `${flag} ${JSON.stringify(text)} is not a duration above zero: write it like 90s, 30m, 1h30m or 2d.`,
    );
  }
  if (duration.total('seconds') > longest.seconds) {
    throw usageFailure(`${flag} ${text} is more than ${longest.days} days: write a shorter one.`);
  }
  return duration;
}

/** `45s`, `12m`, `3h20m`, `5d4h`: two units at most. */
export function spanText(totalSeconds: number): string {
  const seconds = Math.max(0, Math.round(totalSeconds));
  const units = [
    ['d', Math.floor(seconds / daySeconds)],
    ['h', Math.floor(seconds / 3600) % 24],
    ['m', Math.floor(seconds / 60) % 60],
    ['s', seconds % 60],
  ] as const;
  const first = units.findIndex(([, count]) => count > 0);
  if (first < 0) return '0s';
  return units
    .slice(first, first + 2)
    .flatMap(([unit, count]) => (count > 0 ? [`${count}${unit}`] : []))
    .join('');
}

/** An instant to the second, in UTC. */
export const instantText = (instant: Temporal.Instant): string =>
  instant.toString({ smallestUnit: 'second' });

/** An instant as it lies from now: `in 20m`, `3h ago`, `now`. */
export function fromNow(instant: Temporal.Instant, now: Temporal.Instant): string {
  const seconds = Math.round(instant.since(now).total('seconds'));
  if (seconds === 0) return 'now';
  return seconds > 0 ? `in ${spanText(seconds)}` : `${spanText(-seconds)} ago`;
}
