import { Backoff } from './backoff.ts';
import type { KubeClient } from './client.ts';
import { sleep, systemClock, type Clock } from './clock.ts';
import { DeadlineExceeded, startDeadline, type Deadline } from './deadline.ts';
import { isKubeError, isTransient, KubeError } from './errors.ts';
import { listAll } from './list.ts';
import type { KubeObject } from './objects.ts';
import type { Selection } from './options.ts';
import { resourceName, type Resource } from './resources.ts';
import type { Store } from './store.ts';
import type { WatchEvent } from './watch-stream.ts';

export interface ReflectorOptions<T extends KubeObject> {
  readonly client: KubeClient;
  readonly resource: Resource<T>;
  readonly selection?: Selection;
  readonly store: Store<T>;
  /** Each failure, for the log: the reflector itself goes on. */
  readonly onError?: (error: unknown) => void;
  readonly clock?: Clock;
  /** Milliseconds for a list, all pages; 60 s when absent. */
  readonly listTimeoutMs?: number;
  /** A watch that says nothing for so long is dead: the server's bookmarks come every minute. 150 s when absent. */
  readonly idleTimeoutMs?: number;
}

/**
 * - `Starting`: no answer to a list yet.
 * - `NotServed`: the server does not know the resource (a CRD that is missing, or not yet there). The store keeps
 *   what it had: only DELETED events and a successful list empty it.
 * - `Synced`: the store was complete at the last list and has followed since, or tries to.
 */
export type ReflectorState = 'Starting' | 'NotServed' | 'Synced';

/**
 * client-go's delays (reflector.go), but at most a third of its longest: that is made for thousands of clients, and
 * after an outage people wait for what a few of ours have to say.
 */
const backoffOptions = { initialMs: 800, maxMs: 10_000, resetAfterMs: 120_000 };
/** A shorter watch without an event is a failure: some servers end a watch with a stale version that way. */
const shortWatchMs = 1000;
/** A server that does not end a watch after the agreed time is given so much longer. */
const watchGraceMs = 30_000;

/**
 * Keeps a store equal to what the API server has: list, then watch, by client-go's rules, until its signal ends it.
 * Nothing else does: not a broken connection, not an expired version, not a server's refusal, not a subscriber that
 * throws.
 */
