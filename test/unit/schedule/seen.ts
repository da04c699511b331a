import type { Occurrence } from '../../../src/schedule/occurrence.ts';
import type { Timeline } from '../../../src/schedule/timeline.ts';

/** `3 02:00` is a time of the month that all these tests happen in. */
const short = (time: Temporal.Instant | undefined): string =>
  time === undefined ? '' : time.toString().slice(8, 16).replace('T', ' ').replace(/^0/, '');
export const shortOf = ({ start, end, holds }: Occurrence): string =>
  `${short(start)}-${short(end)}${holds ? ' holds' : ''}`;

/** A timeline in a line. */
export const seen = ({ suspended, current, held, next, last }: Timeline): string =>
  [
    ...(suspended ? ['suspended'] : []),
    ...(current ? [`${held ? 'held' : 'closed'} ${shortOf(current)}`] : []),
    ...(next ? [`next ${shortOf(next)}`] : []),
    ...(last ? [`last ${shortOf(last)}`] : []),
  ].join(', ');
