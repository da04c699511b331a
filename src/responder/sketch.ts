import type { ClientAddress } from '../access/client-address.ts';
import type { AddressFinding } from '../api/responder-status.ts';

type Reason = 'UnknownProxy' | 'ClusterAddress';
const reasons: readonly Reason[] = ['UnknownProxy', 'ClusterAddress'];

const spanMs = 5 * 60_000;
const bucketMs = 30_000;
const leastRequests = 200;
const raisedFrom = 0.95;
const clearedBelow = 0.8;
const clearsAfterMs = 10 * 60_000;
const mostAddresses = 16;

/**
 * What clients' addresses look like, per gate, over the last 5 minutes (design §6 rule 6). A finding is raised
 * when at least 95 % of at least 200 requests show it, and cleared after 10 minutes below 80 %.
 * Memory per gate is bounded, whatever clients send.
 */
export class AddressSketch {
  readonly #gates = new Map<string, GateSketch>();

  /** Counts one request of a covered gate. */
  record(gate: string, client: ClientAddress, nowMs: number): void {
    this.#gates.getOrInsertComputed(gate, () => new GateSketch()).record(client, nowMs);
  }

  /** What looks wrong now. Ask at least every few minutes: raising and clearing happen when asked. */
  findings(nowMs: number): AddressFinding[] {
    return [...this.#gates].flatMap(([gate, sketch]) =>
      reasons.flatMap((reason) => {
        const finding = sketch.finding(reason, nowMs);
        return finding === undefined ? [] : [{ gate, ...finding }];
      }),
    );
  }

  /** Forgets the gates that are not to be kept. */
  retain(isKept: (gate: string) => boolean): void {
    for (const gate of this.#gates.keys()) if (!isKept(gate)) this.#gates.delete(gate);
  }
}

interface Bucket {
  readonly index: number;
  total: number;
  readonly suspects: Record<Reason, Suspects>;
}

class GateSketch {
  #buckets: Bucket[] = [];
  /** When a raised finding was last seen at 80 % or more; absent: not raised. */
  readonly #lastHighMs: Partial<Record<Reason, number>> = {};

  record(client: ClientAddress, nowMs: number): void {
    const bucket = this.#bucket(nowMs);
    bucket.total += 1;
    if (client.kind === 'unknown' && 'address' in client && client.reason !== 'SharedAddress') {
      bucket.suspects[client.reason].add(client.address.text, 'sign' in client ? client.sign : undefined);
    }
  }

  finding(reason: Reason, nowMs: number): Omit<AddressFinding, 'gate'> | undefined {
    const recent = this.#buckets.filter(({ index }) => index * bucketMs > nowMs - spanMs - bucketMs);
    const total = recent.reduce((sum, bucket) => sum + bucket.total, 0);
    const suspects = recent.map((bucket) => bucket.suspects[reason]);
    const requests = suspects.reduce((sum, { count }) => sum + count, 0);
    if (!this.#isRaised(reason, { total, requests }, nowMs)) return undefined;
    const top = mostSeen(suspects);
    const address = top?.address ?? this.#named[reason]?.address ?? 'unknown';
    const sign = top?.sign ?? this.#named[reason]?.sign;
    this.#named[reason] = { address, sign };
    return { reason, address, ...(sign !== undefined && { sign }), requests, total };
  }

  /** Keeps its name while it is raised and nobody comes. */
  readonly #named: Partial<Record<Reason, { address: string; sign: string | undefined }>> = {};

  #isRaised(
    reason: Reason,
    { total, requests }: { total: number; requests: number },
    nowMs: number,
  ): boolean {
    const share = total === 0 ? 0 : requests / total;
    const lastHighMs = this.#lastHighMs[reason];
    if (lastHighMs === undefined) {
      if (total < leastRequests || share < raisedFrom) return false;
      this.#lastHighMs[reason] = nowMs;
      return true;
    }
    if (share >= clearedBelow) this.#lastHighMs[reason] = nowMs;
    else if (nowMs - lastHighMs >= clearsAfterMs) {
      delete this.#lastHighMs[reason];
      return false;
    }
    return true;
  }

  #bucket(nowMs: number): Bucket {
    const index = Math.floor(nowMs / bucketMs);
    const last = this.#buckets.at(-1);
    // A clock that steps back goes on counting where it was.
    if (last !== undefined && index <= last.index) return last;
    const bucket = {
      index,
      total: 0,
      suspects: { UnknownProxy: new Suspects(), ClusterAddress: new Suspects() },
    };
    this.#buckets = [...this.#buckets.filter((old) => old.index >= index - spanMs / bucketMs), bucket];
    return bucket;
  }
}

interface Suspect {
  readonly address: string;
  readonly sign: string | undefined;
  count: number;
}

/** The most frequent addresses of a stream in bounded memory (Space-Saving, Metwally et al. 2005). */
class Suspects {
  /** All that were added. */
  count = 0;
  readonly #byAddress = new Map<string, Suspect>();

  add(address: string, sign: string | undefined): void {
    this.count += 1;
    const known = this.#byAddress.get(address);
    if (known !== undefined) known.count += 1;
    else this.#byAddress.set(address, { address, sign, count: this.#makeRoom() + 1 });
  }

  values(): Iterable<Suspect> {
    return this.#byAddress.values();
  }

  /** Gives up the least seen address when all places are taken; its count goes to the newcomer. */
  #makeRoom(): number {
    if (this.#byAddress.size < mostAddresses) return 0;
    let least: Suspect | undefined;
    for (const suspect of this.#byAddress.values())
      if (least === undefined || suspect.count < least.count) least = suspect;
    if (least === undefined) return 0;
    this.#byAddress.delete(least.address);
    return least.count;
  }
}

function mostSeen(buckets: readonly Suspects[]): Suspect | undefined {
  const sums = new Map<string, Suspect>();
  for (const suspect of buckets.flatMap((bucket) => [...bucket.values()])) {
    const sum = sums.get(suspect.address);
    if (sum === undefined) sums.set(suspect.address, { ...suspect });
    else sum.count += suspect.count;
  }
  return [...sums.values()].toSorted((a, b) => b.count - a.count)[0];
}
