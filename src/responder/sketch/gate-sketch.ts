import type { ClientAddress } from '../../access/client-address.ts';
import type { Address } from '../../access/ip.ts';
import type { AddressFinding } from '../../api/responder-status.ts';
import type { Visitor } from './browsers.ts';
import { Candidate, Frequent } from './frequent.ts';
import { isNearlyAll, Level } from './level.ts';
import { LookAlike } from './look-alike.ts';
import { stepOf, Tally } from './tally.ts';

const unearnedReasons = ['UnknownProxy', 'ClusterAddress'] as const;
type UnearnedReason = (typeof unearnedReasons)[number];

const leastRequests = 200;

/** An address that was not earned, and the header that gave it away first. */
class Unearned extends Candidate {
  sign: string | undefined;

  override become(address: Address, step: number): void {
    super.become(address, step);
    this.sign = undefined;
  }
}

/** The clients of one gate. */
export class GateSketch {
  #step: number;
  readonly #all: Tally;
  readonly #lookAlike: LookAlike;
  readonly #unearned: Readonly<Record<UnearnedReason, UnearnedAddresses>>;

  constructor(nowMs: number) {
    this.#step = stepOf(nowMs);
    this.#all = new Tally(this.#step);
    this.#lookAlike = new LookAlike(this.#step);
    this.#unearned = {
      UnknownProxy: new UnearnedAddresses(this.#step),
      ClusterAddress: new UnearnedAddresses(this.#step),
    };
  }

  record(client: ClientAddress, visitor: Visitor, nowMs: number): void {
    this.#advance(nowMs);
    this.#all.add();
    const at = { step: this.#step, nowMs };
    // An address that was found to be shared goes on being counted, or it would soon seem rare.
    if (client.kind === 'known' || client.reason === 'SharedAddress') {
      this.#lookAlike.record(client.address, visitor, at);
    } else if (client.reason === 'UnknownProxy') {
      this.#unearned.UnknownProxy.record(client.address, client.sign, this.#step);
      // Who sends a proxy's sign must not thereby make the proxy's other visitors look like few.
      if (client.visitor) this.#lookAlike.record(client.address, visitor, at);
    } else if (client.reason === 'ClusterAddress') {
      this.#unearned.ClusterAddress.record(client.address, undefined, this.#step);
    }
  }

  isShared(address: Address): boolean {
    return this.#lookAlike.isShared(address);
  }

  /** Is one of the addresses that passed for a visitor's of this kind? Of those seen most, the others are forgotten. */
  hasSeen(isOne: (address: Address) => boolean): boolean {
    return this.#lookAlike.hasSeen(isOne);
  }

  /** @param gate whose sketch this is, for the findings */
  findings(gate: string, nowMs: number): AddressFinding[] {
    this.#advance(nowMs);
    const total = this.#all.fiveMinutes;
    const unearned = unearnedReasons.flatMap((reason) => {
      const found = this.#unearned[reason].finding(total, nowMs);
      return found === undefined ? [] : [{ gate, reason, ...found, total }];
    });
    // Of one address, a sign that it is a proxy's says more than that all visitors have it.
    const alike = this.#lookAlike
      .findings(nowMs)
      .filter(({ address }) => unearned.every((each) => each.address !== address));
    return [...unearned, ...alike.flatMap((found) => [{ gate, ...found }])];
  }

  #advance(nowMs: number): void {
    const step = stepOf(nowMs);
    if (step <= this.#step) return;
    this.#step = step;
    this.#all.advance(step);
    for (const reason of unearnedReasons) this.#unearned[reason].advance(step);
    this.#lookAlike.advance(step, nowMs);
  }
}

/** Requests whose address does not count for one reason. */
class UnearnedAddresses {
  readonly #requests: Frequent<Unearned>;
  readonly #level = new Level();
  /** Keeps its name while it is raised and nobody comes. */
  #named: Pick<AddressFinding, 'address' | 'sign'> = { address: 'unknown' };

  constructor(step: number) {
    this.#requests = new Frequent(step, (address, at) => new Unearned(address, at));
  }

  advance(step: number): void {
    this.#requests.advance(step);
  }

  record(address: Address, sign: string | undefined, step: number): void {
    this.#requests.add(address, step).sign ??= sign;
  }

  /** @param total all requests of the gate in the last 5 minutes */
  finding(total: number, nowMs: number): Pick<AddressFinding, 'address' | 'sign' | 'requests'> | undefined {
    const requests = this.#requests.all.fiveMinutes;
    if (total >= leastRequests && isNearlyAll(requests, total)) this.#level.raise(nowMs);
    this.#level.update({ part: requests, total }, nowMs);
    if (!this.#level.isRaised) return undefined;
    this.#rename();
    return { ...this.#named, requests };
  }
  /** Another name is another message, and a write: of two addresses that are seen as often, the first stays. */
  #rename(): void {
    const top = this.#requests.top();
    const named = this.#requests.candidates.find(({ text }) => text === this.#named.address);
    if (top === undefined || top.tally.fiveMinutes <= 2 * (named?.tally.fiveMinutes ?? 0)) return;
    this.#named = { address: top.text, ...(top.sign !== undefined && { sign: top.sign }) };
  }
}
