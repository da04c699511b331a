import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { headers } from '../../../src/api/headers.ts';
import { addresses } from '../../cluster/addresses.ts';
import { putOutsideService } from './outside-service.ts';

/** A request as the app got it. */
export interface Mirrored {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  /** As they came, in order. */
  readonly rawHeaders: readonly string[];
  readonly bytes: number;
  readonly sha256: string;
}

const acceptOf = (key: string): string =>
  createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

async function reflect(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  const { method = '', url = '', httpVersion, rawHeaders } = request;
  const mirrored: Mirrored = {
    method,
    target: url,
    version: httpVersion,
    rawHeaders,
    bytes,
    sha256: hash.digest('hex'),
  };
  const [, status] = /^\/status\/(\d{3})/.exec(url) ?? [];
  if (url.startsWith('/events')) return stream(response);
  response.writeHead(Number(status ?? 200), { 'content-type': 'application/json', 'x-app': 'mirror' });
  response.end(JSON.stringify(mirrored));
}

/** Three server-sent events, the last one when the client has surely seen the first. */
function stream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  response.write('data: first\n\n');
  setTimeout(() => response.end('data: last\n\n'), 500);
}

/** Takes a WebSocket handshake and sends back whatever bytes come. */
function echo(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.on('error', () => undefined);
  const accept = acceptOf(request.headers['sec-websocket-key'] ?? '');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  socket.write(head);
  socket.pipe(socket);
}

/** An app that tells how a request reached it, behind the Service `app` of a namespace. */
export class Mirror implements AsyncDisposable {
  /** The uploads that came without a token. */
  readonly strangersUploads: string[] = [];
  readonly #server = createServer((request, response) => {
    if (request.method === 'POST' && request.headers[headers.token] === undefined)
      this.strangersUploads.push(request.url ?? '');
    void reflect(request, response).catch(() => response.destroy());
  });
  readonly #sockets = new Set<Socket>();

  static async standIn(namespace: string): Promise<Mirror> {
    const mirror = new Mirror();
    mirror.#server.on('upgrade', echo);
    mirror.#server.on('connection', (socket) => {
      mirror.#sockets.add(socket);
      socket.on('close', () => mirror.#sockets.delete(socket));
    });
    mirror.#server.listen(0, addresses.node);
    await once(mirror.#server, 'listening');
    const { port } = mirror.#server.address() as AddressInfo;
    await putOutsideService({ namespace, name: 'app' }, addresses.node, [
      { name: 'http', port: 80, targetPort: port },
    ]);
    return mirror;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
