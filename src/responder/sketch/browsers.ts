/** What a browser says of itself with each request; part of how different visitors are told apart. */
export interface Visitor {
  readonly userAgent: string | undefined;
  readonly acceptLanguage: string | undefined;
}

/** So many different pairs are more than one person, or the colleagues of one room, have. */
export const many = 20;

/** More of a header tells no more about the browser. */
const mostHashed = 256;
const scratch = Buffer.alloc(2 * mostHashed + 4);
const words = new Uint32Array(scratch.buffer, scratch.byteOffset, scratch.length / 4);

/**
 * The different (User-Agent, Accept-Language) pairs that one address showed: hashes of the last 20, and when each
 * was last seen. The hash need not resist attacks: whoever invents pairs only accuses the own address.
 */
export class Browsers {
  readonly #hashes = new Uint32Array(many);
  readonly #lastSeen = new Uint32Array(many);
  #size = 0;

  reset(): void {
    this.#size = 0;
  }

  /** @param step see `stepOf` */
  add(visitor: Visitor, step: number): void {
    this.#lastSeen[this.#place(hashOf(visitor))] = step;
  }

  /** Were 20 different ones seen in this step or later? */
  areMany(since: number): boolean {
    return this.#size === many && (this.#lastSeen[this.#oldest()] ?? 0) >= since;
  }

  /** The pair's place; a new one takes the place of the one not seen for longest. */
  #place(hash: number): number {
    for (let index = 0; index < this.#size; index += 1) if (this.#hashes[index] === hash) return index;
    const index = this.#size < many ? this.#size++ : this.#oldest();
    this.#hashes[index] = hash;
    return index;
  }

  #oldest(): number {
    let oldest = 0;
    for (let index = 1; index < this.#size; index += 1)
      if ((this.#lastSeen[index] ?? 0) < (this.#lastSeen[oldest] ?? 0)) oldest = index;
    return oldest;
  }
}

/** FNV-1a by words. Strings are written out first: reading them unit by unit takes four times as long. */
function hashOf({ userAgent = '', acceptLanguage = '' }: Visitor): number {
  const border = scratch.write(userAgent, 0, mostHashed, 'latin1');
  const end = border + scratch.write(acceptLanguage, border, mostHashed, 'latin1');
  scratch.writeUInt32LE(0, end);
  let hash = 0x811c9dc5 ^ border;
  for (let index = 0; index * 4 < end; index += 1) hash = Math.imul(hash ^ (words[index] ?? 0), 0x01000193);
  return hash >>> 0;
}
