import { longestSilenceMs } from './cron.ts';
import { merged } from './intervals.ts';
import { InvalidSchedule } from './invalid.ts';
import type { Recurring } from './recurring.ts';
import { startingFrom } from './starts.ts';

/** The last answer for a schedule, with the instant that it was looked at from: it can take milliseconds. */
const answers = new WeakMap<
  Recurring,
  { readonly from: number; readonly problem: InvalidSchedule | undefined }
>();

function look(recurring: Recurring, from: number): InvalidSchedule | undefined {
  const { durationMs, longestMs, isUnbroken, text } = recurring;
  // A time of day at which the site is open keeps every run short.
  if (!isUnbroken) return undefined;
  // Exclusions only take occurrences away, so that runs get shorter by them; one day they are over.
  const whole: Recurring = { ...recurring, blocked: [] };
  const enough = 2 * longestMs + durationMs;
  for (const { start, end } of merged(startingFrom(whole, from - longestMs), enough)) {
    if (start > from + longestSilenceMs) return undefined;
    if (end - start <= longestMs) continue;
    const since = Temporal.Instant.fromEpochMilliseconds(start).toString({ smallestUnit: 'minute' });
    return new InvalidSchedule(
      `spec.schedule: the occurrences of ${text} run into each other for more than 31 days from ${since} on: the sites would never open. Write a shorter duration or fewer starts; to close for that long, write start and end, or leave schedule out and open by hand.`,
      'NeverOpens',
    );
  }
  return undefined;
}

/** @throws InvalidSchedule, reason NeverOpens, when occurrences merge to more than 31 days at some time to come */
export function checkThatItOpens(recurring: Recurring, createdAt: Temporal.Instant): void {
  const from = createdAt.epochMilliseconds;
  const known = answers.get(recurring);
  const problem = known?.from === from ? known.problem : look(recurring, from);
  answers.set(recurring, { from, problem });
  if (problem !== undefined) throw problem;
}
