import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { sendAnswer } from './answer.ts';
import { answerGate, type GateContext } from './gate.ts';

export interface GateServerOptions {
  readonly context: GateContext;
  /** True: end each connection after its answer, so that clients go elsewhere. */
  readonly isDraining: () => boolean;
  /** A request failed inside; the visitor got a bare 503. */
  readonly onError: (error: unknown) => void;
}

/** An HTTP server that answers gates; not yet listening. Every limit is said here. */
export function createGateServer({ context, isDraining, onError }: GateServerOptions): Server {
  const server = createServer(
    {
      // Controllers pass the visitor's cookies on, and some sites have many.
      maxHeaderSize: 64 * 1024,
      headersTimeout: 10_000,
      requestTimeout: 15_000,
      // Longer than controllers keep idle connections (Traefik 90 s): who reuses must not be the one who finds it closed.
      keepAliveTimeout: 120_000,
      connectionsCheckingInterval: 5_000,
      noDelay: true,
    },
    (request, response) => {
      const { method = '', url = '', headers } = request;
      try {
        sendAnswer(request, response, answerGate({ method, target: url, headers }, context), isDraining());
      } catch (error) {
        onError(error);
        if (!response.headersSent) response.writeHead(503, ['Content-Length', '0']);
        response.end();
      }
    },
  );
  // Headers beyond a count would be dropped without a word, maybe the one that gives a proxy away.
  server.maxHeadersCount = 0;
  server.maxConnections = 20_000;
  server.on('clientError', refuseMalformed);
  return server;
}

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
