import type { MaintenanceWindow, MaintenanceWindowSpec } from '../../api/generated/maintenance-window.ts';
import { canonicalCidrs } from '../../access/canonical-cidrs.ts';
import type { Timeline } from '../../schedule/timeline.ts';
import { InvalidSchedule, timelineOf } from '../../schedule/timeline.ts';
import type { StoredPolicy } from './observed.ts';

/** A window and the spec that is in force for it: its own, or the last accepted one while its own is not acceptable. */
export interface AcceptedWindow {
  readonly window: MaintenanceWindow;
  readonly verdict: Verdict;
  /** undefined: nothing was ever accepted, the window closes nothing. */
  readonly inForce: { readonly spec: MaintenanceWindowSpec; readonly timeline: Timeline } | undefined;
}

export interface Verdict {
  readonly accepted: boolean;
  readonly reason: 'Accepted' | 'NotImplemented' | 'InvalidSchedule' | 'InvalidAddress';
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
  ['spec.page.template', ({ page }) => page?.template !== undefined],
];

function judge(spec: MaintenanceWindowSpec, createdAt: Temporal.Instant): Verdict {
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

/** Decides which spec of a window is in force, and where it stands in time. */
export function accept(
  window: MaintenanceWindow,
  { stored, now }: { readonly stored: StoredPolicy | undefined; readonly now: Temporal.Instant },
): AcceptedWindow {
  const createdAt = Temporal.Instant.from(window.metadata.creationTimestamp);
  const live = judge(window.spec, createdAt);
  if (live.accepted) {
    return {
      window,
      verdict: live,
      inForce: { spec: window.spec, timeline: timelineOf(window.spec, { createdAt, now }) },
    };
  }
  if (stored?.acceptedSpec === undefined) return { window, verdict: live, inForce: undefined };
  const spec = withWordsOf(stored.acceptedSpec, window.spec);
  return {
    window,
    verdict: { ...live, message: `${live.message} The last accepted spec stays in force.` },
    inForce: { spec, timeline: timelineOf(spec, { createdAt, now }) },
  };
}
