import type { ResponderStatus } from '../../../../src/api/responder-status.ts';
import type { Round } from '../../../../src/operator/fleet/roster.ts';
import { frozen } from '../../builders/freeze.ts';

/** What a replica says that has loaded these policies (window UID → revision). */
export const aStatus = (
  policies: Readonly<Record<string, string>> = {},
  change: Partial<ResponderStatus> = {},
): ResponderStatus =>
  frozen({
    version: '0.0.0',
    replica: 'backsoon-responder-1',
    now: '2026-12-01T21:00:00Z',
    loaded: true,
    policies,
    network: '0123456789abcdef',
    keys: ['k1'],
    findings: [],
    orphans: [],
    nonces: [],
    ...change,
  });

/** A round of these answers, from replicas whose clocks are right. */
export const roundOf = (answers: Readonly<Record<string, ResponderStatus | undefined>>): Round =>
  new Map(
    Object.entries(answers).map(([pod, status]) => [
      pod,
      status && { status, clock: { aheadMs: 0, withinMs: 1 } },
    ]),
  );
