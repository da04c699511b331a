import { KubeClient } from '../../../src/kube/client.ts';
import { isKubeError } from '../../../src/kube/errors.ts';
import { InClusterTransport } from '../../../src/kube/in-cluster-transport.ts';
import type { ConfigMap } from '../../../src/kube/kinds.ts';
import { Reflector } from '../../../src/kube/reflector.ts';
import { resources } from '../../../src/kube/resources.ts';
import { Store } from '../../../src/kube/store.ts';
import type { Transport } from '../../../src/kube/transport.ts';
import { FakeClock } from './fake-clock.ts';
import { configMap, configMapList, FakeServer, type Exchange } from './fake-server.ts';
import { ServiceAccount } from './service-account.ts';
import { until } from './until.ts';

/** Back-off ends within this; watchdogs and watches last longer. */
export const longestBackoffMs = 60_000;

/** A reflector of ConfigMaps on a real connection to a fake server, with a clock that stands still. */
export class ReflectorHarness {
  readonly #account = new ServiceAccount();
  readonly #transport: Transport;
  readonly server: FakeServer;
  readonly clock = new FakeClock();
  readonly errors: unknown[] = [];
  readonly changes: string[] = [];
  readonly store: Store<ConfigMap>;
  readonly reflector: Reflector<ConfigMap>;
  readonly stop = new AbortController();
  running: Promise<void> = Promise.resolve();
  /** What a list answers; the n-th one counts from 1. */
  onList = (exchange: Exchange, _nth: number): void =>
    exchange.json(200, configMapList(10, [configMap('a', 1)]));
  onWatch = (exchange: Exchange, _nth: number): void => exchange.open();

  private constructor(server: FakeServer) {
    this.server = server;
    server.answer = (exchange) =>
      exchange.query.has('watch')
        ? this.onWatch(exchange, this.watches().length)
        : this.onList(exchange, this.lists().length);
    this.#transport = new InClusterTransport({ server: server.url, directory: this.#account.directory });
    this.store = new Store({ onHandlerError: (error) => this.errors.push(error) });
    this.store.subscribe(({ key, old, new: current }) => {
      this.changes.push(
        `${key} ${old?.metadata.resourceVersion ?? '-'}→${current?.metadata.resourceVersion ?? '-'}`,
      );
    });
    this.reflector = new Reflector({
      client: new KubeClient(this.#transport, { defaultTimeoutMs: 2000 }),
      resource: resources.configMaps,
      selection: { namespace: 'shop', labelSelector: 'x=y' },
      store: this.store,
      clock: this.clock,
      onError: (error) => this.errors.push(error),
    });
  }

  static async create(): Promise<ReflectorHarness> {
    return new ReflectorHarness(await FakeServer.start(() => undefined));
  }

  async remove(): Promise<void> {
    this.stop.abort();
    await this.running;
    await this.#transport.close();
    await this.server.stop();
    this.#account.remove();
  }

  start(): void {
    this.running = this.reflector.run(this.stop.signal);
  }

  lists(): Exchange[] {
    return this.server.requests.filter(({ query }) => !query.has('watch'));
  }

  watches(): Exchange[] {
    return this.server.requests.filter(({ query }) => query.has('watch'));
  }

  lastWatch(): Exchange {
    const last = this.watches().at(-1);
    if (last === undefined) throw new Error('no watch');
    return last;
  }

  readonly names = (): string[] => this.store.list().map(({ metadata }) => metadata.name);

  /** Of the errors reported so far. */
  readonly codes = (): string[] =>
    this.errors.map((error) => (isKubeError(error) ? error.code : String(error)));

  /** Lets back-offs pass, and no other time. */
  readonly tick = (): void => this.clock.skip(longestBackoffMs);

  async untilWatches(count: number): Promise<void> {
    await until(
      () => this.watches().length,
      (seen) => seen >= count,
      { tick: this.tick },
    );
  }

  async untilNames(...expected: readonly string[]): Promise<void> {
    await until(this.names, (seen) => seen.join() === expected.join(), { tick: this.tick });
  }
}
