/** What a browser says of itself with each request; part of how different visitors are told apart. */
export interface Visitor {
  readonly userAgent: string | undefined;
  readonly acceptLanguage: string | undefined;
}

/** So many different pairs are more than one person, or the colleagues of one room, have. */
export const many = 20;

/** More of a header tells no more about the browser. */
const mostHashed = 256;

/**
 * The different (User-Agent, Accept-Language) pairs that one address showed: hashes of the last 20, and when each
 * was last seen. The hash need not resist attacks: whoever invents pairs only accuses the own address.
 */
export class Browsers {
  readonly #hashes = new Uint32Array(many);
  readonly #lastSeen = new Uint32Array(many);
  #size = 0;
  #last: Visitor | undefined;
  #lastIndex = 0;

  reset(): void {
    this.#size = 0;
    this.#last = undefined;
  }

  /** @param step see `stepOf` */
  add(visitor: Visitor, step: number): void {
    if (!isSame(visitor, this.#last)) {
      this.#lastIndex = this.#place(hashOf(visitor));
      // Long ones are not kept: clients would choose how much memory they take.
      this.#last = isShort(visitor) ? visitor : undefined;
    }
    this.#lastSeen[this.#lastIndex] = step;
  }

  /** Were 20 different ones seen in this step or later? */
  areMany(since: number): boolean {
    return this.#size === many && this.#lastSeen.every((step) => step >= since);
  }

  /** The pair's place; a new one takes the place of the one not seen for longest. */
  #place(hash: number): number {
    let oldest = 0;
    for (let index = 0; index < this.#size; index += 1) {
      if (this.#hashes[index] === hash) return index;
      if ((this.#lastSeen[index] ?? 0) < (this.#lastSeen[oldest] ?? 0)) oldest = index;
    }
    const index = this.#size < many ? this.#size : oldest;
    if (this.#size < many) this.#size += 1;
    this.#hashes[index] = hash;
    return index;
  }
}

const isSame = (visitor: Visitor, last: Visitor | undefined): boolean =>
  last !== undefined &&
  visitor.userAgent === last.userAgent &&
  visitor.acceptLanguage === last.acceptLanguage;

const isShort = ({ userAgent = '', acceptLanguage = '' }: Visitor): boolean =>
  userAgent.length + acceptLanguage.length <= 2 * mostHashed;

function hashOf({ userAgent = '', acceptLanguage = '' }: Visitor): number {
  return mixed(acceptLanguage, mixed(userAgent, 0x811c9dc5)) >>> 0;
}

/** FNV-1a over UTF-16 units, with the length, so that the border between two texts counts. */
function mixed(text: string, seed: number): number {
  let hash = Math.imul(seed ^ text.length, 0x01000193);
  const end = Math.min(text.length, mostHashed);
  for (let index = 0; index < end; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}
