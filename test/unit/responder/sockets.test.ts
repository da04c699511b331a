import { Agent } from 'node:http';
import { connect } from 'node:net';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { at, buildPolicy, network } from '../policy/build.ts';
import { eventually, RunningResponder } from './running-responder.ts';

const closedAt = at('2026-12-01T22:00:00Z');
const stranger = { 'x-forwarded-for': '198.51.100.10' };

/** Sends bytes, half-closes, and returns everything that came back until the server closed. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  let received = '';
  socket.setEncoding('latin1');
  socket.on('data', (text: string) => (received += text));
  // A reset is an answer too: the server wants no more of it.
  socket.on('error', () => undefined);
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.on('close', () => resolve());
  socket.end(bytes, 'latin1');
  await promise;
  return received;
}

const statuses = (received: string): string[] =>
  [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status = '']) => status);

const loaded = async (options = {}): Promise<RunningResponder> => {
  const running = await RunningResponder.start(
    closedAt,
    (server) => {
      server.putNetwork(network);
      server.putPolicy(buildPolicy());
    },
    options,
  );
  await eventually(
    async () => running.admin('/readyz'),
    ({ status }) => status === 200,
  );
  return running;
};

const head = 'GET /gate/forward/shop/web HTTP/1.1\r\nHost: x\r\n';

describe('gate port: malformed requests', function () {
  this.timeout(30_000);

  let running: RunningResponder;
  before(async () => (running = await loaded()));
  after(async () => running.stop());

  const table: readonly (readonly [string, string, readonly string[]])[] = [
    ['a well-formed one', `${head}Connection: close\r\n\r\n`, ['503']],
    ['two, pipelined', `${head}\r\n${head}Connection: close\r\n\r\n`, ['503', '503']],
    ['HTTP/1.0', 'GET /gate/forward/shop/web HTTP/1.0\r\n\r\n', ['503']],
    ['no Host', 'GET /gate/forward/shop/web HTTP/1.1\r\n\r\n', ['400']],
    ['no method', ' /gate/forward/shop/web HTTP/1.1\r\n\r\n', ['400']],
    ['a blank in a header name', `${head}X Y: z\r\n\r\n`, ['400']],
    ['a blank before the colon', `${head}X-Forwarded-For : 203.0.113.7\r\n\r\n`, ['400']],
    ['a folded header', `${head}X-Forwarded-For: 198.51.100.1,\r\n 203.0.113.7\r\n\r\n`, ['400']],
    ['bare line feeds', 'GET /gate/forward/shop/web HTTP/1.1\nHost: x\n\n', ['400']],
    ['a NUL', `${head}X: \0\r\n\r\n`, ['400']],
    ['two lengths', `${head}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, ['400']],
    [
      'length and chunked',
      `${head}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      ['400'],
    ],
    ['an unknown coding', `${head}Transfer-Encoding: xchunked\r\n\r\n`, ['503', '400']],
    ['headers that never end', `${head}X: ${'y'.repeat(70_000)}`, ['431']],
    ['TLS', '\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003', ['400']],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', ['400']],
    ['half a head', head, []],
    ['nothing', '', []],
  ];
  for (const [what, bytes, expected] of table) {
    it(`${what}: ${expected.join(', ') || 'no answer'}`, async () => {
      const received = await raw(running.gatePort, bytes);
      // llhttp refuses a half head at its end: said so or not, nothing is admitted.
      const seen = statuses(received);
      if (expected.length === 0) expect(seen.filter((status) => status !== '400')).to.deep.equal([]);
      else expect(seen, received.slice(0, 200)).to.deep.equal(expected);
    });
  }

  it('never admits on garbage, and goes on', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'GET ',
        'HEAD ',
        'POST ',
        '/gate/forward/shop/web',
        ' HTTP/1.1',
        '\r\n',
        '\n',
        'Host: x',
        'Content-Length: 3',
        'Transfer-Encoding: chunked',
        'X-Forwarded-For: 198.51.100.9',
        'Backsoon-Token: x',
        'Backsoon-Probe: v1',
        'Expect: 100-continue',
        'Connection: keep-alive',
        'abc',
        '0\r\n\r\n',
      ),
      fc.string({ unit: 'binary' }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 20 }), async (pieces) => {
        const answered = statuses(await raw(running.gatePort, `${pieces.join('')}\r\n\r\n`));
        expect(answered.filter((status) => status.startsWith('2'))).to.deep.equal([]);
      }),
      { numRuns: 300 },
    );
    expect(await running.gate({ headers: stranger })).to.include({ status: 503 });
    expect(running.log.join('')).not.to.include('failed');
  });

  it('reads every header, however many there are', async () => {
    const many = Array.from({ length: 3000 }, (_, index) => `A${index}: 1\r\n`).join('');
    const colleague = 'X-Forwarded-For: 203.0.113.7\r\nConnection: close\r\n';
    expect(statuses(await raw(running.gatePort, `${head}${many}${colleague}\r\n`))).to.deep.equal(['200']);
    expect(
      statuses(await raw(running.gatePort, `${head}${many}${colleague}Via: 1.1 squid\r\n\r\n`)),
    ).to.deep.equal(['503']);
  });
});

describe('draining', function () {
  this.timeout(30_000);

  let running: RunningResponder;
  before(async () => (running = await loaded({ drainMs: 300 })));
  after(async () => running.stop());

  it('is not ready, serves with Connection: close, then closes both ports', async () => {
    const agent = new Agent({ keepAlive: true });
    expect((await running.gate({ agent, headers: stranger })).headers['connection']).to.equal('keep-alive');
    const drained = running.responder.drain();
    expect(await running.admin('/readyz')).to.include({ status: 503, body: 'draining\n' });
    expect(await running.admin('/healthz')).to.include({ status: 200 });
    const answer = await running.gate({ agent, headers: stranger });
    expect(answer).to.include({ status: 503 });
    expect(answer.headers['connection']).to.equal('close');
    await drained;
    for (const port of [running.gatePort, running.adminPort]) {
      expect(await raw(port, `${head}\r\n`)).to.equal('');
    }
    agent.destroy();
  });
});
