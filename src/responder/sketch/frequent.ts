import { type Address, formatAddress } from '../../access/ip.ts';
import { Tally } from './tally.ts';

const most = 8;

/** More than any weight. */
const kept = 2 ** 52;

type AddressValue =
  | Pick<Extract<Address, { family: 4 }>, 'family' | 'value'>
  | Pick<Extract<Address, { family: 6 }>, 'family' | 'value'>;

/** An address without its text, which is a slice that would keep a whole header. */
const valueOf = (address: Address): AddressValue =>
  address.family === 4
    ? { family: address.family, value: address.value }
    : { family: address.family, value: address.value };

/** One of the addresses that are seen most. Its place goes on to another address when that is seen more. */
export class Candidate {
  readonly tally: Tally;
  /** By which the least frequent is found: halves with each step of time. */
  weight = 0;
  /** Not given up while there is another one to give up. */
  isKept = false;
  #address: AddressValue;

  constructor(address: Address, step: number) {
    this.#address = valueOf(address);
    this.tally = new Tally(step);
  }

  is({ family, value }: Address): boolean {
    return value === this.#address.value && family === this.#address.family;
  }

  /** Stands for another address from now on, and has its predecessor's weight. */
  become(address: Address, step: number): void {
    this.#address = valueOf(address);
    this.isKept = false;
    this.tally.reset(step);
  }

  /** Made when asked for. */
  get text(): string {
    return formatAddress(this.#address.family, this.#address.value);
  }

  get address(): Address {
    return { ...this.#address, text: this.text };
  }

  get rank(): number {
    return this.isKept ? this.weight + kept : this.weight;
  }
}

/**
 * How many requests there were, and from which addresses most, in bounded memory (Space-Saving, Metwally et al.
 * 2005): an address of more than an eighth of the requests has a candidate. A candidate counts from when it became
 * one, so never too much.
 */
export class Frequent<C extends Candidate> {
  readonly all: Tally;
  readonly candidates: C[] = [];
  readonly #make: (address: Address, step: number) => C;

  constructor(step: number, make: (address: Address, step: number) => C) {
    this.all = new Tally(step);
    this.#make = make;
  }

  /** Counts one request, and returns its address's candidate. */
  add(address: Address, step: number): C {
    const candidate = this.find(address) ?? this.#newcomer(address, step);
    this.all.add();
    candidate.tally.add();
    candidate.weight += 1;
    return candidate;
  }

  find(address: Address): C | undefined {
    for (const candidate of this.candidates) if (candidate.is(address)) return candidate;
    return undefined;
  }

  /** The one of most requests in the last 5 minutes. */
  top(): C | undefined {
    return this.candidates.toSorted((a, b) => b.tally.fiveMinutes - a.tally.fiveMinutes)[0];
  }

  /** To be called when a new step begins. */
  advance(step: number): void {
    this.all.advance(step);
    for (const candidate of this.candidates) {
      candidate.tally.advance(step);
      candidate.weight /= 2;
    }
  }

  #newcomer(address: Address, step: number): C {
    const least = this.candidates.length < most ? undefined : this.#least();
    if (least !== undefined) {
      least.become(address, step);
      return least;
    }
    const added = this.#make(address, step);
    this.candidates.push(added);
    return added;
  }

  #least(): C | undefined {
    let [least] = this.candidates;
    for (const candidate of this.candidates)
      if (least !== undefined && candidate.rank < least.rank) least = candidate;
    return least;
  }
}
