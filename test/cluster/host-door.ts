import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';

/** A listener on the host's loopback that leads to a unix socket of the cluster. */
export class HostDoor {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens on the wished port, or on a free one when it is 0 or taken. */
  static async open(socketPath: string, wishedPort: number): Promise<HostDoor> {
    const server = createServer({ allowHalfOpen: true }, (host) => {
      const inside = connect({ path: socketPath, allowHalfOpen: true });
      host.pipe(inside);
      inside.pipe(host);
      const end = (): void => {
        host.destroy();
        inside.destroy();
      };
      host.on('error', end).on('close', end);
      inside.on('error', end).on('close', end);
    });
    try {
      await listen(server, wishedPort);
    } catch {
      await listen(server, 0);
    }
    // The door alone keeps nobody waiting.
    server.unref();
    return new HostDoor(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
  }
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}
