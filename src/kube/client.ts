import {
  asKubeError,
  attemptOf,
  bad,
  parseAnswer,
  parseList,
  requestOf,
  writeQuery,
  type Call,
} from './call.ts';
import { sleep, systemClock, type Clock } from './clock.ts';
import { startDeadline } from './deadline.ts';
import { errorFromAnswer, isKubeError } from './errors.ts';
import type { KubeObject, ObjectDraft, ObjectRef } from './objects.ts';
import type {
  ApplyOptions,
  CallOptions,
  DeleteOptions,
  JsonPatch,
  KubeList,
  ListOptions,
  WatchOptions,
  WriteOptions,
} from './options.ts';
import type { Resource } from './resources.ts';
import type { Transport, TransportResponse } from './transport.ts';
import { watchEvents, type WatchEvent } from './watch-stream.ts';

export type * from './options.ts';

const longestHoldSeconds = 5;

/**
 * The Kubernetes API in raw JSON: what the server said is what the caller gets, no field dropped, no date converted.
 * Every call ends by its signal or its time-out, and rejects with a KubeError that names verb, resource and object.
 */
export class KubeClient {
  readonly #transport: Transport;
  readonly #defaultTimeoutMs: number;
  readonly #clock: Clock;

  constructor(
    transport: Transport,
    options: { readonly defaultTimeoutMs?: number; readonly clock?: Clock } = {},
  ) {
    this.#transport = transport;
    this.#defaultTimeoutMs = options.defaultTimeoutMs ?? 15_000;
    this.#clock = options.clock ?? systemClock;
  }

  async get<T extends KubeObject>(
    resource: Resource<T>,
    ref: ObjectRef,
    options: CallOptions = {},
  ): Promise<T> {
    return this.#object({ verb: 'get', method: 'GET', resource, ...ref }, options);
  }

  /** One page, or everything when no limit is given. `listAll` (list.ts) walks the pages. */
  async list<T extends KubeObject>(resource: Resource<T>, options: ListOptions = {}): Promise<KubeList<T>> {
    const { namespace, labelSelector, fieldSelector, limit } = options;
    const query = { labelSelector, fieldSelector, limit, continue: options.continue };
    const call: Call = { verb: 'list', method: 'GET', resource, namespace, query };
    return parseList<T>(await this.#call(call, options), call);
  }

  async create<T extends KubeObject>(
    resource: Resource<T>,
    object: ObjectDraft,
    options: WriteOptions = {},
  ): Promise<T> {
    const { namespace, name } = object.metadata;
    const call = { verb: 'create', method: 'POST', resource, namespace, newName: name } as const;
    return this.#object({ ...call, query: writeQuery(options), body: object }, options);
  }

  /** PUT: conflicts unless the object carries the current resourceVersion. */
  async replace<T extends KubeObject>(
    resource: Resource<T>,
    object: ObjectDraft,
    options: WriteOptions = {},
  ): Promise<T> {
    const { subresource } = options;
    const call = { verb: 'update', method: 'PUT', resource, ...refOfDraft(object), subresource } as const;
    return this.#object({ ...call, query: writeQuery(options), body: object }, options);
  }

  /**
   * Server-side apply. The fields that the draft names are ours afterwards; those that we had and that it does not
   * name any more vanish. A draft with a uid fails with `Conflict` when the object is gone, and with `Invalid` when
   * another one has its name: observe again.
   */
  async apply<T extends KubeObject>(
    resource: Resource<T>,
    object: ObjectDraft,
    options: ApplyOptions,
  ): Promise<T> {
    const call = { verb: 'apply', method: 'PATCH', resource, ...refOfDraft(object) } as const;
    return this.#object(
      {
        ...call,
        subresource: options.subresource,
        // JSON is YAML; the server decodes this type with a YAML parser.
        contentType: 'application/apply-patch+yaml',
        query: { ...writeQuery(options), force: options.force },
        body: object,
      },
      options,
    );
  }

  /** RFC 6902. A failed `test` answers `Invalid`. */
  async jsonPatch<T extends KubeObject>(
    resource: Resource<T>,
    ref: ObjectRef,
    patch: JsonPatch,
    options: WriteOptions = {},
  ): Promise<T> {
    return this.#patch(resource, ref, { contentType: 'application/json-patch+json', body: patch }, options);
  }

  /** RFC 7386: null removes a field. */
  async mergePatch<T extends KubeObject>(
    resource: Resource<T>,
    ref: ObjectRef,
    patch: object,
    options: WriteOptions = {},
  ): Promise<T> {
    return this.#patch(resource, ref, { contentType: 'application/merge-patch+json', body: patch }, options);
  }

