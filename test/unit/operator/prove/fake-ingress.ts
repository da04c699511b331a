import { readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { SigningKeys } from '../../../../src/access/keys.ts';
import { forgedProbeAddress, probeHost, signEcho, verifyProbe } from '../../../../src/access/probe.ts';
import { headers } from '../../../../src/api/headers.ts';
import type { ControllerAddress } from '../../../../src/operator/prove/controller-addresses.ts';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const tlsFile = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../../kube/tls/${name}`, import.meta.url)));

/** A real server on a loopback address that plays an ingress controller, by http and by https. */
export class FakeIngress {
  /** What answers; a test may replace it. */
  answer: Answer;
  readonly requests: { readonly tls: boolean; readonly host: string; readonly path: string }[] = [];
  /** How many connections it took. */
  connections = 0;
  readonly #servers: readonly [Server, Server];

  private constructor(answer: Answer) {
    this.answer = answer;
    const plain = createServer(this.#listener(false));
    const options = { key: tlsFile('first-server.key'), cert: tlsFile('first-server.crt') };
    this.#servers = [plain, createTlsServer(options, this.#listener(true))];
    for (const server of this.#servers) server.on('connection', () => (this.connections += 1));
  }

  static async start(answer: Answer, host = '127.0.0.1'): Promise<FakeIngress> {
    const fake = new FakeIngress(answer);
    await Promise.all(
      fake.#servers.map(async (server) => {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        server.once('error', reject);
        server.listen(0, host, resolve);
        await promise;
      }),
    );
    return fake;
  }

  /** The controller's http and https ports. */
  get ports(): { readonly http: number; readonly https: number } {
    const [http, https] = this.#servers.map((server) => (server.address() as AddressInfo).port);
    return { http: http ?? 0, https: https ?? 0 };
  }

  /** As one Pod of a controller. */
  at(ip = '127.0.0.1'): ControllerAddress {
    return { ip, ...this.ports, isPod: true };
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#servers.map(async (server) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        server.close(() => resolve());
        server.closeAllConnections();
        await promise;
      }),
    );
  }

  #listener(tls: boolean): RequestListener {
    return (request, response) => {
      this.requests.push({ tls, host: request.headers.host ?? '', path: request.url ?? '' });
      this.answer(request, response);
    };
  }
}

export interface Echoing {
  readonly gate: string;
  readonly keys: SigningKeys;
  readonly now: Temporal.Instant;
  readonly decision?: 'open' | 'closed';
  /** Of the policies that the responder decides by. */
  readonly revision?: string;
  /** Does the controller believe every client's X-Forwarded-For? */
  readonly isGullible?: boolean;
}

/** The ingress passes the request to the gate, whose responder proves itself: 503 with an echo, or a page without. */
export const echoing =
  ({ gate, keys, now, decision = 'closed', revision = 'none', isGullible = false }: Echoing): Answer =>
  (request, response) => {
    const arrival = { gate, host: probeHost(request.headers.host), nowMs: now.epochMilliseconds };
    const probe = verifyProbe(request.headers[headers.probe], arrival, keys);
    const echo =
      probe &&
      signEcho(probe.key, {
        gate,
        nonce: probe.nonce,
        revision,
        replica: 'r-1',
        decision,
        spoofed: isGullible && request.headers['x-forwarded-for'] === forgedProbeAddress,
      });
    if (echo !== undefined) response.writeHead(503, { [headers.echo]: echo, 'content-length': 0 }).end();
    else response.writeHead(503).end('Back soon.');
  };
