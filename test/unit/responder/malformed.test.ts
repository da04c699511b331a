import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { createGateServer } from '../../../src/responder/gate-server.ts';
import { at, buildPolicy, network, token } from '../policy/build.ts';
import { Random } from './front/random.ts';
import { from, head, hostileRequest, noise, raw, RawClient, statuses, stranger } from './hostile-client.ts';
import { type Answered, eventually, RunningResponder } from './running-responder.ts';

const seed = 20_261_201;
const closedAt = at('2026-12-01T22:00:00Z');
const running = async (): Promise<RunningResponder> => {
  const responder = await RunningResponder.start(closedAt, (server) => {
    server.putNetwork(network);
    server.putPolicy(buildPolicy({ access: { paths: ['/exempt'], methods: ['HEAD'] } }));
  });
  await responder.isReady();
  return responder;
};

/** Nothing that came in made it fail, and it goes on. */
async function isUnharmed(responder: RunningResponder): Promise<void> {
  const headers = { 'x-forwarded-for': '198.51.100.10' };
  expect(await responder.gate({ headers })).to.include({ status: 503 });
  expect(await responder.admin('/healthz')).to.include({ status: 200 });
  expect(responder.log.filter((line) => line.includes('failed'))).to.deep.equal([]);
}

describe('gate port: hostile clients', function () {
  this.timeout(60_000);

  let responder: RunningResponder;
  /** Connections that say too little, kept open while the other tests run. */
  let slow: readonly (readonly [string, RawClient, number])[];

  before(async () => {
    responder = await running();
    const silent: readonly (readonly [string, string])[] = [
      ['says nothing', ''],
      ['stops in the request line', 'GET /gate/for'],
      ['stops in its headers', `${head}X-Forwarded-For: 203.0.113.7\r\nX-Slow: `],
      ['never sends its body', `${head}${stranger}Content-Length: 10\r\n\r\n123`],
      ['never ends its chunks', `${head}${stranger}Transfer-Encoding: chunked\r\n\r\n5\r\nab`],
    ];
    slow = silent.map(([what, bytes]) => {
      const client = new RawClient(responder.gatePort);
      client.socket.write(bytes, 'latin1');
      return [what, client, performance.now()] as const;
    });
  });
  after(async () => {
    for (const [, { socket }] of slow ?? []) socket.destroy();
    await responder.stop();
  });

  const rightful: readonly (readonly [string, string])[] = [
    ['an address', from('203.0.113.7')],
    ['a token', `${stranger}Backsoon-Token: ${token}\r\n`],
    ['a path', `${stranger}X-Forwarded-Uri: /exempt/x\r\nX-Forwarded-Method: GET\r\n`],
    ['a method', `${stranger}X-Forwarded-Uri: /\r\nX-Forwarded-Method: HEAD\r\n`],
  ];
  for (const [what, lines] of rightful) {
    it(`would get in by ${what}, spelt right`, async () => {
      const received = await raw(responder.gatePort, `${head}${lines}Connection: close\r\n\r\n`);
      expect(statuses(received)).to.deep.equal(['200']);
    });
  }

  it('get in by nothing that they write into headers, targets and cookies', async () => {
    const random = new Random(seed);
    const seen: Record<string, number> = {};
    const wrong: string[] = [];
    for (let round = 0; round < 100; round += 1) {
      const requests = Array.from({ length: 30 }, () => hostileRequest(random));
      const answers = await Promise.all(requests.map(async (bytes) => raw(responder.gatePort, bytes)));
      for (const [index, received] of answers.entries()) {
        const all = statuses(received);
        for (const status of all) seen[status] = (seen[status] ?? 0) + 1;
        if (all.length !== 1 || all.some((status) => status.startsWith('2'))) {
          wrong.push(`${JSON.stringify(requests[index])}: ${all.join()}`);
        }
      }
    }
    expect(wrong.slice(0, 5)).to.deep.equal([]);
    expect(Object.keys(seen)).to.include.members(['503', '403', '405', '400']);
    await isUnharmed(responder);
  });

  it('get in by no binary garbage, and break nothing by resetting', async () => {
    const random = new Random(seed + 1);
    const sendGarbage = async (): Promise<string[]> => {
      const client = new RawClient(responder.gatePort);
      const begin = random.chance(0.5) ? head : '';
      client.socket.write(begin + noise(random, 3000), 'latin1');
      if (random.chance(0.5)) {
        await once(client.socket, 'connect');
        client.socket.resetAndDestroy();
      } else client.socket.end();
      await client.closed;
      return client.statuses;
    };
    for (let round = 0; round < 20; round += 1) {
      const all = await Promise.all(Array.from({ length: 20 }, sendGarbage));
      expect(all.flat().filter((status) => status !== '400')).to.deep.equal([]);
    }
    await isUnharmed(responder);
  });

  it('get each pipelined request answered in its order, however the bytes are cut', async () => {
    const random = new Random(seed + 2);
    const kinds = [
      [`${head}${stranger}\r\n`, '503'],
      [`${head}${from('203.0.113.7')}\r\n`, '200'],
      [head.replace('forward', 'nginx') + '\r\n', '403'],
      [head.replace('GET', 'POST') + `Content-Length: 5\r\n\r\nGET /`, '405'],
    ] as const;
    const conversations = Array.from({ length: 12 }, async (_, index) => {
      const asked = Array.from({ length: 60 }, () => random.pick(kinds));
      const client = new RawClient(responder.gatePort);
      const most = [1, 7, 100, 5000][index % 4] ?? 1;
      await client.sendInPieces(asked.map(([bytes]) => bytes).join(''), () => 1 + random.below(most));
      client.socket.end();
      await client.closed;
      expect(client.statuses, `pieces of up to ${most} bytes`).to.deep.equal(
        asked.map(([, status]) => status),
      );
    });
    await Promise.all(conversations);
    await isUnharmed(responder);
  });

  it('get an answer to what they sent before they closed their half', async () => {
    const received = await raw(responder.gatePort, `${head}${stranger}\r\n${head}X-Forwarded-For: 203.0`);
    expect(statuses(received).filter((status) => status !== '400')).to.deep.equal(['503']);
  });

  const sizes: readonly (readonly [string, string, string])[] = [
    ['60 KB of cookies', `${head}${stranger}Cookie: ${'c'.repeat(60_000)}\r\n\r\n`, '503'],
    ['70 KB of cookies', `${head}${stranger}Cookie: ${'c'.repeat(70_000)}\r\n\r\n`, '431'],
    ['70 KB in many headers', `${head}${'Abcdefgh: ijklmnop\r\n'.repeat(4500)}\r\n`, '431'],
    ['a target of 70 KB', head.replace('web', 'w'.repeat(70_000)), '431'],
    ['a header name of 70 KB', `${head}${'N'.repeat(70_000)}: 1\r\n\r\n`, '431'],
  ];
  for (const [what, bytes, status] of sizes) {
    it(`get ${status} for ${what}`, async () => {
      const client = new RawClient(responder.gatePort);
      client.socket.write(bytes, 'latin1');
      await eventually(
        async () => client.statuses,
        (seen) => seen.length > 0,
      );
      client.socket.destroy();
      expect(client.statuses).to.deep.equal([status]);
    });
  }

  it('do not make it read what it can not answer: who reads no answers is not read either', async () => {
    const client = new RawClient(responder.gatePort);
    client.socket.pause();
    const before = process.memoryUsage.rss();
    const block = `${head}${stranger}\r\n`.repeat(1000);
    // 100 MB of requests would ask for more than 1 GB of pages.
    for (let index = 0; index < 1000; index += 1) client.socket.write(block, 'latin1');
    let last = -1;
    await eventually(
      async () => {
        const stalledAt = last;
        last = client.socket.bytesWritten - client.socket.writableLength;
        const answered = await responder.gate({ headers: { 'x-forwarded-for': '198.51.100.10' } });
        return { stalled: last === stalledAt && last > 0, waiting: client.socket.writableLength, answered };
      },
      ({ stalled, answered }: { stalled: boolean; answered: Answered }) => stalled && answered.status === 503,
    );
    expect(client.socket.writableLength, 'bytes that nobody took').to.be.greaterThan(50e6);
    client.socket.destroy();
    expect((process.memoryUsage.rss() - before) / 1e6, 'MB').to.be.below(400);
    await isUnharmed(responder);
  });

  it('who say too little too slowly are sent away', async () => {
    const patienceMs = 25_000;
    const left = await Promise.all(
      slow.map(async ([what, client, began]) => {
        const late = Promise.withResolvers<string>();
        const timer = setTimeout(() => late.resolve('still there'), began + patienceMs - performance.now());
        const how = await Promise.race([client.closed.then(() => 'sent away'), late.promise]);
        clearTimeout(timer);
        return `${what}: ${how}, ${client.statuses.filter((status) => status.startsWith('2')).length} admissions`;
      }),
    );
    expect(left).to.deep.equal(slow.map(([what]) => `${what}: sent away, 0 admissions`));
    await isUnharmed(responder);
  });
});

