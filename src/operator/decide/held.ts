import type { MaintenanceWindow } from '../../api/generated/maintenance-window.ts';
import type { Occurrence } from '../../schedule/occurrence.ts';
import type { StoredPolicy } from './observed.ts';
import { instantText } from './phase.ts';

/** What tells whether an occurrence closed anything before it ended. */
export interface HoldEvidence {
  readonly stored: StoredPolicy | undefined;
  /** The Ingresses of the namespace that carry something of ours. */
  readonly gated: ReadonlySet<string>;
}

/**
 * The occurrences that may be held past their ends: the policy in force held them, and they closed something, by what the
 * window was told or by a gate that stands. An end that came while nothing was closed closes nothing afterwards.
 */
export function mayBeHeld(
  { status }: MaintenanceWindow,
  { stored, gated }: HoldEvidence,
): readonly Occurrence[] {
  const wasTold = status?.phase === 'Closed' || status?.phase === 'Held' ? status.occurrence : undefined;
  if (stored === undefined) {
    // Somebody deleted the policy of a site that only a person may open.
    return status?.phase === 'Held' && wasTold?.end !== undefined
      ? [heldOccurrence(wasTold.start, wasTold.end)]
      : [];
  }
  const stands = stored.gates.some(({ ingress }) => gated.has(ingress));
  return stored.occurrences
    .flatMap(({ start, end, hold }) => (hold && end !== null ? [heldOccurrence(start, end)] : []))
    .filter(({ start }) => stands || instantText(start) === wasTold?.start);
}

const heldOccurrence = (start: string, end: string): Occurrence => ({
  start: Temporal.Instant.from(start),
  end: Temporal.Instant.from(end),
  holds: true,
});
