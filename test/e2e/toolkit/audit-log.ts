import { readFileSync } from 'node:fs';
import { inside, installNamespace } from './cluster.ts';

/** One request to the API server, as its audit log has it. */
interface AuditEntry {
  readonly verb: string;
  readonly requestURI: string;
  readonly requestReceivedTimestamp: string;
  readonly user: {
    readonly username: string;
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
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

const isOwnWrite = (entry: AuditEntry): boolean => writes.has(entry.verb) && !isLease(entry);

const describeEntry = ({ verb, requestURI, responseStatus }: AuditEntry): string =>
  `${verb} ${requestURI} → ${responseStatus?.code}`;

/** What Backsoon wrote since an instant, leader election apart. */
export const writesSince = (since: number): readonly string[] =>
  requestsSince(since).filter(isOwnWrite).map(describeEntry);

/** What one Pod of Backsoon wrote since an instant: its token says whose it is. */
export const writesOf = (pod: string, since: number): readonly string[] =>
  requestsSince(since)
    .filter(({ user }) => user.extra?.['authentication.kubernetes.io/pod-name']?.includes(pod) === true)
    .filter(isOwnWrite)
    .map(describeEntry);

/** How often the leader renewed since an instant: that it did shows that the log was being written. */
export const renewalsSince = (since: number): number =>
  requestsSince(since).filter((entry) => writes.has(entry.verb) && isLease(entry)).length;
