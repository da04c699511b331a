import { type IncomingMessage, Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Answer, failureAt, sendAnswer } from './answer.ts';
import { Front } from './front/front.ts';
import type { HeadReader } from './front/head.ts';
import type { GateContext, WireRequest } from './gate-context.ts';
import { answerGate } from './gate.ts';

export interface GateServerOptions {
  readonly context: GateContext;
  /** True: end each connection after its answer, so that clients go elsewhere. */
  readonly isDraining: () => boolean;
  /** A request failed inside; the visitor is kept out. */
  readonly onError: (error: unknown) => void;
}

/** An HTTP server that answers gates; not yet listening. */
export function createGateServer({ context, isDraining, onError }: GateServerOptions): GateServer {
  return new GateServer({ answer: (request) => answerGate(request, context), isDraining, onError });
}

/** How the gate port answers. */
export interface Answering {
  /** The answer to a request. Synchronous, so that answers leave in the order of the requests. */
  readonly answer: (request: WireRequest) => Answer;
  readonly isDraining: GateServerOptions['isDraining'];
  readonly onError: GateServerOptions['onError'];
}

/** Controllers pass the visitor's cookies on, and some sites have many. */
const maxHeaderSize = 64 * 1024;

const firstRequestSeconds = 10;

/** Longer than controllers keep idle connections (Traefik 90 s): who reuses must not be the one who finds it closed. */
const keepAliveSeconds = 120;

/**
 * How many more requests a socket may have that the front has left to node:http. It never comes back, so the
 * controller is made to open a new one now and then, for the front.
 */
const requestsLeft = new WeakMap<Socket, number>();
const mostLeftOver = 1_000;

function isWornOut(socket: Socket): boolean {
  const left = requestsLeft.get(socket);
  if (left !== undefined) requestsLeft.set(socket, left - 1);
  return left !== undefined && left <= 1;
}

/** The gate port by node:http alone: what the front may not differ from. Every limit is said here. */
export class PlainGateServer extends Server {
  constructor(answering: Answering) {
    super(
      {
        maxHeaderSize,
        headersTimeout: firstRequestSeconds * 1000,
        requestTimeout: 15_000,
        keepAliveTimeout: keepAliveSeconds * 1000,
        connectionsCheckingInterval: 5_000,
        noDelay: true,
        insecureHTTPParser: false,
      },
      (request, response) => respond({ request, response }, answering),
    );
    // Headers beyond a count would be dropped without a word, maybe the one that gives a proxy away.
    this.maxHeadersCount = 0;
    this.maxConnections = 20_000;
    this.on('clientError', refuseMalformed);
  }
}

/** The gate port: the front, and node:http for what the front leaves to it; one port, one set of limits. */
export class GateServer extends PlainGateServer {
  readonly #front: Front;

  /** @param readHead replaces the front's grammar: for tests, which have to find a bad one */
  constructor(answering: Answering, readHead?: HeadReader) {
    super(answering);
    // Where connections of node:http begin; from here on the front says which ones do.
    const beginnings = this.listeners('connection');
    this.removeAllListeners('connection');
    const adopt = (socket: Socket): void => {
      requestsLeft.set(socket, mostLeftOver);
      for (const begin of beginnings) begin.call(this, socket);
    };
    this.#front = new Front({ ...answering, adopt, readHead, keepAliveSeconds, firstRequestSeconds });
    this.on('connection', this.#front.accept);
    this.on('listening', () => this.#front.start());
    this.on('close', () => this.#front.stop());
  }

  /** Ends all connections that have nothing under way; closing the server begins with this. */
  override closeIdleConnections(): void {
    this.#front.endAll();
    super.closeIdleConnections();
  }

  override closeAllConnections(): void {
    this.#front.destroyAll();
    super.closeAllConnections();
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

function respond({ request, response }: Exchange, { answer, isDraining, onError }: Answering): void {
  const { method = '', url = '', socket } = request;
  const close = isDraining() || isWornOut(socket);
  try {
    const headers = headersOf(request);
    sendAnswer(request, response, answer({ method, target: url, headers }), close);
  } catch (error) {
    onError(error);
    if (response.headersSent) response.destroy();
    else sendAnswer(request, response, failureAt(url), close);
  }
}

/**
 * The request's headers, all of them. node:http keeps the first Content-Type and drops the others without a word, but
 * the app may obey the last one; here they are joined like other fields.
 */
function headersOf({ headers, rawHeaders }: IncomingMessage): WireRequest['headers'] {
  const types = rawHeaders.filter(
    (_, index) => index % 2 === 1 && isContentType(rawHeaders[index - 1] ?? ''),
  );
  return types.length > 1 ? { ...headers, 'content-type': types.join(', ') } : headers;
}

const isContentType = (name: string): boolean =>
  name.length === 'content-type'.length && name.toLowerCase() === 'content-type';

/** What node:http could not parse: say so where that is still possible, and end the connection. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = statusOf[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

const statusOf: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};