describe('gate port: the number of connections', () => {
  it('has a limit that holds, and the others are served', async () => {
    const server = createGateServer({
      context: {
        policies: () => undefined,
        keys: () => undefined,
        nowMs: Date.now,
        random: Math.random,
        requestId: () => '1',
        replica: 'one',
        isShared: () => false,
        observe: () => undefined,
        observeProbe: () => undefined,
        onTemplateProblem: () => undefined,
        observeAnswer: () => undefined,
      },
      isDraining: () => false,
      onError: (error) => {
        throw error;
      },
    });
    expect(server.maxConnections).to.equal(20_000);
    server.maxConnections = 40;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const clients: RawClient[] = [];
    try {
      for (let index = 0; index < 60; index += 1) {
        const client = new RawClient(port);
        clients.push(client);
        await once(client.socket, 'connect');
        client.socket.write(`${head}\r\n`);
      }
      const answered = (): number => clients.filter(({ received }) => received !== '').length;
      const turnedAway = (): number => clients.filter(({ socket }) => socket.destroyed).length;
      await eventually(
        async () => [answered(), turnedAway()],
        ([yes, no]) => yes === 40 && no === 20,
      );
      for (const { socket } of clients.slice(0, 10)) socket.destroy();
      await eventually(
        async () => statuses(await raw(port, `${head}\r\n`)),
        (seen) => seen[0] === '503',
      );
    } finally {
      for (const { socket } of clients) socket.destroy();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    }
  });
});
