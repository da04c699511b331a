import type { Address } from '../../access/ip.ts';
import type { AddressFinding } from '../../api/responder-status.ts';
import { Browsers, type Visitor } from './browsers.ts';
import { Candidate, Frequent } from './frequent.ts';
import { isNearlyAll, isStillMost, Level } from './level.ts';
import { anHourBefore, fiveMinutesBefore } from './tally.ts';

const leastRequests = 200;

/** An address that may stand for all visitors of a gate. */
class Suspect extends Candidate {
  readonly level = new Level();
  readonly browsers = new Browsers();
  /** True: a proxy with many visitors behind it. Only while the level is raised. */
  isShared = false;

  override become(address: Address, step: number): void {
    super.become(address, step);
    this.browsers.reset();
    this.clear();
  }

  raise(nowMs: number, isShared: boolean): void {
    this.level.raise(nowMs);
    this.isShared ||= isShared;
    this.isKept = true;
  }

  clear(): void {
    this.level.clear();
    this.isShared = false;
    this.isKept = false;
  }
}

/** Do all visitors of one gate have the same address, and is that address a proxy's? (design §6 rule 6) */
export class LookAlike {
  readonly #visitors: Frequent<Suspect>;

  constructor(step: number) {
    this.#visitors = new Frequent(step, (address, at) => new Suspect(address, at));
  }

  /** To be called when a new step begins, before its requests are counted. */
  advance(step: number, nowMs: number): void {
    this.#visitors.advance(step);
    this.#update(nowMs);
  }

  record(address: Address, visitor: Visitor, { step, nowMs }: { step: number; nowMs: number }): void {
    const suspect = this.#visitors.add(address, step);
    if (suspect.isShared) return;
    const { tally, browsers } = suspect;
    const { all } = this.#visitors;
    // Nobody looks at the browsers of an address that is one of many: that would cost time and tell nothing.
    if (!isStillMost(tally.fiveMinutes, all.fiveMinutes) && !isStillMost(tally.hour, all.hour)) return;
    browsers.add(visitor, step);
    // However few requests there were: a site must not stand open for the first 199. A quiet one is judged by its hour.
    const isProxy =
      (isNearlyAll(tally.hour, all.hour) && browsers.areMany(anHourBefore(step))) ||
      (isNearlyAll(tally.fiveMinutes, all.fiveMinutes) && browsers.areMany(fiveMinutesBefore(step)));
    if (isProxy) suspect.raise(nowMs, true);
  }

  /** Is the address a proxy's, that many visitors share? Allocates nothing. */
  isShared(address: Address): boolean {
    return this.#visitors.find(address)?.isShared === true;
  }

  /** Is one of the addresses seen most of this kind? */
  hasSeen(isOne: (address: Address) => boolean): boolean {
    return this.#visitors.candidates.some(({ address }) => isOne(address));
  }

  /** What is raised, the address of most requests first. */
  findings(nowMs: number): Omit<AddressFinding, 'gate'>[] {
    this.#update(nowMs);
    const { all, candidates } = this.#visitors;
    for (const suspect of candidates) {
      const { fiveMinutes } = suspect.tally;
      if (all.fiveMinutes >= leastRequests && isNearlyAll(fiveMinutes, all.fiveMinutes))
        suspect.raise(nowMs, false);
    }
    return candidates
      .filter(({ level }) => level.isRaised)
      .map((suspect) => findingOf(suspect, all.fiveMinutes))
      .toSorted((a, b) => b.requests - a.requests);
  }

  #update(nowMs: number): void {
    const { all, candidates } = this.#visitors;
    for (const suspect of candidates) {
      const { level, tally } = suspect;
      if (!level.isRaised) continue;
      // When nobody comes, nothing speaks for a proxy's having become a person: it stays shut out.
      if (suspect.isShared && all.fiveMinutes === 0) level.raise(nowMs);
      else level.update({ part: tally.fiveMinutes, total: all.fiveMinutes }, nowMs);
      if (!level.isRaised) suspect.clear();
    }
  }
}

function findingOf({ text, tally, isShared }: Suspect, total: number): Omit<AddressFinding, 'gate'> {
  const counts = { requests: tally.fiveMinutes, total };
  const finding = { reason: 'AllClientsLookAlike', address: text, ...counts } as const;
  return isShared ? { ...finding, shared: true } : finding;
}
