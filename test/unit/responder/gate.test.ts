import { Agent } from 'node:http';
import { expect } from 'chai';
import { forgedProbeAddress, verifyEcho, signProbe } from '../../../src/access/probe.ts';
import { opaqueWindowId } from '../../../src/policy/revision.ts';
import { encodePolicy } from '../../../src/policy/encode.ts';
import { at, buildPolicy, network, otherToken, token } from '../policy/build.ts';
import { eventually, keys, RunningResponder } from './running-responder.ts';

const closedAt = at('2026-12-01T22:00:00Z');
const colleague = { 'x-forwarded-for': '203.0.113.7' };
const stranger = { 'x-forwarded-for': '198.51.100.10' };

describe('gate port', function () {
  this.timeout(30_000);

  let running: RunningResponder;

  before(async () => {
    running = await RunningResponder.start(closedAt, (server) => {
      server.putNetwork(network);
      server.putPolicy(buildPolicy({ page: { title: 'Moving', message: 'Grüße' } }));
    });
    await eventually(
      async () => running.admin('/readyz'),
      ({ status }) => status === 200,
    );
  });

  after(async () => running.stop());
  beforeEach(() => (running.nowMs = closedAt));

  it('lets a colleague and a token in', async () => {
    expect(await running.gate({ headers: colleague })).to.include({ status: 200, body: '' });
    expect(await running.gate({ headers: { ...stranger, 'backsoon-token': token } })).to.include({
      status: 200,
    });
    expect(await running.gate({ headers: { ...stranger, 'backsoon-token': otherToken } })).to.include({
      status: 503,
    });
  });

  it('flips at the start and at the end by its own clock', async () => {
    const times = [
      ['2026-12-01T20:59:59.999Z', 200],
      ['2026-12-01T21:00:00Z', 503],
      ['2026-12-01T22:29:59.999Z', 503],
      ['2026-12-01T22:30:00Z', 200],
    ] as const;
    for (const [when, status] of times) {
      running.nowMs = at(when);
      expect(await running.gate({ headers: stranger }), when).to.include({ status });
    }
  });

  it('gives strangers the page in the format that they accept', async () => {
    const html = await running.gate({ headers: { ...stranger, accept: 'text/html' } });
    expect(html.status).to.equal(503);
    expect(html.headers).to.include({
      'content-type': 'text/html; charset=utf-8',
      'backsoon-window': opaqueWindowId('uid-upgrade'),
      'cache-control': 'no-store',
      'access-control-allow-origin': '*',
      vary: 'Accept, Accept-Language, Origin, Cookie, backsoon-token',
      'x-content-type-options': 'nosniff',
    });
    expect(html.headers['content-security-policy']).to.match(/^default-src 'none'; style-src 'sha256-/);
    expect(Number(html.headers['retry-after'])).to.be.within(1800, 1980);
    expect(html.body)
      .to.include('<h1 dir="auto" lang="">Moving</h1>')
      .and.to.include('Grüße')
      .and.to.include('198.51.100.10');

    const problem = await running.gate({ headers: { ...stranger, accept: 'application/json' } });
    expect(problem.headers['content-type']).to.equal('application/problem+json');
    expect(JSON.parse(problem.body)).to.include({
      status: 503,
      title: 'Moving',
      retryAfter: Number(problem.headers['retry-after']),
    });

    const text = await running.gate({ headers: { ...stranger, accept: 'text/plain' } });
    expect(text.body).to.match(/^Moving\n/);
  });

  it('answers a script of another origin so that it may read the answer', async () => {
    const headers = { ...stranger, origin: 'https://app.example:8443' };
    expect((await running.gate({ headers })).headers).to.include({
      'access-control-allow-origin': 'https://app.example:8443',
      'access-control-allow-credentials': 'true',
    });
    const odd = await running.gate({ headers: { ...stranger, origin: 'null' } });
    expect(odd.headers)
      .to.include({ 'access-control-allow-origin': '*' })
      .and.not.to.have.property('access-control-allow-credentials');
  });

  it('has a body for HEAD neither on the wire nor behind a controller that always asks by GET', async () => {
    const wire = await running.gate({ method: 'HEAD', headers: stranger });
    expect(wire).to.include({ status: 503, body: '' });
    expect(Number(wire.headers['content-length'])).to.be.above(1000);
    const forwarded = await running.gate({ headers: { ...stranger, 'x-forwarded-method': 'HEAD' } });
    expect(forwarded).to.include({ status: 503, body: '' });
    // A Content-Length of 0 would be relayed, and be wrong.
    expect(forwarded.headers).not.to.have.property('content-length');
    expect(forwarded.headers).to.have.property('content-type');
  });

  it('gives an upgrade a bare 503', async () => {
    const answer = await running.gate({
      headers: { ...stranger, connection: 'upgrade', upgrade: 'websocket' },
    });
    expect(answer).to.include({ status: 503, body: '' });
    expect(answer.headers).to.have.property('retry-after');
  });

  it('gives a WebSocket a bare 503 also where the controller removed Upgrade', async () => {
    const answer = await running.gate({
      headers: {
        ...stranger,
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'sec-websocket-version': '13',
      },
    });
    expect(answer).to.include({ status: 503, body: '' });
    expect(answer.headers).to.have.property('retry-after');
  });

  it('gives the page to what may be gRPC and may be none', async () => {
    const headers = { ...stranger, 'content-type': 'text/plain, application/grpc' };
    expect((await running.gate({ headers })).body).to.include('Moving');
  });

  it('gives gRPC its own status, on a 503', async () => {
    const answer = await running.gate({ headers: { ...stranger, 'content-type': 'application/grpc+proto' } });
    expect(answer).to.include({ status: 503, body: '' });
    expect(answer.headers).to.include({ 'grpc-status': '14', 'content-type': 'application/grpc' });
  });

  it('lets ACME and preflights pass where path and method are shown', async () => {
    const acme = { 'x-forwarded-method': 'GET', 'x-forwarded-uri': '/.well-known/acme-challenge/abc' };
    expect(await running.gate({ headers: { ...stranger, ...acme } })).to.include({ status: 200 });
    const preflight = {
      'x-forwarded-method': 'OPTIONS',
      origin: 'https://a.example',
      'access-control-request-method': 'PUT',
    };
    expect(await running.gate({ headers: { ...stranger, ...preflight } })).to.include({ status: 200 });
  });

  const elsewhere = [
    '/',
    '/gate',
    '/gate/forward',
    '/gate/forward/',
    '/gate/forward/shop',
    '/gate/forward/shop/',
    '/gate/forward/shop/web/',
    '/gate/forward/shop/web?x',
    '/gate/forward/shop/web#x',
    '/gate/forward//web',
    '/gate/forward/shop/../web',
    '/gate/forward/Shop/web',
    '/gate/forward/shop%2fweb',
    '/gate/nginx/shop/web/',
    '/gate/nginx/shop',
    '/gate/other/shop/web',
    '//gate/forward/shop/web',
    'http://x/gate/forward/shop/web',
    '*',
    '/status',
    '/healthz',
  ];
  for (const path of elsewhere) {
    it(`keeps everybody out of ${path} by a bare 503`, async () => {
      const answer = await running.gate({ path, headers: colleague });
      expect(answer).to.include({ status: 503, body: '' });
      expect(answer.headers).not.to.have.property('backsoon-window');
    });
  }

  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND']) {
    it(`answers ${method} with 405`, async () => {
      const headers = { ...colleague, 'content-length': '1' };
      expect(await running.gate({ method, headers, body: 'x' })).to.include({ status: 405 });
    });
  }

  it('keeps a connection for many requests, each decided by itself', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const sockets = new Set<number | undefined>();
    agent.on('free', (socket: { localPort?: number }) => sockets.add(socket.localPort));
    const statuses: number[] = [];
    for (const headers of [colleague, stranger, colleague, stranger, stranger]) {
      statuses.push((await running.gate({ agent, headers })).status);
    }
    agent.destroy();
    expect(statuses).to.deep.equal([200, 503, 200, 503, 503]);
    expect(sockets.size).to.equal(1);
  });

  it('admits to an Ingress without a policy, and says so to the operator', async () => {
    expect(await running.gate({ path: '/gate/forward/shop/api', headers: stranger })).to.include({
      status: 200,
    });
    expect((await running.status()).orphans).to.deep.equal(['shop/api']);
    running.nowMs += 5 * 60_000 + 1;
    expect((await running.status()).orphans).to.deep.equal([]);
  });

  describe('probes', () => {
    const nonce = 'nonce-nonce-nonce';
    const host = 'shop.example.com';
    const probeFor = (gate: string, nowMs: number): string =>
      signProbe(keys.current, { gate, host, nonce, expires: Math.floor(nowMs / 1000) + 8 });
    const asked = { gate: 'shop/web', nonce };

    it('are answered by a signed echo, closed or open, and never admitted', async () => {
      for (const [nowMs, decision] of [
        [closedAt, 'closed'],
        [at('2026-12-01T20:00:00Z'), 'open'],
      ] as const) {
        running.nowMs = nowMs;
        const headers = {
          ...colleague,
          'x-forwarded-host': 'Shop.example.com:443',
          'backsoon-probe': probeFor('shop/web', nowMs),
        };
        const answer = await running.gate({ headers });
        expect(answer).to.include({ status: 503, body: '' });
        const { revision } = encodePolicy(buildPolicy({ page: { title: 'Moving', message: 'Grüße' } }));
        expect(verifyEcho(answer.headers['backsoon-echo'], asked, keys)).to.deep.equal({
          ...asked,
          revision,
          replica: 'backsoon-responder-1',
          decision,
          spoofed: false,
        });
      }
    });

    it('are answered on a gate that no policy covers', async () => {
      const headers = { 'x-forwarded-host': host, 'backsoon-probe': probeFor('shop/free', closedAt) };
      const answer = await running.gate({ path: '/gate/forward/shop/free', headers });
      expect(answer.status).to.equal(503);
      expect(verifyEcho(answer.headers['backsoon-echo'], { gate: 'shop/free', nonce }, keys)).to.include({
        revision: 'none',
        decision: 'open',
      });
    });

    const chains = [
      [`${forgedProbeAddress}, 10.244.1.1`, false, 'the controller added whom it saw'],
      [`${forgedProbeAddress}, 10.244.1.1, 192.0.2.1`, false, 'a proxy did'],
      ['10.244.1.1', false, 'the controller wrote its own'],
      [forgedProbeAddress, true, 'the controller believed it'],
      [`${forgedProbeAddress}, 192.0.2.1`, true, 'a proxy believed it'],
    ] as const;
    for (const [chain, spoofed, what] of chains) {
      it(`tell ${spoofed ? 'that' : 'not that'} clients can choose their address when ${what}`, async () => {
        const headers = {
          'x-forwarded-for': chain,
          'x-forwarded-host': host,
          'backsoon-probe': probeFor('shop/web', closedAt),
        };
        const answer = await running.gate({ headers });
        expect(verifyEcho(answer.headers['backsoon-echo'], asked, keys)).to.include({ spoofed });
      });
    }

    it('are ordinary requests when forged, expired or meant for another gate', async () => {
      const bad = [
        'v1.k1.x',
        'x',
        probeFor('shop/web', closedAt).replace(/.{4}$/, 'AAAA'),
        probeFor('shop/web', closedAt - 60_000),
        probeFor('shop/api', closedAt),
      ];
      for (const probe of bad) {
        const headers = { 'x-forwarded-host': host, 'backsoon-probe': probe };
        const refused = await running.gate({ headers: { ...headers, ...stranger } });
        expect(refused.status, probe).to.equal(503);
        expect(refused.headers).not.to.have.property('backsoon-echo');
        expect(refused.headers).to.have.property('backsoon-window');
        expect((await running.gate({ headers: { ...headers, ...colleague } })).status, probe).to.equal(200);
      }
    });
  });

  it('logs no header of any visitor, and addresses only of those who use a token', () => {
    const isAudit = (line: string): boolean => line.includes('"audit"');
    const audits = running.log.filter(isAudit).join('');
    const others = running.log.filter((line) => !isAudit(line)).join('');
    expect(others).to.include('policies in force');
    expect(audits).to.include('198.51.100.10').and.not.to.include('203.0.113.7');
    expect(others).not.to.include('198.51.100.10').and.not.to.include('203.0.113.7');
    for (const secret of [token, otherToken, keys.current.key.toString()]) {
      expect(audits + others).not.to.include(secret);
    }
  });
});
