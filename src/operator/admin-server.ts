import type { Server } from 'node:http';
import express from 'express';
import type { Registry } from 'prom-client';

export interface AdminOptions {
  readonly port: number;
  readonly registry: Registry;
  /** Why this replica is not ready, or undefined when it is: a standby is ready too. */
  readonly notReady: () => string | undefined;
  /** Why this replica should be restarted, or undefined. */
  readonly notAlive: () => string | undefined;
}

/** The operator's own face: health for the kubelet, metrics for Prometheus. Nothing in it is secret. */
export async function startAdminServer(options: AdminOptions): Promise<Server> {
  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_request, response) => {
    const trouble = options.notAlive();
    response
      .status(trouble === undefined ? 200 : 503)
      .type('text/plain')
      .send(trouble ?? 'ok');
  });
  app.get('/readyz', (_request, response) => {
    const trouble = options.notReady();
    response
      .status(trouble === undefined ? 200 : 503)
      .type('text/plain')
      .send(trouble ?? 'ok');
  });
  app.get('/metrics', async (_request, response) => {
    response.type(options.registry.contentType).send(await options.registry.metrics());
  });
  const { promise, resolve, reject } = Promise.withResolvers<Server>();
  const server = app.listen(options.port, (error) => (error === undefined ? resolve(server) : reject(error)));
  return promise;
}
