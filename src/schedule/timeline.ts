import { InvalidSchedule } from './invalid.ts';
import { checkThatItOpens } from './never-opens.ts';
import type { Occurrence } from './occurrence.ts';
import { contains, isBefore, nextAfter } from './occurrence.ts';
import { once } from './once.ts';
import { recurringOf } from './recurring.ts';
import type { Runs } from './runs.ts';
import { runsOf } from './runs.ts';
import type { Spoken, Words } from './words.ts';
import { withWords } from './words.ts';

export { InvalidSchedule };

/** What of a window's spec decides when it is closed; the strings are RFC 3339 instants and durations as in the CRD. */
export interface ScheduleInput extends Words {
  readonly schedule?: {
    readonly start?: string;
    readonly end?: string;
    readonly duration?: string;
    readonly cron?: string;
    readonly timeZone?: string;
    readonly exclude?: readonly { readonly start: string; readonly end: string; readonly reason?: string }[];
  };
  readonly suspend?: boolean;
}

/** The instant from which a window is seen. */
export interface TimelineMoment {
  /** When the object was made: a window without a schedule begins then, and what was over then never happened. */
  readonly createdAt: Temporal.Instant;
  readonly now: Temporal.Instant;
  /** The occurrences that the policy in force said it would hold. */
  readonly held?: readonly Occurrence[];
  /** How many occurrences to come are wanted; 2 unless told. */
  readonly ahead?: number;
}

/** A window's time, seen from one instant. */
export interface Timeline {
  readonly suspended: boolean;
  /** The occurrence in progress, also one that is held past its end: its end is the scheduled one. */
  readonly current: Occurrence | undefined;
  /** `current` is past its end and stays closed until a person opens. */
  readonly held: boolean;
  /** The next ones, sorted, not overlapping, each of them still to start. */
  readonly upcoming: readonly Occurrence[];
  /** The first of them. */
  readonly next: Occurrence | undefined;
  /** The last one that is over; never one that was over when the window was made. */
  readonly last: Occurrence | undefined;
  /** When time alone changes any of this; also a suspended occurrence ends. */
  readonly changesAt: Temporal.Instant | undefined;
}

function scheduled({ schedule }: ScheduleInput, createdAt: Temporal.Instant): Runs {
  if (schedule?.cron === undefined) return once(schedule, createdAt);
  return runsOf(recurringOf({ ...schedule, cron: schedule.cron }), createdAt);
}

/** The first `count` occurrences that start after an instant. */
function following(runs: Runs, from: Temporal.Instant, count: number): readonly Occurrence[] {
  const found: Occurrence[] = [];
  for (
    let next = runs.after(from);
    next !== undefined && found.length < count;
    next = runs.after(next.start)
  ) {
    found.push(next);
  }
  return found;
}

/** The occurrence that keeps the sites closed now, and whether it is held past its end. */
function closing(
  { runs, holdable }: Spoken,
  now: Temporal.Instant,
): { readonly current: Occurrence | undefined; readonly held: boolean } {
  const latest = runs.upTo(now);
  const current = latest !== undefined && contains(latest, now) ? latest : undefined;
  const held = holdable.find(({ end }) => !isBefore(now, end));
  // What begins while one is held changes nothing; what had begun before its end outlasts it.
  if (held === undefined || (current !== undefined && isBefore(current.start, held.end))) {
    return { current, held: false };
  }
  // An extension of an earlier one may have taken it in.
  const whole = runs.upTo(held.start);
  return { current: whole?.end?.equals(held.end) === true ? whole : held, held: true };
}

/** The last occurrence that is over: of before the current one, and not of before the window. */
function lastOver(
  runs: Runs,
  current: Occurrence | undefined,
  { createdAt, now }: TimelineMoment,
): Occurrence | undefined {
  const last = runs.upTo(current === undefined ? now : current.start.subtract({ nanoseconds: 1 }));
  return last?.end !== undefined && isBefore(createdAt, last.end) ? last : undefined;
}

