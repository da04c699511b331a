import type { SigningKeys } from '../../access/keys.ts';
import type { GateKey } from '../../api/ingress.ts';
import type { Clock } from '../../kube/clock.ts';
import { sleep } from '../../kube/clock.ts';
import type { Proof } from '../decide/observed.ts';
import type { ProbeTarget } from '../decide/plan.ts';
import type { OperatorMetrics } from '../metrics.ts';
import { Connections } from './connections.ts';
import type { ControllerAddresses } from './controller-addresses.ts';
import { unproven } from './judge.ts';
import { Doubts } from './doubts.ts';
import type { ProveInput } from './prove-gate.ts';
import { isAsExpected, proveGate } from './prove-gate.ts';
import { Turns } from './turns.ts';
import { Wheel } from './wheel.ts';

export interface ProverOptions {
  readonly addresses: Pick<ControllerAddresses, 'of'>;
  /** undefined: no key yet, nothing can be proven. */
  readonly keys: () => SigningKeys | undefined;
  readonly ownAddresses: readonly string[];
  readonly sighting: ProveInput['sighting'];
  /** How long an ingress controller may take to load what was written. */
  readonly settleSeconds: number;
  readonly clock: Clock;
  /** The time by which probes are signed: what responders take it to be. */
  readonly now: () => Temporal.Instant;
  /** Verdicts changed: the namespace has something to decide. */
  readonly onChange: (namespace: string) => void;
  readonly metrics: Pick<OperatorMetrics, 'proven' | 'unwatched'>;
}

/** A gate and what it should show; a change of either makes a new one. */
interface Watched {
  readonly target: ProbeTarget;
  readonly signature: string;
  /** Gates of one ingress class share its patience: see {@link Turns}. */
  readonly lane: string;
  /** The namespace's name. */
  readonly group: string;
  readonly owner: Group;
  /** Monotonic ms: since when the gate should show just this, and since when it should be on, or gone. */
  readonly since: number;
  readonly turnedAt: number;
  /** Monotonic ms: see {@link Doubts}. */
  readonly doubtedUntil: number;
  /** Was it as it should be when it was last asked? */
  wasSettled: boolean;
}

/** What is watched of one namespace. */
interface Group {
  readonly gates: Map<GateKey, Watched>;
  /** Gates that are being asked, or wait for their turn. */
  busy: number;
  hasNews: boolean;
  /** Monotonic ms. */
  toldAt: number;
}

/** Gates of one ingress class that are asked at once. */
const gatesAtOnce = 16;
const tickMs = 100;
/** Proven again every minute while a gate is on (design D7). */
const provenAgainMs = 60_000;
/** An ingress controller needs a moment to see a new annotation: until then a missing gate is not a wrong one. */
const graceMs = 10_000;
/** While many gates of a namespace are asked, their news is gathered: deciding looks at all of them. */
const gatherMs = 1_000;

/** A gate that is not seen so soon may be seen a moment later. */
const unsure = (proof: Proof): Proof =>
  proof.verdict === 'Wrong' ? { ...proof, verdict: 'Unproven' } : proof;

const doubted = (proof: Proof): Proof =>
  proof.verdict === 'Proven'
    ? unproven(
        'Settling',
        'The gate was off a moment ago: what answers now may be the configuration of before.',
      )
    : unsure(proof);

/** How long until an unproven gate is asked again: eager at first, then no burden. */
const retryMs = (ageMs: number): number => (ageMs < 5_000 ? 200 : ageMs < 60_000 ? 1_000 : 5_000);

/** Asks gates, again and again, whether they are in place. What it knows is gone with the process, and soon known again. */
export class Prover {
  readonly #options: ProverOptions;
  readonly #groups = new Map<string, Group>();
  readonly #proofs = new Map<GateKey, Proof>();
  readonly #waiting = new Wheel<Watched>(tickMs);
  readonly #turns = new Turns<Watched>(gatesAtOnce);
  readonly #asking = new Set<Promise<void>>();
  readonly #connections = new Connections();
  readonly #doubts: Doubts;
  #running: AbortSignal | undefined;

  constructor(options: ProverOptions) {
    this.#options = options;
    this.#doubts = new Doubts(options.settleSeconds * 1000);
  }

  /** The last verdict of each gate that is watched; changes as gates answer. */
  get proofs(): ReadonlyMap<GateKey, Proof> {
    return this.#proofs;
  }

  /** From now on these gates of a namespace are to answer; others of it are forgotten. */
  watch(namespace: string, targets: readonly ProbeTarget[]): void {
    const before = this.#groups.get(namespace);
    if (targets.length === 0 && before === undefined) return;
    const group = before ?? { gates: new Map(), busy: 0, hasNews: false, toldAt: -Infinity };
    this.#groups.set(namespace, group);
    const wanted = new Set(targets.map(({ gate }) => gate));
    for (const gate of group.gates.keys()) if (!wanted.has(gate)) this.#forget(group, gate);
    for (const target of targets) this.#want(namespace, group, target);
    if (group.gates.size === 0) this.#groups.delete(namespace);
    this.#fill();
  }

