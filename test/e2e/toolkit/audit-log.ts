import { readFileSync } from 'node:fs';
import { inside, installNamespace } from './cluster.ts';

/** One request to the API server, as its audit log has it. */
interface AuditEntry {
  readonly verb: string;
  readonly requestURI: string;
  readonly requestReceivedTimestamp: string;
  readonly user: { readonly username: string };
  readonly objectRef?: {
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code: number };
}

const writes = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);
const ours = `system:serviceaccount:${installNamespace}:`;

/** All requests of Backsoon's own accounts to the API server since an instant in epoch milliseconds. */
function requestsSince(since: number): readonly AuditEntry[] {
  return readFileSync(inside('BACKSOON_AUDIT_LOG'), 'utf8')
    .split('\n')
    .filter((line) => line.includes(ours) && line.endsWith('}'))
    .map((line) => JSON.parse(line) as AuditEntry)
    .filter(
      ({ user, requestReceivedTimestamp }) =>
        user.username.startsWith(ours) && Date.parse(requestReceivedTimestamp) >= since,
    );
}

const isLease = ({ objectRef }: AuditEntry): boolean => objectRef?.resource === 'leases';

/** What Backsoon wrote since an instant, leader election apart. */
export function writesSince(since: number): readonly string[] {
  return requestsSince(since)
    .filter((entry) => writes.has(entry.verb) && !isLease(entry))
    .map(({ verb, requestURI, responseStatus }) => `${verb} ${requestURI} → ${responseStatus?.code}`);
}

/** How often the leader renewed since an instant: that it did shows that the log was being written. */
export const renewalsSince = (since: number): number =>
  requestsSince(since).filter((entry) => writes.has(entry.verb) && isLease(entry)).length;
