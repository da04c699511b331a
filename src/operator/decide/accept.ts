import type { MaintenanceWindow, MaintenanceWindowSpec } from '../../api/generated/maintenance-window.ts';
import { canonicalCidrs } from '../../access/canonical-cidrs.ts';
import type { Timeline } from '../../schedule/timeline.ts';
import { checkSchedule, InvalidSchedule, timelineOf } from '../../schedule/timeline.ts';
import type { HoldEvidence } from './held.ts';
import { mayBeHeld } from './held.ts';
import { sizeProblem } from './policy-size.ts';
import type { FoundTemplate, Templates } from './templates.ts';
import { templateOf } from './templates.ts';

/** A window and the spec that is in force for it: its own, or the last accepted one while its own is not acceptable. */
export interface AcceptedWindow {
  readonly window: MaintenanceWindow;
  readonly verdict: Verdict;
  /** undefined: nothing was ever accepted, the window closes nothing. */
  readonly inForce: InForce | undefined;
}

export interface InForce {
  readonly spec: MaintenanceWindowSpec;
  readonly timeline: Timeline;
  /** The text of the page's template, which was checked; null: it has none. */
  readonly template: string | null;
}

export interface Verdict {
  readonly accepted: boolean;
  readonly reason:
    | 'Accepted'
    | 'InvalidSchedule'
    | 'NeverOpens'
    | 'InvalidAddress'
    | 'InvalidTemplate'
    | 'TooLarge';
  readonly message: string;
}

function judge(window: MaintenanceWindow, createdAt: Temporal.Instant, template: FoundTemplate): Verdict {
  const { spec } = window;
  const problem = scheduleProblem(spec, createdAt);
  if (problem !== undefined) return { accepted: false, reason: problem.reason, message: problem.message };
  try {
    canonicalCidrs(spec.access?.addresses ?? []);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { accepted: false, reason: 'InvalidAddress', message: `spec.access.addresses: ${error.message}.` };
  }
  if ('problem' in template) return { accepted: false, reason: 'InvalidTemplate', message: template.problem };
  const tooLarge = sizeProblem(window, template.text);
  if (tooLarge !== undefined) return { accepted: false, reason: 'TooLarge', message: tooLarge };
  return { accepted: true, reason: 'Accepted', message: 'The window is accepted.' };
}

/** An invalid edit leaves the last accepted spec in force, but a person's `suspend` and `endedAt` are obeyed all the same. */
function withWordsOf(
  accepted: MaintenanceWindowSpec,
  live: MaintenanceWindowSpec,
  createdAt: Temporal.Instant,
): MaintenanceWindowSpec {
  const { suspend: _suspend, endedAt, ...rest } = accepted;
  const suspend = live.suspend === undefined ? {} : { suspend: live.suspend };
  const spoken = { ...rest, ...suspend, ...(live.endedAt === undefined ? {} : { endedAt: live.endedAt }) };
  // It may be the word itself that makes the edit invalid: a day that no calendar has.
  if (scheduleProblem(spoken, createdAt) === undefined) return spoken;
  return { ...rest, ...suspend, ...(endedAt === undefined ? {} : { endedAt }) };
}

/** Why a schedule can not be kept; undefined: it can. */
function scheduleProblem(
  spec: MaintenanceWindowSpec,
  createdAt: Temporal.Instant,
): InvalidSchedule | undefined {
  try {
    checkSchedule(spec, createdAt);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidSchedule) return error;
    throw error;
  }
}

/** How many occurrences to come a policy carries (design D2): with standing gates they happen without the operator. */
const aheadOf = ({ gates }: MaintenanceWindowSpec): number => (gates === 'Standing' ? 16 : 2);

/** What a window's spec is judged by. */
export interface AcceptInput extends HoldEvidence {
  readonly templates: Templates;
  readonly now: Temporal.Instant;
}

/** Decides which spec of a window is in force, with which template, and where it stands in time. */
export function accept(window: MaintenanceWindow, input: AcceptInput): AcceptedWindow {
  const { stored, templates, now } = input;
  const createdAt = Temporal.Instant.from(window.metadata.creationTimestamp);
  const template = templateOf(window.spec, templates);
  const live = judge(window, createdAt, template);
  const inForce = (spec: MaintenanceWindowSpec, text: string | null): InForce => ({
    spec,
    timeline: timelineOf(spec, { createdAt, now, held: mayBeHeld(window, input), ahead: aheadOf(spec) }),
    template: text,
  });
  if (live.accepted && 'text' in template) {
    return { window, verdict: live, inForce: inForce(window.spec, template.text) };
  }
  if (stored?.acceptedSpec === undefined) return { window, verdict: live, inForce: undefined };
  const spec = withWordsOf(stored.acceptedSpec, window.spec, createdAt);
  return {
    window,
    verdict: { ...live, message: `${live.message} The last accepted spec stays in force.` },
    inForce: inForce(spec, stored.template),
  };
}
