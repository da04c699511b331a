import type { ClientAddress } from '../access/client-address.ts';
import type { Address } from '../access/ip.ts';
import type { AddressFinding } from '../api/responder-status.ts';
import type { Visitor } from './sketch/browsers.ts';
import { GateSketch } from './sketch/gate-sketch.ts';

/**
 * What clients' addresses look like, per gate (design §6 rule 6). A finding is raised when at least 95 % of at
 * least 200 requests in 5 minutes show it, or at once when one address turns out to be shared; it is cleared after
 * 10 minutes below 80 %. Memory per gate is bounded, whatever clients send.
 */
export class AddressSketch {
  readonly #gates = new Map<string, GateSketch>();

  /** Counts one request of a covered gate, after it was decided. */
  record(gate: string, client: ClientAddress, visitor: Visitor, nowMs: number): void {
    let sketch = this.#gates.get(gate);
    if (sketch === undefined) {
      sketch = new GateSketch(nowMs);
      this.#gates.set(gate, sketch);
    }
    sketch.record(client, visitor, nowMs);
  }

  /**
   * Is the address a proxy's: does it stand for at least 95 % of the gate's visitors, however few, with at least 20
   * different browsers behind it? Then it passes no address rule. Allocates nothing and compares at most 8 addresses.
   */
  isShared(gate: string, address: Address): boolean {
    return this.#gates.get(gate)?.isShared(address) === true;
  }

  /** What looks wrong now. Ask at least every few minutes: most of raising and clearing happens when asked. */
  findings(nowMs: number): AddressFinding[] {
    return [...this.#gates].flatMap(([gate, sketch]) => sketch.findings(gate, nowMs));
  }

  /** Is one of the addresses that passed for a visitor's at this gate of this kind? Of those seen most lately. */
  hasSeen(gate: string, isOne: (address: Address) => boolean): boolean {
    return this.#gates.get(gate)?.hasSeen(isOne) === true;
  }

  /** Forgets the gates that are not to be kept. */
  retain(isKept: (gate: string) => boolean): void {
    for (const gate of this.#gates.keys()) if (!isKept(gate)) this.#gates.delete(gate);
  }
}
