const tickMs = 10;
const periodMs = 500;

/**
 * How long the event loop is blocked, so how long answers may wait. It ticks by itself: perf_hooks'
 * monitorEventLoopDelay gives means alone, and forgets a block that begins as it is reset.
 */
export class LoopLag {
  readonly #timer: NodeJS.Timeout;
  #tickedMs = performance.now();
  /** Of the half second that is under way: the sum of all ticks, and of the squares of what was too much of each. */
  #sum = 0;
  #squares = 0;
  #lastMs = 0;

  constructor() {
    this.#timer = setInterval(() => this.#tick(), tickMs).unref();
  }

  /**
   * How long the block is that a request meets at a random moment of the last half second, on average; in
   * milliseconds. A long block is met by more requests than a short one, so each counts by its length.
   */
  get milliseconds(): number {
    return this.#lastMs;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const nowMs = performance.now();
    const tookMs = nowMs - this.#tickedMs;
    this.#tickedMs = nowMs;
    this.#sum += tookMs;
    this.#squares += Math.max(0, tookMs - tickMs) ** 2;
    if (this.#sum < periodMs) return;
    this.#lastMs = this.#squares / this.#sum;
    this.#sum = 0;
    this.#squares = 0;
  }
}
