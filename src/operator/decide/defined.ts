/** `T` without the members that may be undefined: those become optional instead. */
type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without its undefined members: JSON has no undefined, and a comparison must not see one. */
export function defined<T extends object>(object: T): Defined<T> {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  // What is left is exactly the members that are defined.
  return Object.fromEntries(entries) as Defined<T>;
}
