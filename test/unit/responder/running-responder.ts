import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type Agent, type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { encodeKeys, keysFile, type SigningKeys } from '../../../src/access/keys.ts';
import type { ResponderStatus } from '../../../src/api/responder-status.ts';
import { InClusterTransport } from '../../../src/kube/in-cluster-transport.ts';
import { encodeNetwork, encodePolicy } from '../../../src/policy/encode.ts';
import type { Network, Policy } from '../../../src/policy/policy.ts';
import { Responder, type ResponderOptions } from '../../../src/responder/responder.ts';
import { ServiceAccount } from '../kube/service-account.ts';
import { namespace, PolicyServer } from './policy-server.ts';

export const keys: SigningKeys = { current: { id: 'k1', key: Buffer.alloc(32, 1) } };

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Asking {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly agent?: Agent;
  readonly body?: string;
}

/** One replica over real sockets, following a policy server over real TLS. */
export class RunningResponder {
  readonly server: PolicyServer;
  readonly log: string[] = [];
  readonly responder: Responder;
  readonly #account: ServiceAccount;
  readonly #keysDirectory = mkdtempSync(join(tmpdir(), 'backsoon-keys-'));
  gatePort = 0;
  adminPort = 0;
  /** What the replica takes for the time. */
  nowMs: number;

  private constructor(server: PolicyServer, nowMs: number, options: Partial<ResponderOptions>) {
    this.server = server;
    this.nowMs = nowMs;
    this.#account = new ServiceAccount();
    this.writeKeys(encodeKeys(keys));
    this.responder = new Responder({
      transport: new InClusterTransport({ server: server.url, directory: this.#account.directory }),
      namespace,
      replica: 'backsoon-responder-1',
      version: '0.0.0',
      keysDirectory: this.#keysDirectory,
      ports: { gate: 0, admin: 0 },
      log: pino({ level: 'trace' }, { write: (line: string) => this.log.push(line) }),
      keysPollMs: 10,
      nowMs: () => this.nowMs,
      ...options,
    });
  }

  static async start(
    nowMs: number,
    prepare: (server: PolicyServer) => void,
    options: Partial<ResponderOptions> = {},
  ): Promise<RunningResponder> {
    const server = await PolicyServer.start();
    prepare(server);
    const running = new RunningResponder(server, nowMs, options);
    const { gatePort, adminPort } = await running.responder.start();
    running.gatePort = gatePort;
    running.adminPort = adminPort;
    return running;
  }

  writeKeys(text: string): void {
    writeFileSync(join(this.#keysDirectory, keysFile), text);
  }

  async gate(asking: Asking = {}): Promise<Answered> {
    return ask(this.gatePort, { path: '/gate/forward/shop/web', ...asking });
  }

  async admin(path: string): Promise<Answered> {
    return ask(this.adminPort, { path });
  }

  async status(): Promise<ResponderStatus> {
    return JSON.parse((await this.admin('/status')).body) as ResponderStatus;
  }

  /** Puts the policy in force. */
  async enforce(policy: Policy): Promise<void> {
    const { revision } = encodePolicy(policy);
    this.server.putPolicy(policy);
    await eventually(
      async () => this.status(),
      ({ policies }) => policies[policy.window.uid] === revision,
    );
  }

  /** Puts the network settings in force. */
  async enforceNetwork(network: Network): Promise<void> {
    const { revision } = encodeNetwork(network);
    this.server.putNetwork(network);
    await eventually(
      async () => this.status(),
      (status) => status.network === revision,
    );
  }

  async isReady(): Promise<void> {
    await eventually(
      async () => this.admin('/readyz'),
      ({ status }) => status === 200,
    );
  }

  async stop(): Promise<void> {
    await this.responder.close();
    await this.server.stop();
    this.#account.remove();
    rmSync(this.#keysDirectory, { recursive: true, force: true });
  }
}

/** One request to 127.0.0.1; without an agent on a connection of its own. */
export async function ask(port: number, asking: Asking): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const { path = '/', method = 'GET', headers = {}, agent } = asking;
  const sent = request(
    { host: '127.0.0.1', port, path, method, headers, agent: agent ?? false },
    (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    },
  );
  sent.on('error', reject);
  sent.end(asking.body);
  return promise;
}

/** Asks until the answer is right; fails with the last one when it never is. */
export async function eventually<T>(
  look: () => Promise<T>,
  isRight: (seen: T) => boolean,
  withinMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (isRight(seen)) return seen;
    if (performance.now() > deadline) {
      throw new Error(
        `not so within ${withinMs} ms: ${isRight.toString()}; last seen: ${JSON.stringify(seen)}`,
      );
    }
    await pause(2);
  }
}
