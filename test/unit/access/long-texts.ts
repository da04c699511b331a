/** As much as one request can bring. */
export const headerBytes = 64 * 1024;

/** What quadratic work on so many bytes exceeds many times over, and linear work never, whatever else the machine does. */
export const mostMs = 20;

/** `end` after as much of `start` and repeated `piece` as fits into the header limit. */
export const long = (start: string, piece: string, end = ''): string =>
  start + piece.repeat(Math.floor((headerBytes - start.length - end.length) / piece.length)) + end;

/** How long the work takes: the best of five, for another process may take the processor away. */
export function fastestMs(work: () => unknown): number {
  return Math.min(
    ...[1, 2, 3, 4, 5].map(() => {
      const startedMs = performance.now();
      work();
      return performance.now() - startedMs;
    }),
  );
}
