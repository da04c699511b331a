/** Things that are due at some time, found without a look at all of them: a slot for each span of time. */
export class Wheel<T> {
  readonly #slotMs: number;
  readonly #slots = new Map<number, T[]>();
  #taken = -1;

  constructor(slotMs: number) {
    this.#slotMs = slotMs;
  }

  /** @param dueMs on the clock that {@link take} is told the time of */
  add(item: T, dueMs: number): void {
    const slot = Math.max(Math.ceil(dueMs / this.#slotMs), this.#taken + 1);
    this.#slots.getOrInsertComputed(slot, () => []).push(item);
  }

  /** What has come due since the last time, in the order of its slots. */
  take(nowMs: number): readonly T[] {
    const until = Math.floor(nowMs / this.#slotMs);
    const due: T[] = [];
    // Whoever slept for long looks at the slots that there are, not at all that there could be.
    const passed =
      until - this.#taken > this.#slots.size
        ? [...this.#slots.keys()].toSorted((a, b) => a - b)
        : range(this.#taken + 1, until);
    for (const slot of passed) {
      if (slot > until) break;
      due.push(...(this.#slots.get(slot) ?? []));
      this.#slots.delete(slot);
    }
    this.#taken = Math.max(this.#taken, until);
    return due;
  }
}

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
