import type { Interval } from './intervals.ts';
import { dayMs, minuteMs } from './intervals.ts';
import type { Recurring } from './recurring.ts';
import type { Span } from './zone.ts';
import { spanAt } from './zone.ts';

const hourMs = 60 * minuteMs;

/** The first instant from this one on at which an occurrence may start. */
const free = ({ blocked }: Recurring, instant: number): number =>
  blocked.find(({ start, end }) => start <= instant && instant < end)?.end ?? instant;

/** Do the clocks leave out a start as they go forward at the beginning of a span? */
function leavesOut({ cron }: Recurring, { from, offset, offsetBefore }: Span): boolean {
  const [begin, end] = [from + offsetBefore, from + offset];
  for (let local = begin; local < end; local += minuteMs) {
    const day = Math.floor(local / dayMs);
    if (!cron.isOn(day) || !cron.hasMinute((local - day * dayMs) / minuteMs)) continue;
    // Every hour means every hour that there is: one that is left out whole is not missed.
    const hour = Math.floor(local / hourMs) * hourMs;
    if (!cron.isHourly || hour < begin || hour + hourMs > end) return true;
  }
  return false;
}

/** A part of a span in local time, `[from, to)`. */
interface Part {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

/** The occurrences that start on one local day, within a part of a span. */
function* ofDay(recurring: Recurring, midnight: number, { from, to, offset }: Part): Generator<Interval> {
  const { cron, day, durationMs, blocked } = recurring;
  const utc = midnight - offset;
  const near = blocked.filter(({ start, end }) => start < utc + dayMs && utc < end);
  if (near.length === 0 && from <= midnight && midnight + dayMs <= to) {
    for (const { start, end } of day) yield { start: utc + start, end: utc + end };
    return;
  }
  for (const minute of cron.minutes) {
    const local = midnight + minute * minuteMs;
    if (local < from || local >= to) continue;
    const start = local - offset;
    if (!near.some((each) => each.start <= start && start < each.end))
      yield { start, end: start + durationMs };
  }
}

function* ofPart(recurring: Recurring, part: Part): Generator<Interval> {
  for (let local = part.from; ;) {
    const midnight = recurring.cron.firstFrom(Math.floor(local / dayMs)) * dayMs;
    if (midnight >= part.to) return;
    yield* ofDay(recurring, midnight, part);
    local = free(recurring, midnight + dayMs - part.offset) + part.offset;
  }
}

/**
 * The occurrences that start at or after an instant (milliseconds), sorted by start, those of one day already merged.
 * There is no end to them.
 *
 * In local time (design §4): what the clocks leave out starts at the first minute after; what they repeat starts once,
 * the first time, unless the hour field has `*` or a step.
 */
export function* startingFrom(recurring: Recurring, instant: number): Generator<Interval> {
  const { cron, zone, durationMs } = recurring;
  for (let at = free(recurring, instant); ;) {
    const span = spanAt(zone, at);
    const { from, to, offset, offsetBefore } = span;
    if (at === from && leavesOut(recurring, span)) yield { start: at, end: at + durationMs };
    // Up to here the local time of this span has been before.
    const seen = cron.hasFixedHours ? from + offsetBefore : -Infinity;
    yield* ofPart(recurring, { from: Math.max(at + offset, seen), to: to + offset, offset });
    at = free(recurring, to);
  }
}
