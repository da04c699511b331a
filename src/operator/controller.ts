import type { SigningKeys } from '../access/keys.ts';
import type { GateKey } from '../api/ingress.ts';
import { labels, names } from '../api/names.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Clock } from '../kube/clock.ts';
import { sleep } from '../kube/clock.ts';
import { startDeadline } from '../kube/deadline.ts';
import type { NamespacedObject } from '../kube/objects.ts';
import type { Change } from '../kube/store.ts';
import type { WorkResult } from '../kube/work-queue.ts';
import { WorkQueue } from '../kube/work-queue.ts';
import type { EventSink } from './apply.ts';
import { Applier } from './apply.ts';
import { watchClock } from './clock-jumps.ts';
import type { OperatorConfig } from './config.ts';
import { decide } from './decide/decide.ts';
import type { WriteFailures } from './decide/observed.ts';
import type { Plan } from './decide/plan.ts';
import { gateObjectKinds } from './gate-objects.ts';
import { FactsMemory } from './facts-memory.ts';
import { Fleet } from './fleet/fleet.ts';
import { keysOf } from './fleet/key-keeper.ts';
import type { Behind } from './fleet/laggards.ts';
import { laggard } from './fleet/laggards.ts';
import { pollResponders } from './fleet/poll.ts';
import { Roster } from './fleet/roster.ts';
import { Sightings } from './fleet/sightings.ts';
import type { ResponderTemplate } from './fleet/template.ts';
import type { OperatorMetrics } from './metrics.ts';
import { activeNamespaces, observe, responderAddress, storedPolicy } from './observe.ts';
import { ControllerAddresses } from './prove/controller-addresses.ts';
import { Prover } from './prove/prover.ts';
import { Rehearsals } from './rehearsals.ts';
import { RevertMemory } from './reverts.ts';
import type { LiveWindow, World } from './world.ts';

export interface ControllerOptions {
  readonly client: KubeClient;
  readonly world: World;
  readonly config: OperatorConfig;
  readonly template: ResponderTemplate;
  readonly installNamespace: string;
  /** The operator's Pod's addresses; empty: not known. */
  readonly ownAddresses: readonly string[];
  readonly clock: Clock;
  readonly events: EventSink;
  readonly metrics: OperatorMetrics;
  readonly onError: (what: string, error: unknown) => void;
}

/** The queue's key for the responder itself; a namespace can not be called this. */
const fleetKey = '/fleet';
/** Namespaces at once: one whose writes are slow must not hold up the others. */
const workers = 4;
/** Nothing sleeps longer than this on a timer: clocks jump, and machines are put to sleep. */
const longestSleepMs = 60_000;
/** Everything is decided again after so long, whether somebody said so or not. */
const resyncMs = 600_000;
const pollMs: Readonly<Record<Plan['watchful'], number>> = { arming: 200, on: 2_000, idle: 10_000 };

/**
 * How long a namespace rests after it was decided: thousands of gates that are proven one by one must not have the whole of it
 * decided for each. Nothing to notice where deciding is quick.
 */
const restAfter = (decidedMs: number): number => (decidedMs < 5 ? 0 : Math.min(4 * decidedMs, 1_000));

/** Did somebody say something new? The status is our own word. */
const isNews = ({ old, new: live }: Change<LiveWindow>): boolean =>
  old?.metadata.uid !== live?.metadata.uid ||
  old?.metadata.generation !== live?.metadata.generation ||
  old?.metadata.deletionTimestamp !== live?.metadata.deletionTimestamp;

const mostErrorsTold = 5;

/** Thousands of writes can fail of one thing, and all of them in the log tell no more than a few. */
function inShort(errors: readonly unknown[]): AggregateError {
  const told = errors.slice(0, mostErrorsTold);
  const more = errors.length - told.length;
  return new AggregateError(
    told,
    [...told.map(String), ...(more > 0 ? [`and ${more} more`] : [])].join('; '),
  );
}