function look(input: ScheduleInput, moment: TimelineMoment): Timeline {
  const { createdAt, now, ahead = 2 } = moment;
  const suspended = input.suspend === true;
  // A suspended window holds nothing: its sites are open.
  const mayHold = suspended ? [] : (moment.held ?? []);
  const spoken = withWords(scheduled(input, createdAt), input, mayHold);
  const { current, held } = closing(spoken, now);
  const upcoming = following(spoken.runs, now, Math.max(ahead, 1));
  const next = upcoming[0];
  const toBeHeld = held ? [] : spoken.holdable.map(({ end }) => end);
  return {
    suspended,
    current: suspended ? undefined : current,
    held,
    upcoming: upcoming.slice(0, ahead),
    next,
    last: lastOver(spoken.runs, current, moment),
    changesAt: nextAfter(now, [current?.end, next?.start, ...toBeHeld]),
  };
}

/** The last answer for an input: it stands until time changes it. */
const answers = new WeakMap<
  ScheduleInput,
  { readonly moment: TimelineMoment; readonly timeline: Timeline }
>();

const same = (a: Temporal.Instant | undefined, b: Temporal.Instant | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && a.equals(b));

const isSame = (a: TimelineMoment, b: TimelineMoment): boolean =>
  same(a.createdAt, b.createdAt) &&
  a.ahead === b.ahead &&
  (a.held?.length ?? 0) === (b.held?.length ?? 0) &&
  (a.held ?? []).every((each, index) => {
    const other = b.held?.[index];
    return same(each.start, other?.start) && same(each.end, other?.end);
  });

/**
 * Where a window stands at an instant. Asking again with the same object costs next to nothing: it is taken to be as
 * it was.
 * @throws InvalidSchedule for a schedule that the API server could not refuse
 */
export function timelineOf(input: ScheduleInput, moment: TimelineMoment): Timeline {
  const known = answers.get(input);
  if (
    known !== undefined &&
    isSame(known.moment, moment) &&
    !isBefore(moment.now, known.moment.now) &&
    (known.timeline.changesAt === undefined || isBefore(moment.now, known.timeline.changesAt))
  ) {
    return known.timeline;
  }
  const timeline = look(input, moment);
  answers.set(input, { moment, timeline });
  return timeline;
}

/** The first `count` occurrences that are not over at an instant, whether suspended or not. */
export function occurrences(
  input: ScheduleInput,
  {
    createdAt,
    from,
    count,
  }: { readonly createdAt: Temporal.Instant; readonly from: Temporal.Instant; readonly count: number },
): readonly Occurrence[] {
  const { runs } = withWords(scheduled(input, createdAt), input, []);
  const since = isBefore(from, createdAt) ? createdAt : from;
  const first = runs.upTo(since);
  const inProgress = first !== undefined && contains(first, since) ? [first] : [];
  return [...inProgress, ...following(runs, since, count)].slice(0, count);
}

/** The last answer for an input: undefined is a schedule that can be kept. */
const verdicts = new WeakMap<
  ScheduleInput,
  { readonly createdAt: Temporal.Instant; readonly problem: InvalidSchedule | undefined }
>();

function problemOf(input: ScheduleInput, createdAt: Temporal.Instant): InvalidSchedule | undefined {
  const { schedule } = input;
  try {
    look(input, { createdAt, now: createdAt });
    if (schedule?.cron !== undefined)
      checkThatItOpens(recurringOf({ ...schedule, cron: schedule.cron }), createdAt);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidSchedule) return error;
    throw error;
  }
}

/**
 * Is this a schedule that can be kept? What passes never throws later, in no function of this room.
 * @throws InvalidSchedule in words that name the field, what was found, and what to write instead
 */
export function checkSchedule(input: ScheduleInput, createdAt: Temporal.Instant): void {
  const known = verdicts.get(input);
  const problem = known?.createdAt.equals(createdAt) === true ? known.problem : problemOf(input, createdAt);
  verdicts.set(input, { createdAt, problem });
  if (problem !== undefined) throw problem;
}
