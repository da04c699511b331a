import type {
  MaintenanceWindow,
  MaintenanceWindowStatus,
  Phase,
} from '../../api/generated/maintenance-window.ts';
import { conditionsOf, eventsOf } from './conditions.ts';
import type { Timeline } from '../../schedule/timeline.ts';
import { defined } from './defined.ts';
import { isComingOff } from './opening.ts';
import type { OccurrenceText } from './phase.ts';
import { heldText, instantText, occurrenceText, phaseOf } from './phase.ts';
import type { EventIntent } from './plan.ts';
import type { GateVerdict } from './verdicts.ts';
import type { StatusInput } from './window-findings.ts';
import { findingsOf, headline } from './window-findings.ts';

/** The API takes so many; the first problems stand for the rest. */
const mostDetails = 50;

type Detail = NonNullable<MaintenanceWindowStatus['gateDetails']>[number];

function detailsOf({ verdicts, observed, accepted, armed }: StatusInput): Detail[] {
  const before = accepted.window.status?.gateDetails ?? [];
  const isAwaited = armed || accepted.inForce?.timeline.current !== undefined;
  return verdicts
    .filter(({ verdict }) => verdict === 'Refused' || (isAwaited && verdict !== 'Proven'))
    .slice(0, mostDetails)
    .map(({ gate, verdict, reason, message }) => {
      const ingress = gate.ingress.metadata.name;
      const same = before.find(
        (each) => each.ingress === ingress && each.verdict === verdict && each.reason === reason,
      );
      return {
        ingress,
        verdict: verdict === 'Proven' ? 'Unproven' : verdict,
        reason,
        message,
        since: same?.since ?? instantText(observed.now),
      };
    });
}

function countsOf(verdicts: readonly GateVerdict[]): NonNullable<MaintenanceWindowStatus['gates']> {
  const count = (wanted: GateVerdict['verdict']): number =>
    verdicts.filter(({ verdict }) => verdict === wanted).length;
  const proven = count('Proven');
  return {
    total: verdicts.length,
    proven,
    unproven: count('Unproven'),
    wrong: count('Wrong'),
    refused: count('Refused'),
    summary: `${proven}/${verdicts.length}`,
  };
}

/** The whole status of one window, and the Events that tell of what changed in it. */
export function statusOf(input: StatusInput): { status: MaintenanceWindowStatus; events: EventIntent[] } {
  const { accepted, verdicts, arming, observed } = input;
  const window: MaintenanceWindow = accepted.window;
  const timeline = accepted.inForce?.timeline;
  const findings = findingsOf(input);
  const previous = window.status?.conditions ?? [];
  const conditions = conditionsOf(findings, {
    previous,
    generation: window.metadata.generation ?? 0,
    now: observed.now,
  });
  const message = headline(findings, input);
  const gateDetails = detailsOf(input);
  const opening = verdicts.some(({ gate }) => isComingOff(gate));
  const phase = phaseOf(timeline, { arming, opening });
  return {
    status: defined({
      observedGeneration: window.metadata.generation ?? 0,
      phase,
      message: message === '' ? undefined : message,
      conditions,
      ...timesOf(timeline),
      gates: countsOf(verdicts),
      gateDetails: gateDetails.length === 0 ? undefined : gateDetails,
    }),
    events: [...eventsOf(previous, conditions), ...heldEvent(window.status?.phase, phase, timeline)],
  };
}

/** That nobody has opened a site at its end is no condition's change, and somebody should know. */
function heldEvent(before: Phase | undefined, now: Phase, timeline: Timeline | undefined): EventIntent[] {
  if (now !== 'Held' || before === 'Held' || timeline === undefined) return [];
  return [{ type: 'Warning', reason: 'Held', message: heldText(timeline) }];
}

function timesOf(
  timeline: Timeline | undefined,
): Record<'occurrence' | 'next' | 'lastOccurrence' | 'shown', OccurrenceText | undefined> {
  const { current, next, last } = timeline ?? {};
  const shown = current ?? next ?? last;
  return {
    occurrence: current && occurrenceText(current),
    next: next && occurrenceText(next),
    lastOccurrence: last && occurrenceText(last),
    shown: shown && occurrenceText(shown),
  };
}
