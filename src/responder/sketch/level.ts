const raisedFromPercent = 95;
const clearedBelowPercent = 80;
const clearsAfterMs = 10 * 60_000;

/** A part of some requests. */
interface Share {
  readonly part: number;
  readonly total: number;
}

/** Is it nearly all of them? Never of none. */
export const isNearlyAll = (part: number, total: number): boolean =>
  total > 0 && part * 100 >= total * raisedFromPercent;

/** Is it so many of them that what was nearly all still counts? Never of none. */
export const isStillMost = (part: number, total: number): boolean =>
  total > 0 && part * 100 >= total * clearedBelowPercent;

/** Whether something is raised: at 95 %; cleared after 10 minutes below 80 %. */
export class Level {
  #lastHighMs: number | undefined;

  get isRaised(): boolean {
    return this.#lastHighMs !== undefined;
  }

  raise(nowMs: number): void {
    this.#lastHighMs = nowMs;
  }

  clear(): void {
    this.#lastHighMs = undefined;
  }

  /** Keeps or clears what is raised. */
  update({ part, total }: Share, nowMs: number): void {
    if (this.#lastHighMs === undefined) return;
    if (isStillMost(part, total)) this.#lastHighMs = nowMs;
    else if (nowMs - this.#lastHighMs >= clearsAfterMs) this.#lastHighMs = undefined;
  }
}
