import { setTimeout as pause } from 'node:timers/promises';
import type { Visit } from './visitor.ts';
import { tryToVisit } from './visitor.ts';

/** What one of them met; times are epoch milliseconds. */
export interface Seen {
  readonly status: number;
  readonly sentAt: number;
  readonly answeredAt: number;
}

export interface CrowdOptions {
  readonly perSecond?: number;
  readonly through?: Visit['through'];
  /** Everybody's address; absent: many different ones. */
  readonly from?: string;
  /** How many different browsers they use; absent: all the same. */
  readonly browsers?: number;
}

/** Strangers of many addresses and no pass, who try a site again and again: without them a closed door proves nothing. */
export class Crowd {
  readonly #host: string;
  readonly #periodMs: number;
  readonly #who: Pick<CrowdOptions, 'through' | 'from' | 'browsers'>;
  readonly #leave = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  readonly #done: Promise<void>;
  #seen: Seen[] = [];
  #next = 0;

  constructor(host: string, { perSecond = 10, ...who }: CrowdOptions = {}) {
    this.#host = host;
    this.#who = who;
    this.#periodMs = 1000 / perSecond;
    this.#done = this.#come();
  }

  /** What those met who came in this span of time and were answered in it. */
  between(from: number, to: number): readonly Seen[] {
    return this.#seen.filter(({ sentAt, answeredAt }) => sentAt >= from && answeredAt <= to);
  }

  /** How often each status was met: `{ 200: 12, 503: 88 }`. */
  statuses(from: number, to: number = Date.now()): Readonly<Record<number, number>> {
    const counts: Record<number, number> = {};
    for (const { status } of this.between(from, to)) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  }

  async leave(): Promise<void> {
    this.#leave.abort();
    await this.#done;
    await Promise.all(this.#underWay);
  }

  async #come(): Promise<void> {
    const { signal } = this.#leave;
    while (!signal.aborted) {
      const request = this.#try();
      this.#underWay.add(request);
      void request.finally(() => this.#underWay.delete(request));
      await pause(this.#periodMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #try(): Promise<void> {
    this.#next += 1;
    const { through, from = `198.51.100.${100 + (this.#next % 100)}`, browsers } = this.#who;
    const { status, sentAt, answeredAt } = await tryToVisit(this.#host, {
      from,
      ...(through === undefined ? {} : { through }),
      ...(browsers === undefined ? {} : { headers: browser(this.#next % browsers) }),
    });
    this.#seen.push({ status, sentAt, answeredAt });
  }
}

/** What one of many different browsers says of itself. */
const browser = (index: number): Readonly<Record<string, string>> => ({
  'user-agent': `Mozilla/5.0 (X11; Linux x86_64; rv:${100 + index}.0) Gecko/20100101 Firefox/${100 + index}.0`,
  'accept-language': index % 2 === 0 ? 'en-US,en;q=0.5' : 'de,en;q=0.5',
});
