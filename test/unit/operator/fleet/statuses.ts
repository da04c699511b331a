import type { ResponderStatus } from '../../../../src/api/responder-status.ts';
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
    ...change,
  });