  /** Resolves when the server has accepted: an object with finalizers, or a Pod, may be there a while longer. */
  async delete(resource: Resource, ref: ObjectRef, options: DeleteOptions = {}): Promise<void> {
    const { uid, resourceVersion, propagationPolicy, gracePeriodSeconds, dryRun } = options;
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid, resourceVersion },
      propagationPolicy,
      gracePeriodSeconds,
      dryRun: dryRun === true ? ['All'] : undefined,
    };
    await this.#call({ verb: 'delete', method: 'DELETE', resource, ...ref, body }, options);
  }

  /**
   * The changes after a resourceVersion, until the server ends the watch, the connection breaks (`Unreachable`) or
   * the signal is aborted (rejects with its reason). An ERROR event is thrown: `Gone` when the version is too old.
   */
  async *watch<T extends KubeObject>(
    resource: Resource<T>,
    options: WatchOptions,
  ): AsyncGenerator<WatchEvent<T>, void, undefined> {
    const { namespace, labelSelector, fieldSelector, resourceVersion, timeoutSeconds } = options;
    const query = { labelSelector, fieldSelector, resourceVersion, timeoutSeconds };
    const call: Call = {
      verb: 'watch',
      method: 'GET',
      resource,
      namespace,
      query: { ...query, watch: true, allowWatchBookmarks: true },
    };
    const attempt = attemptOf(call);
    const deadline = startDeadline(options.signal, options.timeoutMs ?? this.#defaultTimeoutMs);
    try {
      const response = await this.#send(call, deadline.signal);
      deadline.lift();
      options.onOpen?.();
      yield* watchEvents<T>(response.body, attempt);
    } catch (error) {
      throw asKubeError(error, { attempt, own: deadline.signal, callers: options.signal });
    } finally {
      // A consumer that stops early leaves the body unread: give the connection back.
      deadline.abort(new Error('the watch is no longer read'));
      deadline.release();
    }
  }

  async #patch<T extends KubeObject>(
    resource: Resource<T>,
    ref: ObjectRef,
    patch: { readonly contentType: string; readonly body: unknown },
    options: WriteOptions,
  ): Promise<T> {
    const { subresource } = options;
    const call = { verb: 'patch', method: 'PATCH', resource, ...ref, subresource } as const;
    return this.#object({ ...call, ...patch, query: writeQuery(options) }, options);
  }

  async #object<T extends KubeObject>(call: Call, options: CallOptions): Promise<T> {
    const answer = (await this.#call(call, options)) as Partial<T>;
    if (typeof answer.metadata?.name !== 'string') {
      throw bad(attemptOf(call), 'the answer is not an object of the API');
    }
    return answer as T;
  }

  async #call(call: Call, options: CallOptions): Promise<object> {
    const attempt = attemptOf(call);
    const deadline = startDeadline(options.signal, options.timeoutMs ?? this.#defaultTimeoutMs);
    try {
      for (;;) {
        try {
          const response = await this.#send(call, deadline.signal);
          return parseAnswer(await response.text(), attempt);
        } catch (error) {
          await this.#holdBack(call, error, deadline.signal);
        }
      }
    } catch (error) {
      throw asKubeError(error, { attempt, own: deadline.signal, callers: options.signal });
    } finally {
      deadline.release();
    }
  }

  /**
   * An API server that is busy says when to come again, and has done nothing yet: a write among thousands waits for that,
   * as client-go's do, in place of being decided anew. Longer than a call may take it is a failure as any other.
   * @throws the error itself when there is nothing to wait for
   */
  async #holdBack({ method }: Call, error: unknown, signal: AbortSignal): Promise<void> {
    const seconds = isKubeError(error, 'TooManyRequests') ? error.retryAfterSeconds : undefined;
    if (method === 'GET' || seconds === undefined || seconds > longestHoldSeconds) throw error;
    // Those that were sent away together must not come back together.
    await sleep(this.#clock, seconds * 1000 * (1 + this.#clock.random()), signal);
    if (signal.aborted) throw error;
  }

  async #send(call: Call, signal: AbortSignal): Promise<TransportResponse> {
    const response = await this.#transport.request(requestOf(call, signal));
    const { status, headers } = response;
    if (status >= 200 && status < 300) return response;
    throw errorFromAnswer({ attempt: attemptOf(call), status, headers, body: await response.text() });
  }
}

const refOfDraft = ({ metadata: { namespace, name } }: ObjectDraft): ObjectRef => ({ namespace, name });
