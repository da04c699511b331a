import type { SigningKeys } from '../../access/keys.ts';
import type { GateKey } from '../../api/ingress.ts';
import type { Clock } from '../../kube/clock.ts';
import { sleep } from '../../kube/clock.ts';
import type { Proof } from '../decide/observed.ts';
import type { ProbeTarget } from '../decide/plan.ts';
import { inParallel } from '../in-parallel.ts';
import type { ControllerAddresses } from './controller-addresses.ts';
import { proveGate } from './prove-gate.ts';

export interface ProverOptions {
  readonly addresses: ControllerAddresses;
  /** undefined: no key yet, nothing can be proven. */
  readonly keys: () => SigningKeys | undefined;
  readonly clock: Clock;
  /** A gate's verdict changed: its namespace has something to decide. */
  readonly onChange: (namespace: string) => void;
}

interface Watched {
  readonly target: ProbeTarget;
  /** Monotonic ms. */
  readonly since: number;
  readonly due: number;
  readonly proof: Proof | undefined;
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

  constructor(options: ProverOptions) {
    this.#options = options;
  }

  get proofs(): ReadonlyMap<GateKey, Proof> {
    return new Map(
      [...this.#watched].flatMap(([gate, { proof }]) => (proof === undefined ? [] : [[gate, proof]])),
    );
  }

  /** From now on these gates of a namespace are to answer; others of it are forgotten. */
  watch(namespace: string, targets: readonly ProbeTarget[]): void {
    const wanted = new Set(targets.map(({ gate }) => gate));
    for (const gate of this.#watched.keys()) {
      if (gate.startsWith(`${namespace}/`) && !wanted.has(gate)) this.#watched.delete(gate);
    }
    const now = this.#options.clock.monotonic();
    for (const target of targets) {
      const before = this.#watched.get(target.gate);
      const isSame = before !== undefined && JSON.stringify(before.target) === JSON.stringify(target);
      this.#watched.set(
        target.gate,
        isSame ? before : { target, since: now, due: now, proof: before?.proof },
      );
    }
  }

  /** Asks what is due until the signal ends it. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      const now = clock.monotonic();
      const due = [...this.#watched.values()].filter((watched) => watched.due <= now);
      await inParallel(due, probesAtOnce, (watched) => this.#ask(watched));
      await sleep(clock, tickMs, signal);
    }
  }

  async #ask(watched: Watched): Promise<void> {
    const { clock, keys: currentKeys, addresses, onChange } = this.#options;
    const keys = currentKeys();
    if (keys === undefined) return;
    const { target, since } = watched;
    const found = await proveGate({ target, addresses: await addresses.of(target), keys, now: clock.now() });
    // A new target came while this one was being asked: the answer is about the past.
    if (this.#watched.get(target.gate) !== watched) return;
    const age = clock.monotonic() - since;
    const proof =
      found.verdict === 'Wrong' && age < graceMs ? { ...found, verdict: 'Unproven' as const } : found;
    const isSettled = proof.verdict === 'Proven' && proof.decision === target.expect;
    const due = clock.monotonic() + (isSettled ? provenAgainMs : retryMs(age));
    this.#watched.set(target.gate, { ...watched, proof, due });
    if (JSON.stringify(proof) !== JSON.stringify(watched.proof)) onChange(target.gate.split('/')[0] ?? '');
  }
}
