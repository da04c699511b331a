import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { labels, ports } from '../../api/names.ts';
import type { ResponderStatus } from '../../api/responder-status.ts';
import type { Clock } from '../../kube/clock.ts';
import { startDeadline } from '../../kube/deadline.ts';
import type { Pod } from '../../kube/kinds.ts';
import { readClock } from './clock-skew.ts';
import type { Answer, Round } from './roster.ts';

const answerTimeoutMs = 1_500;
/** A status names every policy and finding: far below this, or something else answers. */
const longestAnswerBytes = 8 * 1024 * 1024;

function isStatus(value: unknown): value is ResponderStatus {
  const status = value as Partial<ResponderStatus> | null;
  return (
    typeof status === 'object' &&
    status !== null &&
    typeof status.replica === 'string' &&
    isInstant(status.now) &&
    typeof status.policies === 'object' &&
    Array.isArray(status.keys) &&
    Array.isArray(status.findings)
  );
}

/** Not by `fetch`: to load that costs the operator 16 MB. @throws Error when there is no whole answer with status 200 */
async function answerOf(host: string, signal: AbortSignal): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request({ host, port: ports.admin, path: '/status', agent: false, signal }, resolve)
    .on('error', reject)
    .end();
  const response = await promise;
  if (response.statusCode !== 200) {
    response.destroy();
    throw new Error(`status ${response.statusCode}`);
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > longestAnswerBytes) throw new Error('too long an answer');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function isInstant(value: unknown): value is string {
  try {
    return typeof value === 'string' && Temporal.Instant.from(value) !== undefined;
  } catch {
    return false;
  }
}

/** Asks one replica; undefined when it does not answer as a responder does. */
async function ask(address: string, { signal, clock }: PollOptions): Promise<Answer | undefined> {
  const deadline = startDeadline(signal, answerTimeoutMs);
  const asked = clock.now();
  try {
    const text = await answerOf(address, deadline.signal);
    const answered = clock.now();
    const status: unknown = JSON.parse(text);
    if (!isStatus(status)) return undefined;
    return { status, clock: readClock(Temporal.Instant.from(status.now), { asked, answered }) };
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

export interface PollOptions {
  readonly namespace: string;
  readonly signal: AbortSignal;
  readonly clock: Pick<Clock, 'now'>;
}

/** Asks all replicas at once. */
export async function pollResponders(pods: readonly Pod[], options: PollOptions): Promise<Round> {
  const replicas = pods.filter((pod) => isReplica(pod, options.namespace));
  const answers = await Promise.all(
    replicas.map(
      async ({ metadata, status }) => [metadata.name, await ask(status?.podIP ?? '', options)] as const,
    ),
  );
  return new Map(answers);
}
