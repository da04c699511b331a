import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { Front } from '../../../../src/responder/front/front.ts';
import { GateServer, PlainGateServer } from '../../../../src/responder/gate-server.ts';
import { eventually } from '../running-responder.ts';
import { type ByteStream, byteStreamOf } from './byte-streams.ts';
import { MemorySocket } from './memory-socket.ts';
import { Recorder } from './recorder.ts';

const requestOf = (gate: string): string => `GET /gate/forward/shop/${gate} HTTP/1.1\r\nHost: x\r\n\r\n`;

describe('front: connections without a wire', () => {
  const front = (): Front =>
    new Front({
      answer: (request) => new Recorder().answer(request),
      isDraining: () => false,
      onError: () => undefined,
      adopt: () => expect.fail('given to node:http'),
      keepAliveSeconds: 120,
      firstRequestSeconds: 10,
    });

  const accepted = (by: Front, isSlow = false): MemorySocket => {
    const socket = new MemorySocket(isSlow);
    // What node:http takes of a socket, and so the front, is what every Duplex has.
    by.accept(socket as unknown as Socket);
    return socket;
  };

  const sweep = async (swept: Front, times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) swept.sweep();
    await turn();
  };

  it('end when nothing has come in for 10 s', async () => {
    const swept = front();
    const socket = accepted(swept);
    await sweep(swept, 2);
    expect(socket.destroyed).to.equal(false);
    await sweep(swept, 1);
    expect(socket).to.include({ destroyed: true, received: '' });
  });

  it('end when nothing has come in for 120 s after an answer', async () => {
    const swept = front();
    const socket = accepted(swept);
    for (let request = 0; request < 3; request += 1) {
      socket.deliver(requestOf('open'));
      await turn();
      await sweep(swept, 24);
      expect(socket.destroyed).to.equal(false);
    }
    await sweep(swept, 1);
    expect(socket.destroyed).to.equal(true);
  });

  it('are not answered faster than they read', async () => {
    const socket = accepted(front(), true);
    for (let request = 0; request < 5; request += 1) {
      socket.deliver(requestOf('big'));
      await turn();
    }
    for (let read = 1; read <= 5; read += 1) {
      socket.flush();
      // Had the next ones been answered before, all of them would have come at once.
      expect(socket.received.split('HTTP/1.1 503').length - 1).to.equal(read);
      await turn();
    }
  });

  it('get their own answer, however late they read it', async () => {
    const shared = front();
    const gates = ['web', 'open', 'broken-not', 'web'];
    const sockets = gates.map(() => accepted(shared, true));
    for (const [index, socket] of sockets.entries()) socket.deliver(requestOf(gates[index] ?? ''));
    await turn();
    for (const socket of sockets) socket.flush();
    const statuses = sockets.map(({ received }) => received.split('\r\n')[0]?.split(' ')[1]);
    expect(statuses).to.deep.equal(['503', '200', '405', '503']);
  });
});

