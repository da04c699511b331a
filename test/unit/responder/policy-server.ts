import { dataKeys, names } from '../../../src/api/names.ts';
import { encodeNetwork, encodePolicy } from '../../../src/policy/encode.ts';
import type { Network, Policy } from '../../../src/policy/policy.ts';
import { configMapList, type Exchange, FakeServer } from '../kube/fake-server.ts';

export const namespace = 'backsoon-system';

interface StoredConfigMap {
  readonly metadata: { readonly name: string; readonly resourceVersion: string };
}

/** An HTTPS API server that lists and watches the ConfigMaps of one namespace, and nothing else. */
export class PolicyServer {
  readonly #stored = new Map<string, StoredConfigMap>();
  readonly #watches = new Set<Exchange>();
  readonly #server: FakeServer;
  #version = 1;
  /** While true, lists are left without an answer. */
  holdsLists = false;
  #held: Exchange[] = [];

  private constructor(server: FakeServer) {
    this.#server = server;
    server.answer = (exchange) => this.#answer(exchange);
  }

  static async start(): Promise<PolicyServer> {
    return new PolicyServer(await FakeServer.start(() => undefined));
  }

  get url(): string {
    return this.#server.url;
  }

  get requests(): readonly Exchange[] {
    return this.#server.requests;
  }

  putPolicy(policy: Policy): void {
    this.put(names.policy(policy.window.uid), { [dataKeys.policy]: encodePolicy(policy).json });
  }

  putNetwork(network: Network): void {
    this.put(names.network, { [dataKeys.network]: encodeNetwork(network).json });
  }

  put(name: string, data: Record<string, string>): void {
    this.#version += 1;
    const configMap = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace, uid: `uid-of-${name}`, resourceVersion: String(this.#version) },
      data,
    };
    const type = this.#stored.has(name) ? 'MODIFIED' : 'ADDED';
    this.#stored.set(name, configMap);
    for (const watch of this.#watches) watch.event(type, configMap);
  }

  remove(name: string): void {
    const configMap = this.#stored.get(name);
    if (configMap === undefined) return;
    this.#version += 1;
    this.#stored.delete(name);
    const metadata = { ...configMap.metadata, resourceVersion: String(this.#version) };
    for (const watch of this.#watches) watch.event('DELETED', { ...configMap, metadata });
  }

  releaseLists(): void {
    this.holdsLists = false;
    for (const exchange of this.#held) this.#list(exchange);
    this.#held = [];
  }

  async stop(): Promise<void> {
    await this.#server.stop();
  }

  #answer(exchange: Exchange): void {
    if (exchange.method !== 'GET' || exchange.path !== `/api/v1/namespaces/${namespace}/configmaps`) {
      exchange.fail(403, 'Forbidden');
    } else if (exchange.query.has('watch')) {
      exchange.open();
      this.#watches.add(exchange);
      exchange.response.on('close', () => this.#watches.delete(exchange));
    } else if (this.holdsLists) this.#held.push(exchange);
    else this.#list(exchange);
  }

  #list(exchange: Exchange): void {
    exchange.json(200, configMapList(this.#version, [...this.#stored.values()]));
  }
}
