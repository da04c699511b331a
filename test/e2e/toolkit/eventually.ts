import { setTimeout as pause } from 'node:timers/promises';

export interface Patience {
  /** Seconds. */
  readonly within?: number;
  readonly everyMs?: number;
}

/**
 * Looks again and again until the look does not throw, and returns what it returned.
 * @throws Error when the deadline passes; it says what the last look found.
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T> | T,
  { within = 20, everyMs = 100 }: Patience = {},
): Promise<T> {
  const deadline = performance.now() + within * 1000;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > deadline) {
        const seen = error instanceof Error ? error.message : String(error);
        throw new Error(`${what}: not within ${within} s; last seen: ${seen}`, { cause: error });
      }
    }
    await pause(everyMs);
  }
}

/** Looks again and again for the whole time, and fails as soon as a look throws. */
export async function throughout(
  what: string,
  look: () => unknown,
  { seconds, everyMs = 500 }: { readonly seconds: number; readonly everyMs?: number },
): Promise<void> {
  const started = performance.now();
  for (;;) {
    const elapsed = (performance.now() - started) / 1000;
    try {
      await look();
    } catch (error) {
      throw new Error(`${what}: no longer after ${elapsed.toFixed(1)} s: ${(error as Error).message}`, {
        cause: error,
      });
    }
    if (elapsed >= seconds) return;
    await pause(everyMs);
  }
}

/** Resolves when the clock shows this instant, in epoch milliseconds: for what has to happen at a time of its own. */
export async function clockShows(epochMs: number): Promise<void> {
  while (Date.now() < epochMs) await pause(Math.max(1, epochMs - Date.now()));
}
