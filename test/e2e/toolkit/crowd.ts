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
}

/** Strangers of many addresses and no pass, who try a site again and again: without them a closed door proves nothing. */
export class Crowd {
  readonly #host: string;
  readonly #periodMs: number;
  readonly #through: Visit['through'];
  readonly #leave = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  readonly #done: Promise<void>;
  #seen: Seen[] = [];
  #next = 0;

  constructor(host: string, { perSecond = 10, through }: CrowdOptions = {}) {
    this.#host = host;
    this.#through = through;
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
    const from = `198.51.100.${100 + (this.#next % 100)}`;
    const { status, sentAt, answeredAt } = await tryToVisit(this.#host, {
      from,
      ...(this.#through === undefined ? {} : { through: this.#through }),
    });
    this.#seen.push({ status, sentAt, answeredAt });
  }
}