  #want(namespace: string, group: Group, target: ProbeTarget): void {
    const signature = JSON.stringify(target);
    const before = group.gates.get(target.gate);
    if (before?.signature === signature) return;
    const now = this.#options.clock.monotonic();
    const isTurn = before?.target.expected.gate !== target.expected.gate;
    // What was seen of a gate that should be gone says nothing of one that should be on, and the other way round.
    if (isTurn) this.#forget(group, target.gate);
    const watched = {
      target,
      signature,
      lane: target.class.name,
      group: namespace,
      owner: group,
      since: now,
      turnedAt: isTurn ? now : (before?.turnedAt ?? now),
      doubtedUntil: this.#doubtedUntil(target, isTurn ? undefined : before, now),
      wasSettled: false,
    };
    group.gates.set(target.gate, watched);
    this.#ready(watched);
  }

  #doubtedUntil({ gate, expected }: ProbeTarget, before: Watched | undefined, now: number): number {
    if (before !== undefined) return before.doubtedUntil;
    return expected.gate === 'on' ? this.#doubts.enter(gate, now) : -Infinity;
  }

  #forget(group: Group, gate: GateKey): void {
    if (group.gates.has(gate) && this.#proofs.get(gate)?.verdict !== 'Gone')
      this.#doubts.leave(gate, this.#options.clock.monotonic());
    group.gates.delete(gate);
    this.#proofs.delete(gate);
    this.#options.metrics.unwatched(gate);
  }

  #isCurrent(watched: Watched): boolean {
    const { owner, group, target } = watched;
    return this.#groups.get(group) === owner && owner.gates.get(target.gate) === watched;
  }

  #ready(watched: Watched): void {
    watched.owner.busy += 1;
    this.#turns.add(watched);
  }

  /** Asks what is due until the signal ends it. A controller that does not answer holds up nobody but itself. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    this.#running = signal;
    while (!signal.aborted) {
      for (const watched of this.#waiting.take(clock.monotonic()))
        if (this.#isCurrent(watched)) this.#ready(watched);
      this.#fill();
      await sleep(clock, tickMs, signal);
    }
    this.#running = undefined;
    await Promise.all(this.#asking);
    this.#connections.close();
  }

  /** Starts as many as there are places for; each that ends calls for the next. */
  #fill(): void {
    const signal = this.#running;
    if (signal === undefined || signal.aborted) return;
    for (let watched = this.#turns.next(); watched !== undefined; watched = this.#turns.next()) {
      const turn = this.#turn(watched, signal);
      this.#asking.add(turn);
      void turn.finally(() => this.#asking.delete(turn));
    }
  }

  async #turn(watched: Watched, signal: AbortSignal): Promise<void> {
    try {
      if (this.#isCurrent(watched)) await this.#ask(watched, signal);
    } finally {
      this.#turns.done(watched);
      watched.owner.busy -= 1;
      this.#tell(watched);
      this.#fill();
    }
  }

  async #ask(watched: Watched, signal: AbortSignal): Promise<void> {
    const { clock, metrics } = this.#options;
    const { target } = watched;
    const found = await this.#prove(target, signal);
    // A new target came while this one was being asked: the answer is about the past.
    if (signal.aborted || !this.#isCurrent(watched)) return;
    const now = clock.monotonic();
    const isYoung = now - watched.turnedAt < graceMs;
    const proof = now < watched.doubtedUntil ? doubted(found) : isYoung ? unsure(found) : found;
    const isSettled = isAsExpected(proof, target.expected);
    // A metric, because a status that told of each proof would be a write a minute for each gate (design D7).
    if (isSettled && proof.verdict === 'Proven')
      metrics.proven(target.gate, this.#options.now().epochMilliseconds / 1000);
    this.#waiting.add(watched, now + this.#pause(watched, isSettled, now));
    watched.wasSettled = isSettled;
    this.#note(watched, proof);
  }

  /** Gates that went on together are asked again at times that are spread over the minute. */
  #pause({ wasSettled, since }: Watched, isSettled: boolean, now: number): number {
    if (!isSettled) return retryMs(now - since);
    return wasSettled ? provenAgainMs : provenAgainMs * this.#options.clock.random();
  }

  async #prove(target: ProbeTarget, signal: AbortSignal): Promise<Proof> {
    const { now, keys: currentKeys, addresses, ownAddresses, sighting } = this.#options;
    const keys = currentKeys();
    if (keys === undefined) return unproven('NotProbed', 'There is no key to sign a probe with yet.');
    return proveGate({
      target,
      found: await addresses.of(target),
      keys,
      connections: this.#connections,
      ownAddresses,
      sighting,
      now,
      signal,
    });
  }

  /** Words that change while the verdict stays (another address, another error) are no news: a status that changes is a write. */
  #note({ target: { gate }, owner }: Watched, proof: Proof): void {
    const before = this.#proofs.get(gate);
    const isSame =
      before?.verdict === proof.verdict &&
      before.reason === proof.reason &&
      before.decision === proof.decision &&
      before.revision === proof.revision &&
      before.spoofed === proof.spoofed;
    if (isSame) return;
    this.#proofs.set(gate, proof);
    owner.hasNews = true;
  }

  #tell({ group: namespace, owner }: Watched): void {
    const now = this.#options.clock.monotonic();
    if (!owner.hasNews || (owner.busy > 0 && now - owner.toldAt < gatherMs)) return;
    owner.hasNews = false;
    owner.toldAt = now;
    this.#options.onChange(namespace);
  }
}