/** The reconcile loop: what changed goes into a queue, one namespace at a time is observed, decided and brought about. */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #queue: WorkQueue;
  readonly #applier: Applier;
  readonly #fleet: Fleet;
  readonly #roster = new Roster();
  readonly #prover: Prover;
  readonly #reverts: RevertMemory;
  readonly #rehearsals: Rehearsals;
  readonly #failures = new Map<string, WriteFailures>();
  readonly #facts = new FactsMemory();
  /** Namespaces in which a window was made, edited or deleted since they were last decided. */
  readonly #overtaken = new Set<string>();
  readonly #watchful = new Map<string, Plan['watchful']>();
  #behind: Behind = new Map();
  #pollNow: () => void = () => undefined;
  readonly #sightings = new Sightings(() => this.#pollNow());

  constructor(options: ControllerOptions) {
    this.#options = options;
    const { client, world, clock, metrics, ownAddresses, onError } = options;
    this.#queue = new WorkQueue({
      clock,
      metrics: metrics.queue,
      // After an outage of the API server nobody should wait longer than this for the truth.
      maxDelayMs: 30_000,
      onError: (key, error) => onError(`reconcile ${key}`, error),
    });
    this.#applier = new Applier(options);
    this.#fleet = new Fleet({ ...options, isListed: (keyId) => this.#roster.holdsKey(keyId) });
    const onChange = (namespace: string): void => this.#queue.add(namespace);
    this.#reverts = new RevertMemory(options);
    this.#rehearsals = new Rehearsals({ ...options, onChange });
    this.#prover = new Prover({
      addresses: new ControllerAddresses(client),
      keys: () => this.#keys(),
      ownAddresses,
      sighting: async (...probe) => this.#sightings.of(...probe),
      settleSeconds: options.config.settleSeconds,
      clock,
      now: () => this.#now(),
      metrics,
      onChange,
    });
    this.#subscribe(world);
  }

  /** Runs until the signal ends it: to be called when this replica leads and the world is synced. */
  async run(signal: AbortSignal): Promise<void> {
    // What the responders' clocks say comes before the first decision.
    await this.#askResponders(signal);
    this.#enqueueAll();
    await Promise.all([
      this.#queue.run(workers, (key) => this.#reconcile(key), signal),
      this.#poll(signal),
      this.#prover.run(signal),
      this.#rehearsals.run(signal),
      this.#resync(signal),
      // What is asleep until a start was counted by the old clock.
      watchClock(this.#options.clock, signal, () => this.#enqueueAll()),
    ]);
  }

  #subscribe(world: World): void {
    const ofNamespace = (change: Change<NamespacedObject>): void => {
      const namespace = (change.new ?? change.old)?.metadata.namespace;
      if (namespace !== undefined) this.#queue.add(namespace);
    };
    world.windows.subscribe((change) => {
      const namespace = (change.new ?? change.old)?.metadata.namespace;
      if (namespace === undefined) return;
      if (!isNews(change)) return this.#queue.add(namespace);
      this.#overtaken.add(namespace);
      this.#queue.addNow(namespace);
    });
    world.ingresses.subscribe(ofNamespace);
    for (const kind of gateObjectKinds) world.gateObjects[kind].subscribe(ofNamespace);
    for (const store of world.controllerConfigs.values()) store.subscribe(() => this.#enqueueAll());
    world.templates?.subscribe(ofNamespace);
    world.ingressClasses.subscribe(() => this.#enqueueAll());
    world.configMaps.subscribe((change) => {
      const namespace = (change.new ?? change.old)?.metadata.labels?.[labels.windowNamespace];
      this.#queue.add(namespace ?? fleetKey);
    });
    for (const store of [world.nodes, world.secrets, world.deployments, world.disruptionBudgets]) {
      store.subscribe(() => this.#queue.add(fleetKey));
    }
    world.services.subscribe(() => this.#enqueueAll());
    world.pods.subscribe(() => this.#pollNow());
  }

  #enqueueAll(): void {
    const { world, installNamespace } = this.#options;
    this.#queue.add(fleetKey);
    for (const namespace of activeNamespaces(world, installNamespace)) this.#queue.add(namespace);
  }

  async #reconcile(key: string): Promise<WorkResult | undefined> {
    const { metrics, clock } = this.#options;
    const started = clock.monotonic();
    try {
      if (key === fleetKey) {
        const wakeAt = await this.#fleet.reconcile();
        if (wakeAt !== undefined) this.#queue.addAfter(fleetKey, this.#sleepUntil(wakeAt));
        return undefined;
      }
      const result = await this.#reconcileNamespace(key);
      metrics.reconciled('success', (clock.monotonic() - started) / 1000);
      return result;
    } catch (error) {
      metrics.reconciled('error', (clock.monotonic() - started) / 1000);
      throw error;
    }
  }

  #decide(namespace: string): ReturnType<typeof decide> {
    this.#overtaken.delete(namespace);
    const { world, config, installNamespace, clock } = this.#options;
    const now = this.#now();
    const nowMs = clock.monotonic();
    const memory = {
      proofs: this.#prover.proofs,
      failures: new Map([...this.#rehearsals.failures(namespace), ...(this.#failures.get(namespace) ?? [])]),
      rehearsed: (gate: GateKey, question: string) => this.#rehearsals.isAnswered(namespace, gate, question),
      since: this.#facts.view(namespace, now, nowMs),
      reverts: this.#reverts.view(namespace, now),
      responder: this.#roster.view(responderAddress(world, installNamespace)),
    };
    const plan = decide(observe(namespace, { world, config, installNamespace, memory, now }));
    this.#facts.take(namespace, plan.facts, nowMs);
    return plan;
  }

  async #reconcileNamespace(namespace: string): Promise<WorkResult> {
    const began = this.#options.clock.monotonic();
    let plan = this.#decide(namespace);
    const restMs = restAfter(this.#options.clock.monotonic() - began);
    if (await this.#reverts.notice(namespace, plan.wanted)) plan = this.#decide(namespace);
    this.#beWatchful(namespace, plan.watchful);
    this.#prover.watch(namespace, plan.probes);
    const isOvertaken = (): boolean => this.#overtaken.has(namespace);
    const { errors, failures, done } = await this.#applier.carryOut(plan, isOvertaken);
    this.#reverts.remember(namespace, plan, done);
    this.#rehearsals.consider(namespace, plan, done);
    this.#failures.set(namespace, failures);
    // Before anything is thrown: what time brings must not wait for a write that is refused for good.
    if (plan.wakeAt !== undefined) this.#queue.addAfter(namespace, this.#sleepUntil(plan.wakeAt));
    if (errors.length > 0) throw inShort(errors);
    return { restMs: this.#overtaken.has(namespace) ? 0 : restMs };
  }

  /** The data plane keeps the time (design D2): where all responders agree that ours is wrong, theirs counts. */
  #now(): Temporal.Instant {
    return this.#options.clock.now().add({ milliseconds: this.#roster.commonAheadMs });
  }

  #sleepUntil(instant: Temporal.Instant): number {
    const ms = instant.since(this.#now()).total('milliseconds');
    return Math.min(Math.max(1, Math.ceil(ms)), longestSleepMs);
  }

  #beWatchful(namespace: string, watchful: Plan['watchful']): void {
    const before = this.#watchful.get(namespace) ?? 'idle';
    this.#watchful.set(namespace, watchful);
    if (pollMs[watchful] < pollMs[before]) this.#pollNow();
  }

  /** Asks the responders as often as the most watchful namespace needs, and sooner when a Pod changes. */
  async #poll(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      // From here on, so that what happens during the round is not missed.
      const wake = startDeadline(signal, longestSleepMs, clock);
      this.#pollNow = () => wake.abort(undefined);
      await this.#askResponders(signal);
      if (signal.aborted) return;
      await this.#removeLaggard();
      const levels = new Set(this.#watchful.values());
      const watchful = levels.has('arming') ? 'arming' : levels.has('on') ? 'on' : 'idle';
      await sleep(clock, pollMs[watchful], wake.signal);
      wake.release();
    }
  }

  async #askResponders(signal: AbortSignal): Promise<void> {
    const { world, installNamespace: namespace, clock } = this.#options;
    const tell = this.#sightings.begin();
    const round = await pollResponders(world.pods.list(), { namespace, signal, clock });
    tell(round);
    if (signal.aborted) return;
    if (this.#roster.take(round, clock.monotonic())) this.#enqueueAll();
  }

  /** A replica that does not follow while another does is replaced: its visitors would meet an old policy. */
  async #removeLaggard(): Promise<void> {
    const { world, clock, onError } = this.#options;
    const stored = world.configMaps.list().flatMap((configMap) => storedPolicy(configMap) ?? []);
    const revisions = new Map(stored.map(({ windowUid, revision }) => [windowUid, revision]));
    const found = laggard(this.#roster.replicas, revisions, {
      before: this.#behind,
      nowMs: clock.monotonic(),
    });
    this.#behind = found.behind;
    if (found.delete === undefined) return;
    try {
      await this.#fleet.replace(found.delete);
    } catch (error) {
      onError(`delete responder ${found.delete}, which is behind`, error);
    }
  }

  async #resync(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(this.#options.clock, resyncMs, signal);
      this.#enqueueAll();
    }
  }

  /** Keys that can not be read are none: the fleet replaces them. */
  #keys(): SigningKeys | undefined {
    const { world, installNamespace: namespace } = this.#options;
    return keysOf(world.secrets.find({ namespace, name: names.keys }));
  }
}
