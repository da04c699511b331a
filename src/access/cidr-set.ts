import { type Address, type AddressRange, parseCidr } from './ip.ts';

/**
 * Thousands of CIDRs as sorted, merged ranges: membership is a binary search, and costs the same however many
 * entries went in.
 */
export class CidrSet {
  static readonly empty = new CidrSet([]);

  readonly #first4: Uint32Array;
  readonly #last4: Uint32Array;
  readonly #first6: readonly bigint[];
  readonly #last6: readonly bigint[];

  constructor(ranges: Iterable<AddressRange>) {
    const merged4: { first: number; last: number }[] = [];
    const merged6: { first: bigint; last: bigint }[] = [];
    const list = [...ranges];
    merge(
      list.filter((range) => range.family === 4),
      merged4,
      (last) => last + 1,
    );
    merge(
      list.filter((range) => range.family === 6),
      merged6,
      (last) => last + 1n,
    );
    this.#first4 = Uint32Array.from(merged4, (range) => range.first);
    this.#last4 = Uint32Array.from(merged4, (range) => range.last);
    this.#first6 = merged6.map((range) => range.first);
    this.#last6 = merged6.map((range) => range.last);
  }

  /**
   * A set from CIDR strings or single addresses.
   * @throws RangeError naming the first entry that is no CIDR.
   */
  static parse(cidrs: Iterable<string>): CidrSet {
    const ranges: AddressRange[] = [];
    for (const text of cidrs) {
      const cidr = parseCidr(text);
      if (cidr === undefined)
        throw new RangeError(`${JSON.stringify(text)} is no CIDR; write for example 203.0.113.0/24`);
      ranges.push(cidr.range);
    }
    return new CidrSet(ranges);
  }

  has(address: Address): boolean {
    return address.family === 4
      ? isInRanges(this.#first4, this.#last4, address.value)
      : isInRanges(this.#first6, this.#last6, address.value);
  }

  /** How many separate ranges are left after merging. */
  get size(): number {
    return this.#first4.length + this.#first6.length;
  }
}

function merge<T extends number | bigint>(
  ranges: readonly { readonly first: T; readonly last: T }[],
  into: { first: T; last: T }[],
  next: (last: T) => T,
): void {
  const sorted = ranges.toSorted((a, b) => (a.first < b.first ? -1 : Number(a.first > b.first)));
  for (const { first, last } of sorted) {
    const previous = into.at(-1);
    if (previous === undefined || first > next(previous.last)) into.push({ first, last });
    else if (last > previous.last) previous.last = last;
  }
}

function isInRanges<T extends number | bigint>(firsts: ArrayLike<T>, lasts: ArrayLike<T>, value: T): boolean {
  let low = 0;
  let high = firsts.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    if ((firsts[middle] as T) > value) high = middle - 1;
    else if ((lasts[middle] as T) < value) low = middle + 1;
    else return true;
  }
  return false;
}
