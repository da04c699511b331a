/** One change to a value that is being built. */
export type Modifier<T> = (value: T) => T;

/** The value after all changes, in order. */
export const modified = <T>(value: T, modifiers: readonly Modifier<T>[]): T =>
  modifiers.reduce((before, modify) => modify(before), value);

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype);

/** Freezes plain objects and arrays all the way down: what is under test must not change its input. */
export function frozen<T>(value: T): T {
  if (!isPlain(value) || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const each of Object.values(value)) frozen(each);
  return value;
}
