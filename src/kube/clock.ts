import { setTimeout as startTimer, clearTimeout as stopTimer } from 'node:timers';

/** Time and chance, so that a test can be both. */
export interface Clock {
  /** Milliseconds that never jump, from an arbitrary zero. */
  monotonic(): number;
  /** The wall clock: only for what others will read. */
  now(): Temporal.Instant;
  /** Even in [0, 1). */
  random(): number;
  /** Calls `fire` once after so many milliseconds, however many; the returned function takes it back. */
  setTimer(milliseconds: number, fire: () => void): () => void;
}

/** setTimeout fires at once when asked for more. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  monotonic: () => performance.now(),
  now: () => Temporal.Now.instant(),
  random: () => Math.random(),
  setTimer: (milliseconds, fire) => {
    let timer: NodeJS.Timeout;
    const start = (left: number): void => {
      const step = Math.min(left, longestTimerMs);
      timer = startTimer(() => (left > step ? start(left - step) : fire()), step);
    };
    start(Math.max(0, milliseconds));
    return () => stopTimer(timer);
  },
};

/** Resolves after so many milliseconds, or at once when the signal is aborted: it never rejects. */
export const sleep = async (clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> => {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.setTimer(milliseconds, resolve);
  const wake = (): void => resolve();
  signal.addEventListener('abort', wake, { once: true });
  try {
    await promise;
  } finally {
    cancel();
    signal.removeEventListener('abort', wake);
  }
};
