import type { Clock } from './clock.ts';

export interface BackoffOptions {
  readonly initialMs: number;
  readonly maxMs: number;
  /** After so long without a failure the delays begin anew. */
  readonly resetAfterMs: number;
}

/** Delays that double from failure to failure, with jitter of up to as much again so that many clients part. */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #clock: Clock;
  #delayMs: number;
  #lastFailure = -Infinity;

  constructor(options: BackoffOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#delayMs = options.initialMs;
  }

  /** To be called once per failure: milliseconds to wait. At most twice `maxMs`. */
  next(): number {
    const now = this.#clock.monotonic();
    if (now - this.#lastFailure > this.#options.resetAfterMs) this.#delayMs = this.#options.initialMs;
    this.#lastFailure = now;
    const delay = this.#delayMs;
    this.#delayMs = Math.min(delay * 2, this.#options.maxMs);
    return delay * (1 + this.#clock.random());
  }

  /** Begins the delays anew. */
  reset(): void {
    this.#lastFailure = -Infinity;
  }
}
