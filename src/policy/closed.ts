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

/** Of the windows closed now, the one whose page is shown: it ends last; no end is last; ties go by name. */
export function lastToEnd(
  windows: readonly CompiledWindow[],
  nowMs: number,
): { readonly window: CompiledWindow; readonly occurrence: ClosedTime } | undefined {
  let last: { readonly window: CompiledWindow; readonly occurrence: ClosedTime } | undefined;
  // They come sorted by name, so the first of equals stays.
  for (const window of windows) {
    const occurrence = closedTime(window, nowMs);
    if (occurrence === undefined) continue;
    if (last === undefined || occurrence.endMs > last.occurrence.endMs) last = { window, occurrence };
  }
  return last;
}