export class Reflector<T extends KubeObject> {
  /** Resolves after the first complete list. Stays open when the reflector is stopped before. */
  readonly hasSynced: Promise<void>;
  /** Resolves when the server has answered the first list, with objects or with `NotServed`. */
  readonly firstAnswer: Promise<ReflectorState>;
  readonly #options: ReflectorOptions<T>;
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  readonly #synced = Promise.withResolvers<void>();
  readonly #answered = Promise.withResolvers<ReflectorState>();
  #state: ReflectorState = 'Starting';
  #lastContact: number;
  /** From where to watch; undefined: list first. */
  #version: string | undefined;
  /** Is a new list asked for, whatever the watch says, and who waits for it? */
  #mustList = false;
  #waiting: (() => void)[] = [];
  #interrupt: () => void = () => undefined;
  /** Was there no answer at all the last time? */
  #isCutOff = false;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#backoff = new Backoff(backoffOptions, this.#clock);
    this.#lastContact = this.#clock.monotonic();
    this.hasSynced = this.#synced.promise;
    this.firstAnswer = this.#answered.promise;
  }

  get state(): ReflectorState {
    return this.#state;
  }

  /** When the server was last heard, on the clock's monotonic milliseconds; at first, when this was made. */
  get lastContact(): number {
    return this.#lastContact;
  }

  /** Resolves when the signal is aborted; never rejects. To be called once. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#listAndWatch(signal);
      } catch (error) {
        if (signal.aborted) return;
        await sleep(this.#clock, this.#afterFailure(error), signal);
      }
    }
  }

  /** Lists afresh: a watch can be dead for minutes before that is noticed. Resolves when the server has answered. */
  async relist(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    this.#mustList = true;
    this.#interrupt();
    return promise;
  }

  async #listAndWatch(signal: AbortSignal): Promise<void> {
    let version = this.#version;
    while (this.#mustList || version === undefined) {
      const waiting = this.#mustList ? this.#waiting.splice(0) : [];
      this.#mustList = false;
      try {
        version = await this.#list(signal);
      } catch (error) {
        // Who waits for the truth waits on; that there is nothing to list is an answer.
        this.#mustList = isTransient(error) && waiting.length > 0;
        if (this.#mustList) this.#waiting.push(...waiting.splice(0));
        throw error;
      } finally {
        for (const resolve of waiting) resolve();
      }
    }
    this.#version = version;
    await this.#watch(version, signal);
  }

  async #list(signal: AbortSignal): Promise<string> {
    const { client, resource, selection, store, listTimeoutMs } = this.#options;
    const { items, resourceVersion } = await listAll(client, resource, {
      ...selection,
      signal,
      timeoutMs: listTimeoutMs ?? 60_000,
    });
    signal.throwIfAborted();
    this.#heard();
    store.replace(items);
    this.#enter('Synced');
    return resourceVersion;
  }

  async #watch(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const { client, resource, selection } = this.#options;
    const timeoutSeconds = 300 + Math.floor(this.#clock.random() * 301);
    const lifetime = startDeadline(signal, timeoutSeconds * 1000 + watchGraceMs, this.#clock);
    const watchdog = new Watchdog(lifetime, this.#options.idleTimeoutMs ?? 150_000, this.#clock);
    this.#interrupt = () => lifetime.abort(relistAsked);
    const started = this.#clock.monotonic();
    let events = 0;
    try {
      const stream = client.watch(resource, {
        ...selection,
        resourceVersion,
        timeoutSeconds,
        signal: lifetime.signal,
        onOpen: () => this.#heard(),
      });
      for await (const event of stream) {
        if (signal.aborted) return;
        watchdog.feed();
        this.#take(event);
        events += 1;
      }
    } catch (error) {
      if (this.#mustList && !signal.aborted) return;
      if (error instanceof DeadlineExceeded && !signal.aborted) throw this.#silence(error);
      throw error;
    } finally {
      this.#interrupt = () => undefined;
      watchdog.stop();
      lifetime.release();
    }
    if (this.#mustList) return;
    if (events === 0 && this.#clock.monotonic() - started < shortWatchMs) {
      throw this.#failure('BadResponse', 'the server ended the watch at once, without an event');
    }
  }

  #take({ type, object }: WatchEvent<T>): void {
    const { store } = this.#options;
    this.#heard();
    if (type === 'DELETED') store.remove(object.metadata);
    else if (type !== 'BOOKMARK') store.upsert(object);
    this.#version = object.metadata.resourceVersion;
  }

  /** Milliseconds to wait, after deciding whether the next step is a watch from the last version or a new list. */
  #afterFailure(error: unknown): number {
    if (!isTransient(error)) this.#version = undefined;
    const isAnswered = isKubeError(error) && error.status !== undefined;
    // A server that is back refuses at first (403 until it has read its own roles): that is not the failure before.
    if (isAnswered && this.#isCutOff) this.#backoff.reset();
    this.#isCutOff = !isAnswered;
    const delay = this.#backoff.next();
    if (!isKubeError(error)) {
      this.#options.onError?.(error);
      return delay;
    }
    if (error.status !== undefined) this.#heard();
    if (error.code === 'NotFound') this.#enter('NotServed');
    // Expiry is how the API works, no trouble worth a line in the log.
    if (error.code !== 'Gone') this.#options.onError?.(error);
    return Math.max(delay, (error.retryAfterSeconds ?? 0) * 1000);
  }

  #enter(state: ReflectorState): void {
    this.#state = state;
    if (state === 'Synced') this.#synced.resolve();
    this.#answered.resolve(state);
  }

  #heard(): void {
    this.#lastContact = this.#clock.monotonic();
  }

  #silence(cause: unknown): KubeError {
    return this.#failure('Timeout', 'nothing heard for too long; the connection is taken for dead', cause);
  }

  #failure(code: 'Timeout' | 'BadResponse', message: string, cause?: unknown): KubeError {
    const { resource, selection } = this.#options;
    const attempt = { verb: 'watch', resource: resourceName(resource), name: selection?.namespace ?? '' };
    return new KubeError({ code, attempt, message, cause });
  }
}

const relistAsked = new Error('a new list was asked for');

/** Ends a deadline's part when it is not fed in time. */
class Watchdog {
  readonly #deadline: Deadline;
  readonly #idleMs: number;
  readonly #clock: Clock;
  #cancel: () => void;

  constructor(deadline: Deadline, idleMs: number, clock: Clock) {
    this.#deadline = deadline;
    this.#idleMs = idleMs;
    this.#clock = clock;
    this.#cancel = this.#arm();
  }

  feed(): void {
    this.#cancel();
    this.#cancel = this.#arm();
  }

  stop(): void {
    this.#cancel();
  }

  #arm(): () => void {
    return this.#clock.setTimer(this.#idleMs, () => this.#deadline.abort(new DeadlineExceeded(this.#idleMs)));
  }
}
