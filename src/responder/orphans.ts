import { detached } from './detached.ts';

const rememberedMs = 5 * 60_000;
const most = 1000;

/** Gates that ask although no policy covers them, in bounded memory. */
export class Orphans {
  readonly #lastSeenMs = new Map<string, number>();

  /** @param gate `namespace/ingress` */
  record(gate: string, nowMs: number): void {
    // Deleting first keeps the map in the order of last sight.
    this.#lastSeenMs.delete(gate);
    this.#lastSeenMs.set(detached(gate), nowMs);
    if (this.#lastSeenMs.size <= most) return;
    const [oldest] = this.#lastSeenMs.keys();
    if (oldest !== undefined) this.#lastSeenMs.delete(oldest);
  }

  /** Those that asked in the last 5 minutes, sorted. */
  list(nowMs: number): string[] {
    for (const [gate, seenMs] of this.#lastSeenMs)
      if (nowMs - seenMs > rememberedMs) this.#lastSeenMs.delete(gate);
    return [...this.#lastSeenMs.keys()].sort();
  }
}
