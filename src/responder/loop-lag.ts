import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 10;
const periodMs = 1000;

/** How late the event loop is, so how late answers are. */
export class LoopLag {
  readonly #histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  readonly #timer: NodeJS.Timeout;
  #lastMs = 0;

  constructor() {
    this.#histogram.enable();
    this.#timer = setInterval(() => this.#roll(), periodMs).unref();
  }

  /** Mean delay of the last second, in milliseconds. */
  get milliseconds(): number {
    return this.#lastMs;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#histogram.disable();
  }

  #roll(): void {
    // Nanoseconds, and the sampling interval itself is part of each sample.
    const mean = this.#histogram.mean / 1e6 - resolutionMs;
    this.#lastMs = Number.isFinite(mean) ? Math.max(0, mean) : 0;
    this.#histogram.reset();
  }
}
