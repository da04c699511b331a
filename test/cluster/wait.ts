import { setTimeout as pause } from 'node:timers/promises';

export interface WaitOptions {
  /** What is waited for, as it should stand after "waiting for" in the message of a timeout. */
  readonly what: string;
  readonly timeoutSeconds: number;
  readonly intervalMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Asks again and again until the answer is not undefined, and returns it.
 * @throws Error when the deadline passes; it names what was waited for and the last error that was seen.
 */
export async function waitFor<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  { what, timeoutSeconds, intervalMs = 100, signal }: WaitOptions,
): Promise<T> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  let last = 'nothing';
  for (;;) {
    signal?.throwIfAborted();
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    if (Date.now() > deadline) {
      throw new Error(`Gave up after ${timeoutSeconds} s waiting for ${what}; last seen: ${last}`);
    }
    await pause(intervalMs);
  }
}
