import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Output, Outside } from '../../../src/cli/outside.ts';
import { runCli } from '../../../src/cli/run.ts';
import { KubeconfigTransport } from '../../../src/kube/kubeconfig-transport.ts';
import { FakeClock } from '../kube/fake-clock.ts';
import { FakeServer, type Exchange } from '../kube/fake-server.ts';
import { ServiceAccount } from '../kube/service-account.ts';

/** What a person saw. */
export interface Seen {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

interface Stored {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const outputInto = (texts: string[], terminal: Partial<Output>): Output => ({
  columns: undefined,
  colour: false,
  ...terminal,
  write: (text) => void texts.push(text),
});

/** When the API server says it is. */
export const serverTime = '2026-12-01T20:10:00Z';

/**
 * A person's machine with a kubeconfig (its context names the namespace `shop`), and an API server that has these
 * objects. What its writes would do is the real server's business: here they are only kept.
 */
export class Machine {
  readonly clock = new FakeClock();
  objects: readonly Stored[] = [];
  /** Answers in place of the server, where it returns true. */
  disturb: (exchange: Exchange) => boolean = () => false;
  terminal: Partial<Output> = {};
  readonly #account = new ServiceAccount();
  readonly #server: FakeServer;

  private constructor(server: FakeServer) {
    this.#server = server;
    server.answer = (exchange) => {
      exchange.response.setHeader('date', new Date(serverTime).toUTCString());
      if (!this.disturb(exchange)) this.#answer(exchange);
    };
    const user = { name: 'u', user: { token: 'token-1' } };
    const cluster = { server: server.url, 'certificate-authority': 'ca.crt' };
    const kubeconfig = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'here',
      clusters: [{ name: 'c', cluster }],
      users: [user],
      contexts: [
        { name: 'here', context: { cluster: 'c', user: 'u', namespace: 'shop' } },
        { name: 'there', context: { cluster: 'c', user: 'u', namespace: 'bakery' } },
      ],
    };
    writeFileSync(this.#kubeconfig, JSON.stringify(kubeconfig));
  }

  static async start(): Promise<Machine> {
    return new Machine(await FakeServer.start(() => undefined));
  }

  async stop(): Promise<void> {
    this.#account.remove();
    await this.#server.stop();
  }

  get #kubeconfig(): string {
    return join(this.#account.directory, 'config');
  }

  /** The bodies of the writes so far, each with who wrote. */
  get writes(): readonly { method: string; path: string; manager: string | null; body: unknown }[] {
    return this.#server.requests
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path, query, body }) => ({
        method,
        path,
        manager: query.get('fieldManager'),
        body: JSON.parse(body) as unknown,
      }));
  }

  /** Types `kubectl backsoon ...`. */
  async type(...argv: readonly string[]): Promise<Seen> {
    const out: string[] = [];
    const errors: string[] = [];
    const outside: Outside = {
      output: outputInto(out, this.terminal),
      errors: outputInto(errors, this.terminal),
      clock: this.clock,
      connect: async ({ file = this.#kubeconfig, context }) => {
        const transport = new KubeconfigTransport({ file, context });
        return { transport, namespace: transport.namespace };
      },
      randomBytes: (count) => new Uint8Array(count).fill(7),
      version: '1.2.3',
    };
    // Nobody waits for real: whenever the command sleeps, the time has come.
    const passing = setInterval(() => this.clock.skip(1000), 1);
    const code = await runCli(argv, outside).finally(() => clearInterval(passing));
    return { code, out: out.join(''), errors: errors.join('') };
  }

  #answer(exchange: Exchange): void {
    const { method, path, body } = exchange;
    const [, namespace, plural = '', name] =
      /^\/apis\/[^/]+\/[^/]+\/(?:namespaces\/([^/]+)\/)?([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
    if (method !== 'GET') {
      exchange.json(200, JSON.parse(body));
      return;
    }
    const items = this.objects.filter(
      ({ kind, metadata }) =>
        plural.startsWith(kind.toLowerCase()) &&
        (namespace === undefined || metadata.namespace === namespace),
    );
    if (name === undefined) {
      exchange.json(200, { kind: 'List', apiVersion: 'v1', metadata: { resourceVersion: '7' }, items });
      return;
    }
    const found = items.find(({ metadata }) => metadata.name === name);
    if (found === undefined) exchange.fail(404, 'NotFound', { message: `${plural} "${name}" not found` });
    else exchange.json(200, found);
  }
}
