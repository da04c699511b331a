/** Whoever waits belongs to a lane, and in it to a group. */
export interface Waiting {
  readonly lane: string;
  readonly group: string;
}

/** First in, first out, at the same cost however long it is: an array's shift() is not, nor is a map's first key. */
class Line<T> {
  #items: T[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (this.length > 0) this.#head += 1;
    if (this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}

/** The groups of a lane that wait, in the order of their turns. */
interface Lane<T> {
  readonly groups: Map<string, Line<T>>;
  readonly order: Line<string>;
}

/**
 * Who is next: the groups of a lane take turns, and each lane has places of its own, so that one whose work takes long holds
 * up no other. Every step takes the same time, however many wait.
 */
export class Turns<T extends Waiting> {
  readonly #placesEach: number;
  readonly #lanes = new Map<string, Lane<T>>();
  readonly #taken = new Map<string, number>();

  constructor(placesEach: number) {
    this.#placesEach = placesEach;
  }

  add(item: T): void {
    const { groups, order } = this.#lanes.getOrInsertComputed(item.lane, () => ({
      groups: new Map<string, Line<T>>(),
      order: new Line<string>(),
    }));
    const group = groups.getOrInsertComputed(item.group, () => {
      order.push(item.group);
      return new Line<T>();
    });
    group.push(item);
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

  #first(name: string, { groups, order }: Lane<T>): T | undefined {
    const group = order.shift();
    if (group === undefined) return undefined;
    const waiting = groups.get(group);
    const item = waiting?.shift();
    if (waiting !== undefined && waiting.length > 0) order.push(group);
    else groups.delete(group);
    if (groups.size === 0) this.#lanes.delete(name);
    return item;
  }
}
