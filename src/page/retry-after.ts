const cap = 3600;
const withoutEnd = 300;

export interface RetryAfterInput {
  readonly nowMs: number;
  /** Epoch milliseconds; Infinity: no end, or held. */
  readonly endMs: number;
  /** The window's own `page.retryAfter`, in seconds. */
  readonly explicit: number | null;
  /** From 0 up to 1: spreads the clients that come back. */
  readonly random: number;
}

/**
 * Retry-After in whole seconds, at least 1 (design §5): what is left until the end and up to 10 % more, at most
 * 3600; without an end 300 and up to 20 % more; the window's own value and up to 10 % more.
 */
export function retryAfterSeconds({ nowMs, endMs, explicit, random }: RetryAfterInput): number {
  if (explicit !== null) return spread(explicit, 0.1, random);
  if (endMs === Infinity) return spread(withoutEnd, 0.2, random);
  return Math.min(cap, spread((endMs - nowMs) / 1000, 0.1, random));
}

/** Rounded up: who comes back on time must not come back a moment too early. */
const spread = (seconds: number, share: number, random: number): number =>
  Math.max(1, Math.ceil(seconds * (1 + share * random)));
