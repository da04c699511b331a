import type { SigningKeys } from '../../access/keys.ts';
import type { GateKey } from '../../api/ingress.ts';
import type { Clock } from '../../kube/clock.ts';
import { sleep } from '../../kube/clock.ts';
import type { Proof } from '../decide/observed.ts';
import type { ProbeTarget } from '../decide/plan.ts';
import type { OperatorMetrics } from '../metrics.ts';
import type { ControllerAddresses } from './controller-addresses.ts';
import { proveGate } from './prove-gate.ts';

export interface ProverOptions {
  readonly addresses: Pick<ControllerAddresses, 'of'>;
  /** undefined: no key yet, nothing can be proven. */
  readonly keys: () => SigningKeys | undefined;
  readonly ownAddresses: readonly string[];
  readonly clock: Clock;
  /** A gate's verdict changed: its namespace has something to decide. */
  readonly onChange: (namespace: string) => void;
  readonly metrics: Pick<OperatorMetrics, 'proven' | 'unwatched'>;
}

interface Watched {
  readonly target: ProbeTarget;
  readonly signature: string;
  /** Monotonic ms. */
  readonly since: number;
  readonly due: number;
}

const probesAtOnce = 16;
const tickMs = 100;
/** Proven again every minute while a gate is on (design D7). */
const provenAgainMs = 60_000;
/** An ingress controller needs a moment to see a new annotation: until then a missing gate is not a wrong one. */
const graceMs = 10_000;

/** How long until an unproven gate is asked again: eager at first, then no burden. */
const retryMs = (ageMs: number): number => (ageMs < 5_000 ? 200 : ageMs < 60_000 ? 1_000 : 5_000);

/** Asks gates, again and again, whether they are in place. What it knows is gone with the process, and soon known again. */
export class Prover {
  readonly #options: ProverOptions;
  readonly #watched = new Map<GateKey, Watched>();
  readonly #proofs = new Map<GateKey, Proof>();

  constructor(options: ProverOptions) {
    this.#options = options;
  }

  /** The last verdict of each gate that is watched; changes as gates answer. */
  get proofs(): ReadonlyMap<GateKey, Proof> {
    return this.#proofs;
  }

  /** From now on these gates of a namespace are to answer; others of it are forgotten. */
  watch(namespace: string, targets: readonly ProbeTarget[]): void {
    const wanted = new Set(targets.map(({ gate }) => gate));
    for (const gate of this.#watched.keys()) {
      if (gate.startsWith(`${namespace}/`) && !wanted.has(gate)) this.#forget(gate);
    }
    const now = this.#options.clock.monotonic();
    for (const target of targets) {
      const signature = JSON.stringify(target);
      if (this.#watched.get(target.gate)?.signature === signature) continue;
      this.#watched.set(target.gate, { target, signature, since: now, due: now });
    }
  }

  #forget(gate: GateKey): void {
    this.#watched.delete(gate);
    this.#proofs.delete(gate);
    this.#options.metrics.unwatched(gate);
  }

  /** Asks what is due until the signal ends it. A controller that does not answer holds up nobody but itself. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const asking = new Map<GateKey, Promise<void>>();
    while (!signal.aborted) {
      const now = clock.monotonic();
      for (const watched of this.#watched.values()) {
        const { gate } = watched.target;
        if (asking.size >= probesAtOnce) break;
        if (watched.due > now || asking.has(gate)) continue;
        asking.set(
          gate,
          this.#ask(watched, signal).finally(() => asking.delete(gate)),
        );
      }
      await sleep(clock, tickMs, signal);
    }
    await Promise.all(asking.values());
  }

  async #ask(watched: Watched, signal: AbortSignal): Promise<void> {
    const { clock, keys: currentKeys, addresses, ownAddresses, metrics } = this.#options;
    const keys = currentKeys();
    if (keys === undefined) return;
    const { target, since } = watched;
    const found = await proveGate({
      target,
      addresses: await addresses.of(target),
      keys,
      ownAddresses,
      now: clock.now(),
      signal,
    });
    // A new target came while this one was being asked: the answer is about the past.
    if (signal.aborted || this.#watched.get(target.gate) !== watched) return;
    const age = clock.monotonic() - since;
    const proof =
      found.verdict === 'Wrong' && age < graceMs ? { ...found, verdict: 'Unproven' as const } : found;
    const isSettled = proof.verdict === 'Proven' && proof.decision === target.expect;
    // A metric, because a status that told of each proof would be a write a minute for each gate (design D7).
    if (isSettled) metrics.proven(target.gate, clock.now().epochMilliseconds / 1000);
    const due = clock.monotonic() + (isSettled ? provenAgainMs : retryMs(age));
    this.#watched.set(target.gate, { ...watched, due });
    this.#note(target.gate, proof);
  }

  /** Words that change while the verdict stays (another address, another error) are no news: a status that changes is a write. */
  #note(gate: GateKey, proof: Proof): void {
    const before = this.#proofs.get(gate);
    const isSame =
      before?.verdict === proof.verdict &&
      before.reason === proof.reason &&
      before.decision === proof.decision &&
      before.spoofed === proof.spoofed;
    if (isSame) return;
    this.#proofs.set(gate, proof);
    this.#options.onChange(gate.slice(0, gate.indexOf('/')));
  }
}
