import { createServer, type Server, type ServerResponse } from 'node:http';
import type { ResponderStatus } from '../api/responder-status.ts';

/** What the admin port shows. */
export interface AdminContext {
  readonly status: () => ResponderStatus;
  /** Why the replica should get no requests now, or undefined when it should. */
  readonly notReady: () => string | undefined;
  readonly metrics: { readonly contentType: string; readonly render: () => Promise<string> };
  readonly onError: (error: unknown) => void;
}

/** An HTTP server for the operator, the kubelet and Prometheus; not yet listening. Visitors never reach it. */
export function createAdminServer(context: AdminContext): Server {
  const server = createServer(
    {
      headersTimeout: 5_000,
      requestTimeout: 5_000,
      keepAliveTimeout: 15_000,
      connectionsCheckingInterval: 5_000,
    },
    (request, response) => {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        reply(response, { status: 405, body: 'GET or HEAD\n' });
        return;
      }
      route(request.url ?? '', context).then(
        (page) => reply(response, page),
        (error: unknown) => {
          context.onError(error);
          reply(response, { status: 500, body: 'failed; the log says why\n' });
        },
      );
    },
  );
  server.maxConnections = 1_000;
  return server;
}

interface AdminPage {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
}

async function route(target: string, context: AdminContext): Promise<AdminPage> {
  switch (target) {
    case '/healthz':
      return { status: 200, body: 'ok\n' };
    case '/readyz': {
      const reason = context.notReady();
      return reason === undefined ? { status: 200, body: 'ok\n' } : { status: 503, body: `${reason}\n` };
    }
    case '/status':
      return { status: 200, body: JSON.stringify(context.status()), type: 'application/json' };
    case '/metrics':
      return { status: 200, body: await context.metrics.render(), type: context.metrics.contentType };
    default:
      return { status: 404, body: 'healthz, readyz, status or metrics\n' };
  }
}

function reply(response: ServerResponse, { status, body, type = 'text/plain' }: AdminPage): void {
  const length = String(Buffer.byteLength(body));
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': length, 'Cache-Control': 'no-store' });
  response.end(body);
}
