/**
 * Reads parsed JSON of which nothing is known, and says where it is not as it has to be. One reader stands on
 * one value; its path is in the message.
 */
export class Reader {
  readonly #value: unknown;
  readonly #path: string;

  constructor(value: unknown, path: string) {
    this.#value = value;
    this.#path = path;
  }

  /** The member of this object; it may be missing, which its reader then says. */
  member(name: string): Reader {
    const value = this.#value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.error('an object');
    return new Reader(
      Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined,
      `${this.#path}.${name}`,
    );
  }

  /** All members of this object, by name. */
  record<T>(read: (item: Reader) => T): Record<string, T> {
    const value = this.#value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.error('an object');
    return Object.fromEntries(Object.keys(value).map((name) => [name, read(this.member(name))]));
  }

  list<T>(read: (item: Reader) => T): T[] {
    if (!Array.isArray(this.#value)) throw this.error('a list');
    return this.#value.map((item, index) => read(new Reader(item, `${this.#path}[${index}]`)));
  }

  orNull<T>(read: (self: Reader) => T): T | null {
    return this.#value === null ? null : read(this);
  }

  string(): string {
    return this.#is((value) => typeof value === 'string', 'a string');
  }

  matching(syntax: RegExp, what: string): string {
    return this.#is((value): value is string => typeof value === 'string' && syntax.test(value), what);
  }

  oneOf<const T extends string | number>(allowed: readonly T[]): T {
    const isAllowed = (value: unknown): value is T => (allowed as readonly unknown[]).includes(value);
    return this.#is(isAllowed, allowed.join(' or '));
  }

  boolean(): boolean {
    return this.#is((value) => typeof value === 'boolean', 'true or false');
  }

  /** An integer of at least `min`. */
  integer(min: number): number {
    const isInteger = (value: unknown): value is number =>
      Number.isSafeInteger(value) && Number(value) >= min;
    return this.#is(isInteger, `an integer from ${min}`);
  }

  /** A text that `parse` understands: it gives undefined or throws RangeError for what it does not. */
  parsing(parse: (text: string) => unknown, what: string): string {
    const text = this.string();
    if (!understands(parse, text)) throw this.error(what);
    return text;
  }

  error(expected: string): ShapeError {
    return new ShapeError(`${this.#path} should be ${expected}, but is ${describe(this.#value)}`);
  }

  #is<T>(test: (value: unknown) => value is T, expected: string): T {
    const value = this.#value;
    if (!test(value)) throw this.error(expected);
    return value;
  }
}

/** JSON that is not of the expected shape; the message names the place and what was found. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

function understands(parse: (text: string) => unknown, text: string): boolean {
  try {
    return parse(text) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
