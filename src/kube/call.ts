import { DeadlineExceeded } from './deadline.ts';
import { KubeError, type Attempt } from './errors.ts';
import { keyOf, type KubeObject } from './objects.ts';
import type { KubeList, WriteOptions } from './options.ts';
import { apiVersionOf, pathOf, resourceName, type Resource } from './resources.ts';
import type { TransportRequest } from './transport.ts';

/** One call of the client, before it becomes HTTP. */
export interface Call {
  readonly verb: string;
  readonly method: TransportRequest['method'];
  readonly resource: Resource;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  /** The name of an object that is being created: in messages, not in the path. */
  readonly newName?: string;
  readonly subresource?: 'status' | undefined;
  readonly query?: Query;
  readonly body?: unknown;
  readonly contentType?: string;
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export const requestOf = (call: Call, signal: AbortSignal): TransportRequest => {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (call.body !== undefined) headers['content-type'] = call.contentType ?? 'application/json';
  return {
    method: call.method,
    path: pathOf(call.resource, call),
    query: encodeQuery(call.query ?? {}),
    headers,
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    signal,
  };
};

const encodeQuery = (query: Query): Record<string, string> => {
  const set = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(set.map(([name, value]) => [name, String(value)]));
};

export const writeQuery = (options: WriteOptions): Query => ({
  fieldManager: options.fieldManager,
  dryRun: options.dryRun === true ? 'All' : undefined,
  fieldValidation: options.fieldValidation,
});

export const attemptOf = ({ verb, resource, namespace, name, newName, subresource }: Call): Attempt => ({
  verb,
  resource: subresource === undefined ? resourceName(resource) : `${resourceName(resource)}/${subresource}`,
  name: keyOf({ namespace, name: name ?? newName ?? '' }).replace(/\/$/, ''),
});

export interface Failure {
  readonly attempt: Attempt;
  /** The signal that the transport was given. */
  readonly own: AbortSignal;
  /** The signal that the caller gave. */
  readonly callers: AbortSignal | undefined;
}

/**
 * What failed, in the client's terms. The abort of the caller's own signal stays what it is: its reason.
 * What a transport throws when it is aborted differs, so the signal is asked for the cause.
 */
export const asKubeError = (thrown: unknown, { attempt, own, callers }: Failure): unknown => {
  if (callers?.aborted === true) return callers.reason;
  const error: unknown = own.aborted ? own.reason : thrown;
  if (error instanceof KubeError || error instanceof TypeError) return error;
  const code = error instanceof DeadlineExceeded ? 'Timeout' : 'Unreachable';
  return new KubeError({ code, attempt, message: messageOf(error), cause: thrown });
};

/** node's AggregateError (several addresses tried) has an empty message and only a code. */
const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.message || ((error as NodeJS.ErrnoException).code ?? error.name);
};

export const bad = (attempt: Attempt, message: string, cause?: unknown): KubeError =>
  new KubeError({ code: 'BadResponse', attempt, message, cause });

/** @throws {KubeError} BadResponse */
export const parseAnswer = (text: string, attempt: Attempt): object => {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch (cause) {
    throw bad(attempt, `not JSON: ${text.slice(0, 200)}`, cause);
  }
  if (typeof answer === 'object' && answer !== null) return answer;
  throw bad(attempt, `not an object: ${text.slice(0, 200)}`);
};

interface RawList<T> {
  readonly items?: readonly Partial<T>[] | null;
  readonly metadata?: { readonly resourceVersion?: unknown; readonly continue?: string };
}

/** @throws {KubeError} BadResponse */
export const parseList = <T extends KubeObject>(answer: object, call: Call): KubeList<T> => {
  const { items: raw, metadata } = answer as RawList<T>;
  const resourceVersion = metadata?.resourceVersion;
  if (!Array.isArray(raw ?? []) || typeof resourceVersion !== 'string') {
    throw bad(attemptOf(call), 'the answer is not a list');
  }
  const type = { apiVersion: apiVersionOf(call.resource), kind: call.resource.kind };
  const items = (raw ?? []).map((item) => Object.assign(item, type) as T);
  return metadata?.continue
    ? { items, resourceVersion, continue: metadata.continue }
    : { items, resourceVersion };
};
