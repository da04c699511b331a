import type { Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { keyIds } from '../access/keys.ts';
import type { ResponderStatus } from '../api/responder-status.ts';
import { KubeClient } from '../kube/client.ts';
import type { ConfigMap } from '../kube/kinds.ts';
import { Reflector } from '../kube/reflector.ts';
import { resources } from '../kube/resources.ts';
import { Store, withoutManagedFields } from '../kube/store.ts';
import type { Transport } from '../kube/transport.ts';
import type { PolicySet } from '../policy/policy-set.ts';
import { createAdminServer } from './admin-server.ts';
import { createGateServer } from './gate-server.ts';
import { KeyFile } from './key-file.ts';
import { LoopLag } from './loop-lag.ts';
import { Observer } from './observe/observer.ts';
import { Policies, policySelector } from './policies.ts';
import { createRequestIds } from './request-id.ts';
import { SeenNonces } from './seen-nonces.ts';

export interface ResponderOptions {
  /** The way to the API server. */
  readonly transport: Transport;
  /** Whose ConfigMaps hold the policies. */
  readonly namespace: string;
  /** The Pod's name. */
  readonly replica: string;
  readonly version: string;
  /** Where the Secret with the signing keys is mounted. */
  readonly keysDirectory: string;
  /** 0: any free port. */
  readonly ports: { readonly gate: number; readonly admin: number };
  readonly log: Logger;
  /** Takes a line for each decision; no access log when absent. */
  readonly accessLog?: Logger | undefined;
  /** For how long a leaving replica goes on serving; 15 s when absent (design D10). */
  readonly drainMs?: number;
  /** How often the keys file is read; every 2 s when absent. */
  readonly keysPollMs?: number;
  /** Epoch milliseconds; the system's clock when absent. */
  readonly nowMs?: () => number;
}

/** A later answer is a broken one: the replica should get no requests (design D10). */
const mostLagMs = 100;

/** How long requests under way may take once the doors are closed. */
const closingMs = 3_000;

/** One replica of the data plane. */
export class Responder {
  readonly #options: ResponderOptions;
  readonly #nowMs: () => number;
  readonly #observer: Observer;
  readonly #lag = new LoopLag();
  readonly #nonces = new SeenNonces();
  readonly #stop = new AbortController();
  readonly #policies: Policies;
  readonly #keyFile: KeyFile;
  readonly #gateServer: Server;
  readonly #adminServer: Server;
  #isDraining = false;

  constructor(options: ResponderOptions) {
    const { log, accessLog, keysDirectory, keysPollMs = 2_000 } = options;
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#observer = new Observer({
      log,
      accessLog,
      nowMs: this.#nowMs,
      sources: {
        lagSeconds: () => this.#lag.milliseconds / 1000,
        connections: async () => connectionsOf(this.#gateServer),
      },
    });
    this.#policies = new Policies({
      onChange: (set) => this.#enforce(set),
      onBad: (configMap, error) => {
        this.#observer.metrics.countBadPolicy();
        log.error({ configMap, code: error.code }, error.message);
      },
    });
    this.#keyFile = new KeyFile({
      directory: keysDirectory,
      pollMs: keysPollMs,
      onChange: (keys) => log.info({ keys: keyIds(keys) }, 'keys loaded'),
      onProblem: (error) => log.error({ directory: keysDirectory }, `keys not loaded: ${error.message}`),
    });
    this.#gateServer = this.#createGateServer();
    this.#adminServer = createAdminServer({
      status: () => this.#status(),
      notReady: () => this.#notReady(),
      metrics: this.#observer.metrics,
      onError: (error) => log.error({ err: error }, 'admin request failed'),
    });
  }

  /**
   * Opens both ports and begins to follow policies and keys. Resolves when the ports are open; the replica is
   * ready only when `/readyz` says so.
   */
  async start(): Promise<{ readonly gatePort: number; readonly adminPort: number }> {
    const { ports, log } = this.#options;
    await this.#keyFile.start();
    this.#followPolicies();
    const [gatePort, adminPort] = await Promise.all([
      listen(this.#gateServer, ports.gate),
      listen(this.#adminServer, ports.admin),
    ]);
    log.info({ gatePort, adminPort }, 'listening');
    return { gatePort, adminPort };
  }

  /**
   * Leaves: not ready from now on, still serving for a while with `Connection: close`, then gone. Resolves when
   * both ports are closed.
   */
  async drain(): Promise<void> {
    const { drainMs = 15_000, log } = this.#options;
    if (this.#isDraining) return;
    this.#isDraining = true;
    log.info({ drainMs }, 'draining');
    await delay(drainMs);
    await this.close();
    log.info('drained');
  }

  /** Ends everything now, apart from requests under way. */
  async close(): Promise<void> {
    this.#isDraining = true;
    this.#stop.abort();
    this.#keyFile.stop();
    this.#lag.stop();
    await Promise.all([
      closeServer(this.#gateServer),
      closeServer(this.#adminServer),
      this.#options.transport.close(),
    ]);
  }

  #createGateServer(): Server {
    const { replica, log } = this.#options;
    return createGateServer({
      context: {
        policies: () => this.#policies.set,
        keys: () => this.#keyFile.keys,
        nowMs: this.#nowMs,
        random: Math.random,
        requestId: createRequestIds(Math.random().toString(36).slice(2, 8)),
        replica,
        isShared: (gate, address) => this.#observer.isShared(gate, address),
        observe: (observation) => this.#observer.observe(observation),
        observeProbe: (flavour, seen) => {
          this.#observer.metrics.countProbe();
          if (flavour === 'nginx') this.#nonces.record(seen, this.#nowMs());
        },
        onTemplateProblem: (window, error) =>
          log.error({ err: error, window }, 'a template is broken; showing the built-in page'),
        observeAnswer: (seconds) => this.#observer.metrics.countAnswer(seconds),
      },
      isDraining: () => this.#isDraining,
      onError: (error) => log.error({ err: error }, 'gate request failed'),
    });
  }

  #followPolicies(): void {
    const { transport, namespace, log } = this.#options;
    const store = new Store<ConfigMap>({
      transform: withoutManagedFields,
      onHandlerError: (error) => log.error({ err: error }, 'a policy change failed'),
    });
    store.subscribe(({ old, new: configMap }) => {
      if (configMap !== undefined) this.#policies.put(configMap);
      else if (old !== undefined) this.#policies.remove(old.metadata.name);
    });
    const reflector = new Reflector<ConfigMap>({
      client: new KubeClient(transport),
      resource: resources.configMaps,
      selection: { namespace, labelSelector: policySelector },
      store,
      onError: (error) => log.warn({ err: error }, 'watching policies; going on with those that are loaded'),
    });
    void reflector.hasSynced.then(() => this.#policies.loaded());
    void reflector.run(this.#stop.signal);
  }

  #enforce(set: PolicySet): void {
    this.#observer.enforce(set);
    const policies = Object.fromEntries(set.windows.map(({ name, revision }) => [name, revision]));
    this.#options.log.info({ policies, network: set.networkRevision }, 'policies in force');
  }

  #notReady(): string | undefined {
    if (this.#policies.set === undefined) return notLoaded(this.#policies.unread);
    if (this.#isDraining) return 'draining';
    const lagMs = Math.round(this.#lag.milliseconds);
    return lagMs > mostLagMs ? `event loop lags by ${lagMs} ms` : undefined;
  }

  #status(): ResponderStatus {
    const { version, replica } = this.#options;
    const set = this.#policies.set;
    const keys = this.#keyFile.keys;
    return {
      version,
      replica,
      now: Temporal.Instant.fromEpochMilliseconds(this.#nowMs()).toString(),
      loaded: set !== undefined,
      policies: Object.fromEntries((set?.windows ?? []).map(({ uid, revision }) => [uid, revision])),
      network: set?.networkRevision ?? null,
      keys: keys === undefined ? [] : keyIds(keys),
      findings: this.#observer.findings(),
      orphans: this.#observer.orphans(),
      nonces: this.#nonces.list(this.#nowMs()),
    };
  }
}

/** Why there is no policy set, for the person who looks at a replica that does not get ready. */
function notLoaded(unread: readonly string[]): string {
  const [first, ...others] = unread;
  if (first === undefined) return 'policies not loaded';
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `policies not loaded: ConfigMap ${first}${more} can not be read; the log says why`;
}

async function listen(server: Server, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, resolve);
  await promise;
  server.off('error', reject);
  return (server.address() as AddressInfo).port;
}

async function connectionsOf(server: Server): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  return promise;
}

/** Idle connections end at once, others when their request is answered, all of them soon. */
async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  const timer = setTimeout(() => server.closeAllConnections(), closingMs);
  await promise;
  clearTimeout(timer);
}
