import { setTimeout as pause } from 'node:timers/promises';

/** At most so many per second, one at once: the first at once, the next when its turn has come. */
export class Rate {
  readonly #gapMs: number;
  #nextAt = 0;

  constructor(perSecond: number) {
    this.#gapMs = 1000 / perSecond;
  }

  /** Takes the next turn; returns how many milliseconds it is away. */
  take(nowMs: number): number {
    const at = Math.max(nowMs, this.#nextAt);
    this.#nextAt = at + this.#gapMs;
    return at - nowMs;
  }
}

/**
 * Runs `sync` again and again while changes are reported, never faster than the rate. A change that comes while a run waits
 * for its turn is in that run, and makes one more.
 */
export class SyncLoop {
  readonly #rate: Rate;
  readonly #sync: () => Promise<void>;
  #changed = Promise.withResolvers<void>();

  constructor(rate: Rate, sync: () => Promise<void>) {
    this.#rate = rate;
    this.#sync = sync;
  }

  readonly changed = (): void => this.#changed.resolve();

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#changed.promise;
      this.#changed = Promise.withResolvers();
      await pause(this.#rate.take(performance.now()));
      await this.#sync();
    }
  }
}
