import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

export type Authority = 'first' | 'second';

const tlsFile = (name: string): string => fileURLToPath(new URL(`tls/${name}`, import.meta.url));

export const authorityFile = (authority: Authority): string => tlsFile(`${authority}-ca.crt`);

/** One request as it came, and the hand that answers it. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly response: ServerResponse;
  /** Answers with JSON. */
  readonly json: (status: number, body: unknown, headers?: Record<string, string>) => void;
  /** Answers with a Status, as the API server says no. */
  readonly fail: (
    status: number,
    reason: string,
    extra?: { message?: string; details?: object; headers?: Record<string, string> },
  ) => void;
  /** Sends the header of a watch. */
  readonly open: () => void;
  /** Sends one watch event. */
  readonly event: (type: string, object: unknown) => void;
  /** Cuts the connection with a TCP reset. */
  readonly reset: () => void;
}

export type Answer = (exchange: Exchange) => void;

/** A real HTTPS server on 127.0.0.1 that behaves as badly as a test tells it to. */
export class FakeServer {
  /** What answers; a test may replace it at any time. */
  answer: Answer;
  readonly requests: Exchange[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #connections = 0;

  private constructor(server: Server, answer: Answer) {
    this.#server = server;
    this.answer = answer;
    server.on('request', (request, response) => void this.#receive(request, response));
    server.on('connection', (socket: Socket) => {
      this.#connections += 1;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      // A reset is what many tests are about.
      socket.on('error', () => undefined);
    });
    server.on('tlsClientError', () => undefined);
  }

  static async start(
    answer: Answer,
    options: { authority?: Authority; port?: number } = {},
  ): Promise<FakeServer> {
    const { authority = 'first', port = 0 } = options;
    const server = createServer({
      key: readFileSync(tlsFile(`${authority}-server.key`)),
      cert: readFileSync(tlsFile(`${authority}-server.crt`)),
    });
    const fake = new FakeServer(server, answer);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
    await promise;
    return fake;
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** TCP connections open now, and since the start. */
  get openConnections(): number {
    return this.#sockets.size;
  }

  get connections(): number {
    return this.#connections;
  }

  async stop(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    for (const socket of this.#sockets) socket.destroy();
    await promise;
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const { pathname, searchParams } = new URL(request.url ?? '/', 'https://fake');
    const exchange = exchangeOf(response, {
      method: request.method ?? '',
      path: pathname,
      query: searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    });
    this.requests.push(exchange);
    this.answer(exchange);
  }
}

type Received = Pick<Exchange, 'method' | 'path' | 'query' | 'headers' | 'body'>;

const exchangeOf = (response: ServerResponse, received: Received): Exchange => {
  const json: Exchange['json'] = (status, body, headers = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
  return {
    ...received,
    response,
    json,
    fail: (status, reason, { message = reason, details, headers } = {}) =>
      json(
        status,
        { apiVersion: 'v1', kind: 'Status', status: 'Failure', code: status, reason, message, details },
        headers,
      ),
    open: () => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
    },
    event: (type, object) => response.write(`${JSON.stringify({ type, object })}\n`),
    // Under TLS the socket of the response is a TLSSocket: the raw one beneath sends the reset.
    reset: () => {
      const socket: (Socket & { _parent?: Socket }) | null = response.socket;
      (socket?._parent ?? socket)?.resetAndDestroy();
    },
  };
};

/** A ConfigMap as a server would send it. */
export const configMap = (
  name: string,
  version: number | string,
  data: Record<string, string> = {},
): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name,
    namespace: 'shop',
    uid: `uid-of-${name}`,
    resourceVersion: String(version),
    creationTimestamp: '2026-12-01T00:00:00Z',
  },
  data,
});

/** A list of ConfigMaps; like the real server's, its items have no kind. */
export const configMapList = (version: number | string, items: readonly object[], next?: string): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMapList',
  metadata: { resourceVersion: String(version), ...(next === undefined ? {} : { continue: next }) },
  items: items.map((item) => ({ ...item, apiVersion: undefined, kind: undefined })),
});
