/** Whoever waits belongs to a lane, and in it to a group. */
export interface Waiting {
  readonly lane: string;
  readonly group: string;
}

interface Group<T> {
  readonly items: T[];
  /** Those before it have had their turn. */
  head: number;
}

/**
 * Who is next: the groups of a lane take turns, and each lane has places of its own, so that one whose work takes long holds
 * up no other. Every step takes the same time, however many wait.
 */
export class Turns<T extends Waiting> {
  readonly #placesEach: number;
  readonly #lanes = new Map<string, Map<string, Group<T>>>();
  readonly #taken = new Map<string, number>();

  constructor(placesEach: number) {
    this.#placesEach = placesEach;
  }

  add(item: T): void {
    const lane = this.#lanes.getOrInsertComputed(item.lane, () => new Map<string, Group<T>>());
    lane.getOrInsertComputed(item.group, () => ({ items: [], head: 0 })).items.push(item);
  }

  /** Whose turn it is, if a place is free; it has to be {@link done} afterwards. */
  next(): T | undefined {
    for (const [name, lane] of this.#lanes) {
      const taken = this.#taken.get(name) ?? 0;
      if (taken >= this.#placesEach) continue;
      const item = this.#first(name, lane);
      this.#taken.set(name, taken + 1);
      return item;
    }
    return undefined;
  }

  done({ lane }: Waiting): void {
    const taken = (this.#taken.get(lane) ?? 0) - 1;
    if (taken > 0) this.#taken.set(lane, taken);
    else this.#taken.delete(lane);
  }

  #first(name: string, lane: Map<string, Group<T>>): T | undefined {
    for (const [group, waiting] of lane) {
      const item = waiting.items[waiting.head];
      waiting.head += 1;
      // A map keeps its order: who is put in again stands at the end.
      lane.delete(group);
      if (waiting.head < waiting.items.length) lane.set(group, waiting);
      else if (lane.size === 0) this.#lanes.delete(name);
      return item;
    }
    return undefined;
  }
}
