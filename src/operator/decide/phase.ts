import type { Phase } from '../../api/generated/maintenance-window.ts';
import type { Occurrence } from '../../schedule/occurrence.ts';
import type { Timeline } from '../../schedule/timeline.ts';

/**
 * Where a window is in its schedule: trouble with gates is not its business (design §4).
 * @param opening is some gate of it still to come off?
 */
export function phaseOf(
  timeline: Timeline | undefined,
  { arming, opening }: { readonly arming: boolean; readonly opening: boolean },
): Phase {
  if (timeline === undefined) return 'Invalid';
  if (timeline.suspended) return 'Suspended';
  if (timeline.held) return 'Held';
  if (timeline.current !== undefined) return 'Closed';
  if (arming) return 'Arming';
  if (opening) return 'Opening';
  return timeline.next === undefined ? 'Completed' : 'Scheduled';
}

/** RFC 3339 to the second, in UTC. */
export const instantText = (instant: Temporal.Instant): string =>
  instant.toString({ smallestUnit: 'second' });

/** An occurrence as the status carries it. */
export interface OccurrenceText {
  readonly start: string;
  readonly end?: string;
}

export const occurrenceText = ({ start, end }: Occurrence): OccurrenceText => ({
  start: instantText(start),
  ...(end === undefined ? {} : { end: instantText(end) }),
});

/** That a site is closed past its end, and what opens it. */
export function heldText({ current }: Timeline): string {
  const end = current?.end === undefined ? 'its end' : instantText(current.end);
  return `Held past ${end}, because spec.endPolicy is Hold: set spec.endedAt to now, or suspend or delete the window, to open.`;
}
