import type { KubeClient } from './client.ts';
import { sleep, systemClock, type Clock } from './clock.ts';
import { isKubeError, isTransient } from './errors.ts';
import { EventSeries, type EventInput, type EventSource, type Moment } from './event-series.ts';
import { resources } from './resources.ts';
import { TokenBuckets } from './token-buckets.ts';

export type { EventInput, EventSource } from './event-series.ts';

export interface EventRecorderOptions {
  readonly client: KubeClient;
  readonly source: EventSource;
  /** An event was dropped, and why. */
  readonly onError?: (error: unknown) => void;
  readonly clock?: Clock;
}

/** client-go's correlator: a burst of 25 for each object, then slowly more. */
const bucketOptions = { burst: 25, refillMs: 60_000 };
/** A repeat is written at most so often. */
const repeatMs = 10_000;
const retryMs = 5000;
const maxTries = 12;
const maxSeries = 2000;

/**
 * Records events in the background. It never waits, never throws, and what it cannot deliver it drops: events tell
 * what happened, nothing depends on them. Equal ones within six minutes become one with a count.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #clock: Clock;
  readonly #buckets: TokenBuckets;
  readonly #series = new Map<string, EventSeries>();
  #started = 0;
  #cancelTimer: () => void = () => undefined;
  #writing: Promise<void> | undefined;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#buckets = new TokenBuckets(bucketOptions, this.#clock);
  }

  record(event: EventInput): void {
    const now: Moment = { monotonicMs: this.#clock.monotonic(), instant: this.#clock.now() };
    const key = seriesKey(event);
    const known = this.#series.get(key);
    if (known !== undefined && !known.isOver(now.monotonicMs)) {
      known.repeat(now, repeatMs);
    } else if (this.#mayStart(event)) {
      this.#series.set(key, new EventSeries(event, this.#options.source, { now, suffix: this.#suffix(now) }));
    }
    this.#schedule();
  }

  /** Writes what is pending, due or not, each once. Resolves when that is done or time is up; never rejects. */
  async flush(withinMs = 3000): Promise<void> {
    const enough = new AbortController();
    const written = this.#writeUntil(Infinity).finally(() => enough.abort());
    await Promise.race([written, sleep(this.#clock, withinMs, enough.signal)]);
  }

  /** Drops what is pending and starts no timer any more. */
  stop(): void {
    this.#series.clear();
    this.#cancelTimer();
  }

  /** Unique in this process by counting, among processes by time and chance. */
  #suffix({ instant }: Moment): string {
    this.#started += 1;
    const chance = Math.floor(this.#clock.random() * 36 ** 4);
    return [instant.epochMilliseconds, chance, this.#started].map((part) => part.toString(36)).join('');
  }

  #mayStart({ regarding, reason }: EventInput): boolean {
    const object = regarding.uid ?? `${regarding.kind}/${regarding.namespace ?? ''}/${regarding.name}`;
    const full = this.#series.size >= maxSeries;
    if (!full && this.#buckets.take(object)) return true;
    this.#options.onError?.(
      new Error(`event ${reason} of ${regarding.kind} ${regarding.name} dropped: too many`),
    );
    return false;
  }

  #schedule(): void {
    this.#cancelTimer();
    const now = this.#clock.monotonic();
    let next: number | undefined;
    for (const [key, series] of this.#series) {
      if (series.dueAt !== undefined) next = Math.min(next ?? Infinity, series.dueAt);
      else if (series.isOver(now)) this.#series.delete(key);
    }
    if (next === undefined || this.#writing !== undefined) return;
    this.#cancelTimer = this.#clock.setTimer(Math.max(0, next - now), () => {
      void this.#writeUntil(this.#clock.monotonic());
    });
  }

  /** Writes what is due at that time, one after the other. Never rejects. */
  async #writeUntil(monotonicMs: number): Promise<void> {
    this.#cancelTimer();
    const before = this.#writing;
    const mine = (async () => {
      await before;
      await this.#writeSeries(monotonicMs);
    })();
    this.#writing = mine;
    await mine;
    if (this.#writing !== mine) return;
    this.#writing = undefined;
    this.#schedule();
  }

  async #writeSeries(monotonicMs: number): Promise<void> {
    for (const [key, series] of this.#series) {
      if (series.dueAt !== undefined && series.dueAt <= monotonicMs) await this.#write(key, series);
    }
  }

  async #write(key: string, series: EventSeries): Promise<void> {
    const tries = series.startWrite();
    try {
      await this.#send(series);
    } catch (error) {
      if (isTransient(error) && tries < maxTries) {
        series.postpone(this.#clock.monotonic() + retryMs);
        return;
      }
      if (this.#series.get(key) === series) this.#series.delete(key);
      this.#options.onError?.(error);
    }
  }

  async #send(series: EventSeries): Promise<void> {
    const { client } = this.#options;
    const written = series.patch();
    if (written !== undefined) {
      try {
        await client.mergePatch(resources.events, series.ref, written);
        series.written();
        return;
      } catch (error) {
        // Events live an hour or so: start anew.
        if (!isKubeError(error, 'NotFound')) throw error;
      }
    }
    try {
      await client.create(resources.events, series.object());
    } catch (error) {
      // An earlier try without an answer did arrive.
      if (!isKubeError(error, 'AlreadyExists')) throw error;
    }
    series.written();
  }
}

/** What makes two events the same one. */
const seriesKey = ({ regarding, type, reason, action, note }: EventInput): string =>
  JSON.stringify([
    regarding.kind,
    regarding.namespace,
    regarding.name,
    regarding.uid,
    type,
    reason,
    action,
    note,
  ]);
