import { setTimeout as pause } from 'node:timers/promises';

export interface UntilOptions {
  /** Real milliseconds. */
  readonly withinMs?: number;
  /** Called before each look: moves a fake clock on. */
  readonly tick?: () => unknown;
}

/** Looks until what is seen is right, and returns it. Fails with what was seen last. */
export const until = async <T>(
  look: () => T,
  isRight: (seen: T) => boolean,
  { withinMs = 4000, tick }: UntilOptions = {},
): Promise<T> => {
  const deadline = performance.now() + withinMs;
  for (;;) {
    await tick?.();
    const seen = look();
    if (isRight(seen)) return seen;
    if (performance.now() > deadline) {
      throw new Error(
        `not so within ${withinMs} ms: ${isRight.toString()}; last seen: ${JSON.stringify(seen)}`,
      );
    }
    await pause(2);
  }
};
