import type { Clock } from './clock.ts';

export interface BucketOptions {
  /** Tokens that a new bucket has, and the most that it holds. */
  readonly burst: number;
  /** Milliseconds until a bucket has one token more. */
  readonly refillMs: number;
}

/** A token bucket per key. Full buckets are forgotten, so idle keys cost nothing. */
export class TokenBuckets {
  readonly #options: BucketOptions;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(options: BucketOptions, clock: Pick<Clock, 'monotonic'>) {
    this.#options = options;
    this.#clock = clock;
  }

  /** Takes a token; false when there is none. */
  take(key: string): boolean {
    const { burst, refillMs } = this.#options;
    const now = this.#clock.monotonic();
    this.#forgetFull(now);
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, bucket.tokens + (now - bucket.at) / refillMs);
    this.#buckets.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, at: now });
    return tokens >= 1;
  }

  #forgetFull(now: number): void {
    const { burst, refillMs } = this.#options;
    for (const [key, { tokens, at }] of this.#buckets) {
      if (tokens + (now - at) / refillMs >= burst) this.#buckets.delete(key);
    }
  }
}
