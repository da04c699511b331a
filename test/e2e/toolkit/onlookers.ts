import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { ingressAddress } from './cluster.ts';

/** What the worker thread is told. */
export interface LookersTask {
  readonly hosts: readonly string[];
  /** The first so many hosts get half of all looks. */
  readonly closely: number;
  readonly address: string;
  readonly port: number;
  /** One visitor for each of these addresses. */
  readonly from: readonly string[];
}

/** One look at one host; times are epoch milliseconds, finer than whole ones. */
export interface Sighting {
  /** Index into the hosts. */
  readonly host: number;
  readonly state: 'open' | 'closed' | `unclear: ${string}`;
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** Few at a time: more would wait for each other, and each look would tell less well when it was answered. */
const visitors = 4;

/** Visitors who look at many hosts in turn, through the real ingress, from a thread of their own. */
export class Onlookers {
  readonly #task: LookersTask;
  readonly #worker: Worker;

  /** @param closely how many of the hosts, the first ones, are looked at as often as all together */
  constructor(hosts: readonly string[], closely: number) {
    const from = Array.from({ length: visitors }, (_, index) => `198.51.100.${220 + index}`);
    this.#task = { hosts, closely, address: ingressAddress, port: 80, from };
    this.#worker = new Worker(new URL('../programs/onlookers.ts', import.meta.url), {
      workerData: this.#task,
    });
  }

  /** Resolves when they have looked at every host. */
  async haveSeenAll(): Promise<void> {
    await once(this.#worker, 'message');
  }

  /** Looks at every host once more, and ends the looking. @returns all that was seen */
  async leave(): Promise<Sightings> {
    // A thread has no origin to name, as a window of a browser has.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    this.#worker.postMessage('leave');
    const [seen] = (await once(this.#worker, 'message')) as [readonly Sighting[]];
    await this.#worker.terminate();
    return new Sightings(this.#task, seen);
  }
}

/** How far apart hosts flipped, in milliseconds. */
export interface Spread {
  /** So far at least: one host was seen in its old state so long after one had been seen in its new one. */
  readonly atLeastMs: number;
  /** So far at most: all flips lie in a span of this length. */
  readonly atMostMs: number;
  /** The same of those that were watched closely. */
  readonly closelyAtMostMs: number;
  readonly looksPerSecond: number;
}

/** Between which instants a host flipped. */
interface Flip {
  readonly lastOldAt: number;
  readonly firstNewAt: number;
}

/** What onlookers saw of hosts that flipped from one state to the other. */
export class Sightings {
  readonly #task: LookersTask;
  readonly #all: readonly Sighting[];

  constructor(task: LookersTask, all: readonly Sighting[]) {
    this.#task = task;
    this.#all = all;
  }

  /**
   * The bounds within which all hosts went from the old state to the new one. A host is in its old state when a request
   * that met it was *sent* or later, and in its new one when a request that met that was *answered* or sooner:
   * whatever time a request took, in whatever queue, only widens the bounds, and can make no spread that is not there.
   * @throws Error when a host was not seen in both states, or in none of them
   */
  spread(old: 'open' | 'closed'): Spread {
    const { hosts, closely } = this.#task;
    const unclear = this.#all.find(({ state }) => state !== 'open' && state !== 'closed');
    if (unclear !== undefined) throw new Error(`${hosts[unclear.host]}: ${unclear.state}`);
    const flips = hosts.map((_, index) => this.#flip(index, old));
    const [first, last] = [this.#all[0]?.sentAt ?? 0, this.#all.at(-1)?.answeredAt ?? 0];
    return {
      atLeastMs: Math.max(0, latestOld(flips) - Math.min(...flips.map(({ firstNewAt }) => firstNewAt))),
      atMostMs: span(flips),
      closelyAtMostMs: span(flips.slice(0, closely)),
      looksPerSecond: (this.#all.length / (last - first)) * 1000,
    };
  }

  #flip(index: number, old: Sighting['state']): Flip {
    const seen = this.#all.filter(({ host }) => host === index);
    const inOld = seen.filter(({ state }) => state === old).map(({ sentAt }) => sentAt);
    const inNew = seen.filter(({ state }) => state !== old).map(({ answeredAt }) => answeredAt);
    const name = this.#task.hosts[index];
    if (inOld.length === 0) throw new Error(`${name} was ${old} at none of ${seen.length} looks`);
    if (inNew.length === 0) throw new Error(`${name} was ${old} at all ${seen.length} looks`);
    return { lastOldAt: Math.max(...inOld), firstNewAt: Math.min(...inNew) };
  }
}

const latestOld = (flips: readonly Flip[]): number => Math.max(...flips.map(({ lastOldAt }) => lastOldAt));

const span = (flips: readonly Flip[]): number =>
  Math.max(...flips.map(({ firstNewAt }) => firstNewAt)) -
  Math.min(...flips.map(({ lastOldAt }) => lastOldAt));
