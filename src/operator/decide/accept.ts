import type { MaintenanceWindow, MaintenanceWindowSpec } from '../../api/generated/maintenance-window.ts';
import { canonicalCidrs } from '../../access/canonical-cidrs.ts';
import type { Timeline } from '../../schedule/timeline.ts';
import { InvalidSchedule, timelineOf } from '../../schedule/timeline.ts';
import type { StoredPolicy } from './observed.ts';
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
    | 'NotImplemented'
    | 'InvalidSchedule'
    | 'InvalidAddress'
    | 'InvalidTemplate'
    | 'TooLarge';
  readonly message: string;
}

/** Fields that are in the API and that this version does not act on: field → is it asked for? */
const notImplemented: readonly (readonly [string, (spec: MaintenanceWindowSpec) => boolean])[] = [
  ['spec.schedule.cron', ({ schedule }) => schedule?.cron !== undefined],
  ['spec.schedule.timeZone', ({ schedule }) => schedule?.timeZone !== undefined],
  ['spec.schedule.exclude', ({ schedule }) => (schedule?.exclude ?? []).length > 0],
  ['spec.endPolicy: Hold', ({ endPolicy }) => endPolicy === 'Hold'],
  ['spec.ttlSecondsAfterCompleted', (spec) => spec.ttlSecondsAfterCompleted !== undefined],
  ['spec.gates: Standing', ({ gates }) => gates === 'Standing'],
];

function judge(window: MaintenanceWindow, createdAt: Temporal.Instant, template: FoundTemplate): Verdict {
  const { spec } = window;
  const fields = notImplemented.filter(([, asked]) => asked(spec)).map(([field]) => field);
  if (fields.length > 0) {
    return {
      accepted: false,
      reason: 'NotImplemented',
      message: `This version does not act on ${fields.join(', ')} yet: leave ${fields.length > 1 ? 'them' : 'it'} out.`,
    };
  }
  try {
    timelineOf(spec, { createdAt, now: createdAt });
  } catch (error) {
    // Temporal throws a RangeError for an instant that it can not hold.
    if (!(error instanceof InvalidSchedule) && !(error instanceof RangeError)) throw error;
    return { accepted: false, reason: 'InvalidSchedule', message: error.message };
  }
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
function withWordsOf(accepted: MaintenanceWindowSpec, live: MaintenanceWindowSpec): MaintenanceWindowSpec {
  const { suspend: _suspend, endedAt: _endedAt, ...rest } = accepted;
  return {
    ...rest,
    ...(live.suspend === undefined ? {} : { suspend: live.suspend }),
    ...(live.endedAt === undefined ? {} : { endedAt: live.endedAt }),
  };
}

/** What a window's spec is judged by. */
export interface AcceptInput {
  readonly stored: StoredPolicy | undefined;
  readonly templates: Templates;
  readonly now: Temporal.Instant;
}

/** Decides which spec of a window is in force, with which template, and where it stands in time. */
export function accept(window: MaintenanceWindow, { stored, templates, now }: AcceptInput): AcceptedWindow {
  const createdAt = Temporal.Instant.from(window.metadata.creationTimestamp);
  const template = templateOf(window.spec, templates);
  const live = judge(window, createdAt, template);
  const inForce = (spec: MaintenanceWindowSpec, text: string | null): InForce => ({
    spec,
    timeline: timelineOf(spec, { createdAt, now }),
    template: text,
  });
  if (live.accepted && 'text' in template) {
    return { window, verdict: live, inForce: inForce(window.spec, template.text) };
  }
  if (stored?.acceptedSpec === undefined) return { window, verdict: live, inForce: undefined };
  const spec = withWordsOf(stored.acceptedSpec, window.spec);
  return {
    window,
    verdict: { ...live, message: `${live.message} The last accepted spec stays in force.` },
    inForce: inForce(spec, stored.template),
  };
}
