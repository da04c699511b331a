import { systemClock, type Clock } from './clock.ts';

/** The reason of a signal that was aborted because time was up. */
export class DeadlineExceeded extends Error {
  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds} ms`);
    this.name = 'DeadlineExceeded';
  }
}

export interface Deadline {
  /** Aborted by the parent with its reason, or with DeadlineExceeded. */
  readonly signal: AbortSignal;
  /** Ends this part as if the parent had been aborted. */
  abort(reason: unknown): void;
  /** No time limit from here on; the parent still counts. */
  lift(): void;
  /** Lets go of parent and timer. Must be called. */
  release(): void;
}

/**
 * A signal for one call, child of a long-lived one. Not AbortSignal.any: that keeps every child of a parent that
 * lives as long as the process.
 */
export const startDeadline = (
  parent: AbortSignal | undefined,
  milliseconds: number,
  clock: Pick<Clock, 'setTimer'> = systemClock,
): Deadline => {
  const controller = new AbortController();
  const follow = (): void => controller.abort(parent?.reason);
  if (parent?.aborted) follow();
  parent?.addEventListener('abort', follow, { once: true });
  const lift = clock.setTimer(milliseconds, () => controller.abort(new DeadlineExceeded(milliseconds)));
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    lift,
    release: () => {
      lift();
      parent?.removeEventListener('abort', follow);
    },
  };
};
