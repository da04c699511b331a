import type { MaintenanceWindow } from '../../api/generated/maintenance-window.ts';
import { isBefore } from '../../schedule/occurrence.ts';
import type { CoveringWindow, Gate } from './gates.ts';
import { isComingOff } from './opening.ts';
import type { Operation } from './plan.ts';
import { isOver } from './policies.ts';
import type { Observed } from './observed.ts';

/**
 * When a completed window's last occurrence was over, also one that was held until a person ended it. One that never had any
 * was over when it was made, or when a person ended it.
 */
function completedAt(covering: CoveringWindow): Temporal.Instant | undefined {
  if (!isOver(covering)) return undefined;
  const { window, inForce } = covering;
  const over = inForce.timeline.last?.end ?? Temporal.Instant.from(window.metadata.creationTimestamp);
  const { endedAt } = inForce.spec;
  const ended = endedAt === undefined ? over : Temporal.Instant.from(endedAt);
  return isBefore(over, ended) ? ended : over;
}

/** When a completed window is to be deleted; undefined: it stays, or it is not completed. */
export function expiresAt(window: CoveringWindow): Temporal.Instant | undefined {
  const { ttlSecondsAfterCompleted: seconds } = window.inForce.spec;
  return seconds === undefined ? undefined : completedAt(window)?.add({ seconds });
}

/** The windows whose time after completion is over, unless some gate of them is still to come off. */
export function expiredWindows(
  windows: readonly CoveringWindow[],
  gates: readonly Gate[],
  { now }: Observed,
): readonly MaintenanceWindow[] {
  const leaving = new Set(gates.filter(isComingOff).flatMap((gate) => gate.windows));
  const isDue = (each: CoveringWindow): boolean => {
    const at = expiresAt(each);
    // An invalid edit is a person's unfinished business: it is not thrown away.
    return at !== undefined && !isBefore(now, at) && each.verdict.accepted && !leaving.has(each);
  };
  return windows.filter(isDue).map(({ window }) => window);
}

/** Deletes the window that was looked at: an edit since then makes it another. */
export function windowDeletion({
  metadata: { namespace, name, uid, resourceVersion },
}: MaintenanceWindow): Operation {
  return { kind: 'DeleteWindow', window: { namespace, name, uid, resourceVersion } };
}