describe('gate port: connections', function () {
  this.timeout(30_000);

  const servers: PlainGateServer[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  async function listening<T extends PlainGateServer>(server: T): Promise<T> {
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server;
  }

  /** A client's end, and the server's end of the same connection. */
  async function connected(server: PlainGateServer): Promise<{ client: Socket; end: Socket }> {
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
    client.on('error', () => undefined);
    const [end] = await accepted;
    return { client, end };
  }

  const until = async (isSo: () => boolean, withinMs = 10_000): Promise<unknown> =>
    eventually(async () => isSo(), Boolean, withinMs);

  async function asked(server: PlainGateServer, bytes: string): Promise<{ client: Socket; end: Socket }> {
    const connection = await connected(server);
    connection.client.write(bytes, 'latin1');
    await until(() => connection.end.bytesRead === bytes.length);
    return connection;
  }

  /** What the server takes a stream for, how much it sends, and whether it hangs up by itself. */
  async function play(stream: ByteStream, Kind: typeof PlainGateServer): Promise<unknown> {
    const recorder = new Recorder();
    recorder.isLeaving = stream.isDraining;
    const server = await listening(new Kind(recorder));
    const { client, end } = await connected(server);
    client.resume();
    const isEnded = (): boolean => end.destroyed || end.writableEnded;
    let delivered = 0;
    for (const piece of stream.pieces) {
      if (isEnded()) break;
      client.write(piece, 'latin1');
      delivered += piece.length;
      await until(() => (end.bytesRead === delivered || end.destroyed) && end.writableLength === 0);
    }
    const hungUp = isEnded();
    client.end();
    await until(() => end.destroyed);
    server.close();
    return { requests: recorder.requests, sent: end.bytesWritten, hungUp };
  }

  it('play streams over sockets as node:http alone does', async () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const stream = byteStreamOf(seed);
      const [front, plain] = [await play(stream, GateServer), await play(stream, PlainGateServer)];
      expect(front, `seed ${seed}`).to.deep.equal(plain);
    }
  });

  it('that were handed over have as long for a head as any', async () => {
    const recorder = new Recorder();
    const server = await listening(new GateServer(recorder));
    server.headersTimeout = 50;
    const { client } = await asked(server, requestOf('open'));
    let received = '';
    client.setEncoding('latin1').on('data', (text: string) => (received += text));
    client.write('GET /gate/forw');
    await once(client, 'close');
    expect(received.match(/^HTTP\/1\.1 .*$/gm)).to.deep.equal([
      'HTTP/1.1 200 OK',
      'HTTP/1.1 408 Request Timeout',
    ]);
    expect(recorder.requests).to.have.length(1);
  });

  it('are counted together, whoever has them', async () => {
    const server = await listening(new GateServer(new Recorder()));
    server.maxConnections = 2;
    await asked(server, requestOf('open'));
    await asked(server, 'GET /gate/forw');
    const third = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
    await Promise.all([once(server, 'drop'), once(third, 'close')]);
  });

  it('that are idle end when the server closes', async () => {
    const server = await listening(new GateServer(new Recorder()));
    const idle = [await connected(server), await asked(server, requestOf('open'))];
    const gone = idle.map(async ({ client }) => once(client.resume(), 'close'));
    server.close();
    await Promise.all([...gone, once(server, 'close')]);
  });

  it('with an answer under way get it when the server closes', async () => {
    const server = await listening(new GateServer(new Recorder()));
    const { client, end } = await connected(server);
    client.pause();
    // More than the buffers of two sockets hold.
    while (end.writableLength === 0) {
      const { bytesRead } = end;
      client.write(requestOf('big'));
      await until(() => end.bytesRead > bytesRead);
    }
    server.close();
    await turn();
    expect(end.destroyed).to.equal(false);
    let received = 0;
    client.on('data', ({ length }: Buffer) => (received += length)).resume();
    await once(client, 'close');
    expect(received).to.equal(end.bytesWritten);
  });

  it('with an answer under way end when all are closed', async () => {
    const server = await listening(new GateServer(new Recorder()));
    const { client, end } = await connected(server);
    client.pause();
    while (end.writableLength === 0) {
      const { bytesRead } = end;
      client.write(requestOf('big'));
      await until(() => end.bytesRead > bytesRead);
    }
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
    client.destroy();
  });

  it('that were handed over do not last for ever', async () => {
    const server = await listening(new GateServer(new Recorder()));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports: unknown[] = [];
    for (let index = 0; index < 1_001; index += 1) {
      const asking = request({
        agent,
        port: (server.address() as AddressInfo).port,
        path: '/gate/forward/shop/open',
        headers: { 'x-odd': '' },
      }).end();
      const [answer] = (await once(asking, 'response')) as [IncomingMessage];
      ports.push(answer.socket.localPort);
      await once(answer.resume(), 'close');
    }
    agent.destroy();
    expect(new Set(ports.slice(0, 1_000)).size).to.equal(1);
    expect(ports[1_000]).not.to.equal(ports[0]);
  });

  it('that break do not bring the server down', async () => {
    const recorder = new Recorder();
    const server = await listening(new GateServer(recorder));
    for (const gate of ['open', 'big']) {
      const { client, end } = await asked(server, requestOf(gate));
      client.resetAndDestroy();
      await until(() => end.destroyed);
    }
    const { client } = await asked(server, requestOf('open'));
    const [answer] = (await once(client, 'data')) as [Buffer];
    expect(answer.toString()).to.match(/^HTTP\/1\.1 200 OK\r\n/);
  });
});
