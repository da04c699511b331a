import type { MaintenanceWindow } from '../../api/generated/maintenance-window.ts';
import type { Occurrence } from '../../schedule/occurrence.ts';
import { isBefore } from '../../schedule/occurrence.ts';
import type { Timeline } from '../../schedule/timeline.ts';
import type { CoveringWindow } from './gates.ts';
import { instantText } from './phase.ts';
import type { GateVerdict } from './verdicts.ts';

/** Another window that keeps Ingresses of this one closed. */
interface Other {
  readonly window: CoveringWindow;
  readonly ingresses: number;
}

const mostNamed = 3;

/**
 * Which other windows keep Ingresses of this one closed, while it does not or for longer than it does (design §4: a request
 * passes only if every closed window lets it): whoever ends this one should know that its sites stay closed.
 * @returns a sentence, or undefined without any
 */
export function othersText(
  { metadata: { uid } }: MaintenanceWindow,
  verdicts: readonly GateVerdict[],
): string | undefined {
  const counts = new Map<CoveringWindow, number>();
  for (const { gate } of verdicts) {
    const own = gate.obeyed.find(({ window }) => window.metadata.uid === uid);
    for (const other of gate.obeyed) {
      if (other !== own && outlasts(other, own)) counts.set(other, (counts.get(other) ?? 0) + 1);
    }
  }
  const others = [...counts]
    .map(([window, ingresses]): Other => ({ window, ingresses }))
    .toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  if (others.length === 0) return undefined;
  const named = others.slice(0, mostNamed).map((other) => wordsOf(other, verdicts.length));
  const more =
    others.length > mostNamed ? `, and ${others.length - mostNamed} more windows others of them` : '';
  return `Window ${named.join(', window ')}${more}.`;
}

const nameOf = ({ window }: Other): string => window.window.metadata.name;

function outlasts({ inForce: { timeline } }: CoveringWindow, own: CoveringWindow | undefined): boolean {
  if (timeline.current === undefined) return false;
  const mine = own?.inForce.timeline.current;
  if (mine === undefined) return true;
  return timeline.held ? own?.inForce.timeline.held !== true : endsAfter(timeline.current, mine);
}

function untilText({ current, held }: Timeline): string {
  if (held) return 'until a person opens it';
  return current?.end === undefined ? 'without an end' : `until ${instantText(current.end)}`;
}

const endsAfter = (occurrence: Occurrence, { end }: Occurrence): boolean =>
  end !== undefined && (occurrence.end === undefined || isBefore(end, occurrence.end));

function wordsOf(other: Other, total: number): string {
  const until = untilText(other.window.inForce.timeline);
  return `${nameOf(other)} keeps ${other.ingresses} of these ${total} Ingresses closed ${until}`;
}
