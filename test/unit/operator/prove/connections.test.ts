import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Connections, proxyHeader } from '../../../../src/operator/prove/connections.ts';
import type { ProbeRequest, ProbeResponse } from '../../../../src/operator/prove/probe-request.ts';
import { sendProbe } from '../../../../src/operator/prove/probe-request.ts';

const tlsFile = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../../kube/tls/${name}`, import.meta.url)));

/** A controller's entry point that insists on a PROXY header, as nginx and HAProxy do: other connections it ends. */
class StrictEntryPoint {
  connections = 0;
  readonly servernames: string[] = [];
  readonly #tcp: Server;

  constructor(tls: boolean, respond: (url: string) => { status: number; body: string }) {
    const answer: ConstructorParameters<typeof HttpServer>[1] = (request, response) => {
      const { status, body } = respond(request.url ?? '');
      response.writeHead(status, { 'content-length': body.length }).end(body);
    };
    const secure = createTlsServer(
      { key: tlsFile('first-server.key'), cert: tlsFile('first-server.crt') },
      answer,
    );
    secure.on('secureConnection', (socket) => this.servernames.push(String(socket.servername)));
    const http = tls ? secure : createServer(answer);
    this.#tcp = createTcpServer((socket) => {
      this.connections += 1;
      socket.on('error', () => undefined);
      socket.once('readable', () => this.#strip(socket, http));
    });
  }

  #strip(socket: Socket, http: Server): void {
    const header = socket.read(proxyHeader.length) as Buffer | null;
    if (header === null || !header.equals(proxyHeader)) socket.destroy();
    else http.emit('connection', socket);
  }

  async start(): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#tcp.listen(0, '127.0.0.1', resolve);
    await promise;
    return (this.#tcp.address() as AddressInfo).port;
  }

  stop(): void {
    this.#tcp.close();
  }
}

describe('operator: the connections of probes', () => {
  const connections = new Connections();
  const opened: StrictEntryPoint[] = [];
  after(() => {
    connections.close();
    for (const each of opened) each.stop();
  });

  const entryPoint = async (tls: boolean, body = '') => {
    const door = new StrictEntryPoint(tls, (url) => ({
      status: 503,
      body: url === '/long' ? 'x'.repeat(100_000) : body,
    }));
    opened.push(door);
    return { door, port: await door.start() };
  };
  const ask = async (change: Partial<ProbeRequest>): Promise<ProbeResponse> =>
    sendProbe(
      {
        address: '127.0.0.1',
        port: 0,
        tls: false,
        proxyProtocol: true,
        isPod: true,
        host: 'shop.example.com',
        path: '/',
        headers: {},
        ...change,
      },
      connections,
      AbortSignal.timeout(4_000),
    );

  for (const tls of [false, true]) {
    const scheme = tls ? 'https' : 'http';

    it(`begin with a PROXY header by ${scheme} where the class says so`, async () => {
      const { door, port } = await entryPoint(tls);
      expect((await ask({ port, tls })).status).to.equal(503);
      if (tls) expect(door.servernames).to.deep.equal(['shop.example.com']);
      const without = await ask({ port, tls, proxyProtocol: false }).catch((error: unknown) => error);
      expect(without).to.be.instanceOf(Error);
    });

    it(`are used again by ${scheme} for the same host of one Pod`, async () => {
      const { door, port } = await entryPoint(tls);
      for (let turn = 0; turn < 3; turn += 1) await ask({ port, tls });
      expect(door.connections).to.equal(1);
    });
  }

  it('are new for each probe at a load balancer: each may lead to another Pod', async () => {
    const { door, port } = await entryPoint(false);
    for (let turn = 0; turn < 3; turn += 1) await ask({ port, isPod: false });
    expect(door.connections).to.equal(3);
  });

  it('carry each host’s own name by https', async () => {
    const { door, port } = await entryPoint(true);
    await ask({ port, tls: true });
    await ask({ port, tls: true, host: 'api.example.com' });
    expect(door.servernames).to.deep.equal(['shop.example.com', 'api.example.com']);
  });

  it('do not wait for a page', async () => {
    const { door, port } = await entryPoint(false);
    for (let turn = 0; turn < 2; turn += 1) expect((await ask({ port, path: '/long' })).status).to.equal(503);
    expect(door.connections).to.equal(2);
  });
});
