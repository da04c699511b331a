import { labels, ports } from '../../api/names.ts';
import type { ResponderStatus } from '../../api/responder-status.ts';
import { startDeadline } from '../../kube/deadline.ts';
import type { Pod } from '../../kube/kinds.ts';
import type { Round } from './roster.ts';

const answerTimeoutMs = 1_500;
/** A status names every policy and finding: far below this, or something else answers. */
const longestAnswerBytes = 8 * 1024 * 1024;

function isStatus(value: unknown): value is ResponderStatus {
  const status = value as Partial<ResponderStatus> | null;
  return (
    typeof status === 'object' &&
    status !== null &&
    typeof status.replica === 'string' &&
    typeof status.policies === 'object' &&
    Array.isArray(status.keys) &&
    Array.isArray(status.findings)
  );
}

/** Asks one replica; undefined when it does not answer as a responder does. */
async function ask(address: string, signal: AbortSignal): Promise<ResponderStatus | undefined> {
  const host = address.includes(':') ? `[${address}]` : address;
  const deadline = startDeadline(signal, answerTimeoutMs);
  try {
    const response = await fetch(`http://${host}:${ports.admin}/status`, { signal: deadline.signal });
    const text = await response.text();
    if (!response.ok || text.length > longestAnswerBytes) return undefined;
    const status: unknown = JSON.parse(text);
    return isStatus(status) ? status : undefined;
  } catch {
    return undefined;
  } finally {
    deadline.release();
  }
}

/** Is this one of this install's responders that visitors may meet? One that is not Ready has no visitors, and no say. */
const isReplica = ({ metadata, status }: Pod, namespace: string): boolean =>
  metadata.labels?.[labels.install] === namespace &&
  metadata.deletionTimestamp === undefined &&
  status?.podIP !== undefined &&
  (status.conditions ?? []).some((condition) => condition.type === 'Ready' && condition.status === 'True');

/** Asks all replicas at once. */
export async function pollResponders(
  pods: readonly Pod[],
  { namespace, signal }: { readonly namespace: string; readonly signal: AbortSignal },
): Promise<Round> {
  const replicas = pods.filter((pod) => isReplica(pod, namespace));
  const answers = await Promise.all(
    replicas.map(
      async ({ metadata, status }) => [metadata.name, await ask(status?.podIP ?? '', signal)] as const,
    ),
  );
  return new Map(answers);
}
