import type { IncomingHttpHeaders, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { putOutsideService } from './outside-service.ts';

/** The node's own address: Pods reach the test's process there. */
const address = '172.30.0.1';

/** An app of a test's own that keeps the headers of all requests, behind a Service of this name. */
export class Recorder implements AsyncDisposable {
  readonly requests: IncomingHttpHeaders[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.requests.push(request.headers);
      response.writeHead(200, { 'content-type': 'text/plain' }).end('the app\n');
    });
  }

  static async start(metadata: { readonly namespace: string; readonly name: string }): Promise<Recorder> {
    const recorder = new Recorder();
    const { promise, resolve } = Promise.withResolvers<void>();
    recorder.#server.listen(0, address, resolve);
    await promise;
    const { port } = recorder.#server.address() as AddressInfo;
    await putOutsideService(metadata, address, [{ name: 'http', port: 80, targetPort: port }]);
    return recorder;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }
}
