import type { SeenNonce } from '../api/responder-status.ts';
import { detached } from './detached.ts';

/** Longer than a probe is good for, and than the operator takes to ask again. */
const rememberedMs = 15_000;
const most = 4096;

interface Sight {
  readonly seen: SeenNonce;
  readonly atMs: number;
}

/** Probes that gates brought whose answers the operator does not get to see, in bounded memory. */
export class SeenNonces {
  readonly #sights = new Map<string, Sight>();

  /** A good probe came in. Who sends it again, other than it was, changes nothing: only the first one can be the operator's. */
  record({ gate, nonce, sentFrom, spoofed }: SeenNonce, nowMs: number): void {
    const key = detached(`${gate} ${nonce}`);
    if (this.#sights.has(key)) return;
    const [ownGate = '', ownNonce = ''] = key.split(' ');
    this.#sights.set(key, { seen: { gate: ownGate, nonce: ownNonce, sentFrom, spoofed }, atMs: nowMs });
    if (this.#sights.size <= most) return;
    const [oldest] = this.#sights.keys();
    if (oldest !== undefined) this.#sights.delete(oldest);
  }

  /** Those of the last 15 s, oldest first. */
  list(nowMs: number): SeenNonce[] {
    for (const [key, { atMs }] of this.#sights) if (nowMs - atMs > rememberedMs) this.#sights.delete(key);
    return [...this.#sights.values()].map(({ seen }) => seen);
  }
}
