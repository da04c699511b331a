import { InvalidSchedule } from '../schedule/invalid.ts';
import type { Occurrence } from '../schedule/occurrence.ts';
import { timelineOf, type Timeline } from '../schedule/timeline.ts';
import { fromNow, instantText } from './times.ts';
import { conditionOf, type Window } from './windows.ts';

/** How a window stands by its schedule: whether gates follow is another question. */
export type Standing =
  | {
      readonly is: 'closed';
      readonly occurrence: Occurrence;
      /** Past its end. */
      readonly held: boolean;
      /** The spec is not accepted: an older one is in force. */
      readonly refused: boolean;
    }
  | { readonly is: 'open'; readonly why: string };

/** The occurrence that the operator reports: whole seconds, and as late as it is. */
function reported({ status }: Window): Occurrence | undefined {
  const closing = status?.phase === 'Closed' || status?.phase === 'Held';
  if (!closing || status.occurrence === undefined) return undefined;
  const { start, end } = status.occurrence;
  return {
    start: Temporal.Instant.from(start),
    end: end === undefined ? undefined : Temporal.Instant.from(end),
  };
}

function byStatus(window: Window): Standing {
  const occurrence = reported(window);
  if (occurrence === undefined) return { is: 'open', why: 'its spec was not accepted' };
  return { is: 'closed', occurrence, held: window.status?.phase === 'Held', refused: true };
}

function openBy({ suspended, next, last }: Timeline, now: Temporal.Instant): Standing {
  if (suspended) return { is: 'open', why: 'it is suspended' };
  const past = last?.end === undefined ? '' : `it was closed until ${instantText(last.end)}`;
  if (next === undefined) return { is: 'open', why: past || 'it closes at no time' };
  return { is: 'open', why: `it closes at ${instantText(next.start)} (${fromNow(next.start, now)})` };
}

/**
 * How a window stands now. Its own spec says so, to the instant and at once after an edit; the status only where an
 * older spec is in force, which nobody but the operator knows.
 */
export function standingOf(window: Window, now: Temporal.Instant): Standing {
  if (conditionOf(window, 'Accepted')?.status === 'False') return byStatus(window);
  const createdAt = Temporal.Instant.from(window.metadata.creationTimestamp);
  const held = window.status?.phase === 'Held' ? reported(window) : undefined;
  try {
    const timeline = timelineOf(window.spec, { createdAt, now, held: held === undefined ? [] : [held] });
    if (timeline.current === undefined) return openBy(timeline, now);
    return { is: 'closed', occurrence: timeline.current, held: timeline.held, refused: false };
  } catch (error) {
    if (error instanceof InvalidSchedule) return byStatus(window);
    throw error;
  }
}
