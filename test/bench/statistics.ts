/** @returns the value below which this share (0 to 1) of the values lie, by nearest rank; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** @returns the middle value, of two the mean; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}

/**
 * @returns the order in which `count` contenders have their turns in a round: all of them once, beginning with
 * another one in each round, so that none is always first.
 */
export const turns = (count: number, round: number): readonly number[] =>
  Array.from({ length: count }, (_, turn) => (round + turn) % count);

/** Rounded to this many digits after the point. */
export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));
