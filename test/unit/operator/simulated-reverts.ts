import type { GateKey } from '../../../src/api/ingress.ts';
import type { Revert } from '../../../src/operator/decide/observed.ts';
import type { WantedGate } from '../../../src/operator/decide/plan.ts';
import { forgottenAfterSeconds, pauseSeconds, revertedAmong } from '../../../src/operator/decide/reverts.ts';

/** The operator's memory of gates that others undid, without the API server that says who they were. */
export class SimulatedReverts {
  #stood: ReadonlyMap<GateKey, WantedGate> = new Map();
  readonly #reverts = new Map<GateKey, { readonly times: number; readonly at: Temporal.Instant }>();

  /** Counts what was undone since the last round. @returns true when something was. */
  notice(wanted: readonly WantedGate[], now: Temporal.Instant): boolean {
    const reverted = revertedAmong(this.#stood, wanted);
    for (const { gate } of reverted) {
      const times = (this.#reverts.get(gate)?.times ?? 0) + 1;
      this.#reverts.set(gate, { times, at: now });
    }
    return reverted.length > 0;
  }

  remember(wanted: readonly WantedGate[]): void {
    this.#stood = new Map(wanted.filter(({ on }) => on).map((gate) => [gate.gate, gate]));
  }

  forget(): void {
    this.#stood = new Map();
    this.#reverts.clear();
  }

  get view(): ReadonlyMap<GateKey, Revert> {
    return new Map(
      [...this.#reverts].map(([gate, { times, at }]) => [
        gate,
        {
          by: { manager: undefined, isCertain: false },
          keys: [],
          againAt: at.add({ seconds: pauseSeconds(times) }),
          forgottenAt: at.add({ seconds: forgottenAfterSeconds }),
        },
      ]),
    );
  }
}
