import { contains } from '../schedule/occurrence.ts';
import type { PolicyOccurrence } from './policy.ts';
import type { ClosedTime, CompiledWindow } from './policy-set.ts';

/** The occurrence that the window is closed by now: `start <= now < end`. */
export function closedTime({ occurrences }: CompiledWindow, nowMs: number): ClosedTime | undefined {
  for (const occurrence of occurrences) {
    if (occurrence.startMs <= nowMs && nowMs < occurrence.endMs) return occurrence;
  }
  return undefined;
}

/** Is any of them closed now, for whatever part of its site? */
export function isAnyClosed(windows: readonly CompiledWindow[], nowMs: number): boolean {
  for (const window of windows) if (closedTime(window, nowMs) !== undefined) return true;
  return false;
}

/**
 * Whose page is shown: that of the occurrence that ends last; no end is last. Windows come sorted by name, so
 * the first of equals stays.
 */
export const isShownBefore = (time: ClosedTime, other: ClosedTime | undefined): boolean =>
  other === undefined || time.endMs > other.endMs;

/** Of the windows closed now, the one whose page is shown, whatever part each closes. */
export function shownOf(
  windows: readonly CompiledWindow[],
  nowMs: number,
): { readonly window: CompiledWindow; readonly occurrence: ClosedTime } | undefined {
  let shown: { readonly window: CompiledWindow; readonly occurrence: ClosedTime } | undefined;
  for (const window of windows) {
    const occurrence = closedTime(window, nowMs);
    if (occurrence !== undefined && isShownBefore(occurrence, shown?.occurrence))
      shown = { window, occurrence };
  }
  return shown;
}

/** Does a responder that has loaded this occurrence keep the site closed at an instant? One that is held has no end. */
export const closesAt = ({ start, end, hold }: PolicyOccurrence, instant: Temporal.Instant): boolean =>
  contains(
    {
      start: Temporal.Instant.from(start),
      end: end === null || hold ? undefined : Temporal.Instant.from(end),
    },
    instant,
  );
