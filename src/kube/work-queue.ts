import { systemClock, type Clock } from './clock.ts';

/** What a queue tells, in the shape of controller-runtime's workqueue_* metrics. Durations in seconds. */
export interface WorkQueueMetrics {
  /** workqueue_depth: keys that wait now. */
  depth(keys: number): void;
  /** workqueue_adds_total */
  added(): void;
  /** workqueue_queue_duration_seconds: how long a key waited. */
  waited(seconds: number): void;
  /** workqueue_work_duration_seconds: how long its handling took. */
  worked(seconds: number): void;
  /** workqueue_retries_total */
  retried(): void;
}

export interface WorkQueueOptions {
  readonly clock?: Clock;
  readonly metrics?: WorkQueueMetrics;
  /** A handler threw; its key comes again, later each time. */
  readonly onError?: (key: string, error: unknown) => void;
  /** Delay after a key's first failure; it doubles. 1 s when absent. */
  readonly initialDelayMs?: number;
  /** 5 min when absent. */
  readonly maxDelayMs?: number;
}

/** What handling a key asks for; nothing: until somebody adds the key again. */
export interface WorkResult {
  readonly requeueAfterMs?: number | undefined;
  /** The key is not handled again any sooner than after so long: what is added meanwhile comes together. */
  readonly restMs?: number | undefined;
}

// A handler that has nothing to ask for should not need a return statement.
export type WorkHandler = (key: string, signal: AbortSignal) => Promise<WorkResult | void>;

/**
 * Keys waiting to be handled, by client-go's rules: a key waits at most once, is never handled twice at the same
 * time, and one that is added while it is being handled is handled again afterwards.
 */
export class WorkQueue {
  readonly #clock: Clock;
  readonly #options: WorkQueueOptions;
  /** In the order of arrival; the value is when it came, in monotonic ms. */
  readonly #waiting = new Map<string, number>();
  readonly #processing = new Set<string>();
  /** Added while being handled. */
  readonly #again = new Set<string>();
  readonly #delayed = new Map<string, { readonly due: number; readonly cancel: () => void }>();
  /** Until when keys rest, in monotonic ms. */
  readonly #resting = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #idleWorkers: (() => void)[] = [];
  #stopped = false;

  constructor(options: WorkQueueOptions = {}) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Keys that wait for a worker; neither those being handled nor the delayed ones. */
  get depth(): number {
    return this.#waiting.size;
  }

  add(key: string): void {
    if (this.#stopped || this.#waiting.has(key) || this.#again.has(key)) return;
    const rest = this.#restOf(key);
    if (rest > 0) {
      this.addAfter(key, rest);
      return;
    }
    this.#options.metrics?.added();
    if (this.#processing.has(key)) this.#again.add(key);
    else this.#enqueue(key);
  }

  /** Adds the key, and it rests no longer. */
  addNow(key: string): void {
    this.#resting.delete(key);
    this.add(key);
  }

  /** Milliseconds for which the key rests yet. */
  #restOf(key: string): number {
    const until = this.#resting.get(key);
    if (until === undefined) return 0;
    const rest = until - this.#clock.monotonic();
    if (rest <= 0) this.#resting.delete(key);
    return rest;
  }

  /** Adds the key after so many milliseconds. Asked more than once, the earliest wins. */
  addAfter(key: string, milliseconds: number): void {
    if (this.#stopped) return;
    if (milliseconds <= 0) {
      this.add(key);
      return;
    }
    const due = this.#clock.monotonic() + milliseconds;
    const planned = this.#delayed.get(key);
    if (planned !== undefined && planned.due <= due) return;
    planned?.cancel();
    const cancel = this.#clock.setTimer(milliseconds, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { due, cancel });
  }

  /** Adds the key after a delay that doubles each time until the key is forgotten. */
  addRateLimited(key: string): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.#options.metrics?.retried();
    const { initialDelayMs = 1000, maxDelayMs = 300_000 } = this.#options;
    this.addAfter(key, Math.min(initialDelayMs * 2 ** Math.min(failures, 30), maxDelayMs));
  }

  /** The key's next failure is its first again. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** Failures of the key since it was last forgotten. */
  failuresOf(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /**
   * Handles keys with so many workers until the signal is aborted, then resolves when what is being handled is done.
   * What still waits is dropped: reconciling is level-based, whoever starts next finds it again.
   */
  async run(workers: number, handler: WorkHandler, signal: AbortSignal): Promise<void> {
    const stop = (): void => this.#stop();
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      await Promise.all(Array.from({ length: workers }, () => this.#work(handler, signal)));
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async #work(handler: WorkHandler, signal: AbortSignal): Promise<void> {
    for (;;) {
      const key = await this.#next();
      if (key === undefined) return;
      await this.#handle(key, handler, signal);
    }
  }

  /** Undefined when the queue has stopped. */
  async #next(): Promise<string | undefined> {
    while (!this.#stopped) {
      const [first] = this.#waiting;
      if (first !== undefined) return this.#take(...first);
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#idleWorkers.push(resolve);
      await promise;
    }
    return undefined;
  }

  #take(key: string, since: number): string {
    this.#waiting.delete(key);
    this.#processing.add(key);
    this.#options.metrics?.depth(this.#waiting.size);
    this.#options.metrics?.waited((this.#clock.monotonic() - since) / 1000);
    return key;
  }

  async #handle(key: string, handler: WorkHandler, signal: AbortSignal): Promise<void> {
    const started = this.#clock.monotonic();
    try {
      const result = await handler(key, signal);
      this.forget(key);
      const { requeueAfterMs: after, restMs = 0 } = result ?? {};
      if (restMs > 0) this.#resting.set(key, this.#clock.monotonic() + restMs);
      if (after !== undefined) this.addAfter(key, after);
    } catch (error) {
      this.#options.onError?.(key, error);
      this.addRateLimited(key);
    } finally {
      this.#options.metrics?.worked((this.#clock.monotonic() - started) / 1000);
      this.#processing.delete(key);
      if (this.#again.delete(key) && !this.#stopped) this.#comeBack(key);
    }
  }

  #comeBack(key: string): void {
    const rest = this.#restOf(key);
    if (rest > 0) this.addAfter(key, rest);
    else this.#enqueue(key);
  }

  #enqueue(key: string): void {
    this.#waiting.set(key, this.#clock.monotonic());
    this.#options.metrics?.depth(this.#waiting.size);
    this.#idleWorkers.shift()?.();
  }

  #stop(): void {
    this.#stopped = true;
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    this.#again.clear();
    this.#waiting.clear();
    for (const wake of this.#idleWorkers.splice(0)) wake();
  }
}
