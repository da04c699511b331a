import type { GateKey } from '../../api/ingress.ts';

/** What left longer ago is forgotten: every controller has seen it by then. */
const rememberedMs = 60_000;

/**
 * Gates that went off a short while ago and were not seen to be gone. When one goes on again, its controller may still hold
 * the configuration of before, which answers as the gate does, and then load the one without it: a proof in that time would
 * call a site closed that opens once more for a moment.
 */
export class Doubts {
  readonly #settleMs: number;
  /** When each of them left, in monotonic ms, in that order. */
  readonly #left = new Map<GateKey, number>();

  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  /** The gate is asked no more. */
  leave(gate: GateKey, nowMs: number): void {
    this.#left.delete(gate);
    this.#left.set(gate, nowMs);
    for (const [each, at] of this.#left) {
      if (nowMs - at < rememberedMs) break;
      this.#left.delete(each);
    }
  }

  /** The gate goes on. @returns until when a proof of it proves nothing */
  enter(gate: GateKey, nowMs: number): number {
    const left = this.#left.get(gate);
    this.#left.delete(gate);
    return left !== undefined && nowMs - left < rememberedMs ? nowMs + this.#settleMs : -Infinity;
  }
}
