import { errorFromWatch, KubeError, type Attempt } from './errors.ts';
import type { KubeObject } from './objects.ts';

/** One event of a watch. A BOOKMARK carries nothing but a newer resourceVersion. */
export interface WatchEvent<T extends KubeObject = KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: T;
}

/** A line longer than any object that etcd takes (1.5 MiB by default) is no watch event. */
const longestLine = 16 * 1024 * 1024;

/**
 * The events of a watch's body: one JSON document per line, cut anywhere by the network.
 * @throws {KubeError} of an ERROR event, or BadResponse for a line that is no event.
 */
export const watchEvents = async function* <T extends KubeObject>(
  body: AsyncIterable<Uint8Array>,
  attempt: Attempt,
): AsyncGenerator<WatchEvent<T>, void, undefined> {
  for await (const line of lines(body, attempt)) {
    if (line.trim() !== '') yield parseEvent<T>(line, attempt);
  }
};

const lines = async function* (
  body: AsyncIterable<Uint8Array>,
  attempt: Attempt,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const complete = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = complete.pop() ?? '';
    yield* complete;
    if (rest.length > longestLine) throw bad(attempt, 'a watch event without an end');
  }
  // What is left without a newline is an event that a closing connection cut off: it will come again.
};

const eventTypes: ReadonlySet<unknown> = new Set(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK']);

const parseEvent = <T extends KubeObject>(line: string, attempt: Attempt): WatchEvent<T> => {
  const event = parseJson(line, attempt);
  if (event.type === 'ERROR') throw errorFromWatch(attempt, event.object);
  if (!eventTypes.has(event.type) || typeof event.object?.metadata?.resourceVersion !== 'string') {
    throw bad(attempt, `not a watch event: ${line.slice(0, 200)}`);
  }
  return event as WatchEvent<T>;
};

interface AnyEvent {
  readonly type?: unknown;
  readonly object?: { readonly metadata?: { readonly resourceVersion?: unknown } };
}

const parseJson = (line: string, attempt: Attempt): AnyEvent => {
  try {
    return (JSON.parse(line) ?? {}) as AnyEvent;
  } catch (cause) {
    throw bad(attempt, `not a watch event: ${line.slice(0, 200)}`, cause);
  }
};

const bad = (attempt: Attempt, message: string, cause?: unknown): KubeError =>
  new KubeError({ code: 'BadResponse', attempt, message, cause });
