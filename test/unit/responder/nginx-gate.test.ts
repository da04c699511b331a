import { expect } from 'chai';
import { pino } from 'pino';
import { forgedProbeAddress, signProbe } from '../../../src/access/probe.ts';
import { signOutPath } from '../../../src/api/names.ts';
import { failureAt } from '../../../src/responder/answer.ts';
import { at, buildPolicy, network, otherToken, token } from '../policy/build.ts';
import { type Answered, keys, RunningResponder } from './running-responder.ts';

const closedAt = at('2026-12-01T22:00:00Z');
const beforeStart = at('2026-12-01T20:00:00Z');

/** What ingress-nginx itself says of a visitor. */
const visit = (target = '/cart', method = 'GET', host = 'shop.example.com'): Record<string, string> => ({
  'x-original-url': `https://${host}${target}`,
  'x-original-method': method,
  'x-sent-from': 'nginx-ingress-controller',
  'x-real-ip': '198.51.100.10',
  'x-forwarded-for': '198.51.100.10',
});

interface Probe {
  readonly nonce: string;
  readonly header: string;
}

describe("gate of nginx's flavour", function () {
  this.timeout(30_000);

  let running: RunningResponder;
  const access: string[] = [];
  const ask = async (headers: Record<string, string>, path = '/gate/nginx/shop/web'): Promise<Answered> =>
    running.gate({ path, headers });
  const isAdmitted = (answer: Answered): void => {
    expect(answer).to.include({ status: 200, body: '' });
    // nginx would hand it on to the visitor.
    expect(answer.headers).not.to.have.property('set-cookie');
  };
  const isForbidden = (answer: Answered, what?: string): void => {
    expect(answer, what).to.include({ status: 403, body: '' });
    expect(answer.headers, what).not.to.have.any.keys('set-cookie', 'backsoon-window', 'backsoon-echo');
  };

  before(async () => {
    const accessLog = pino({}, { write: (line: string) => access.push(line) });
    running = await RunningResponder.start(
      closedAt,
      (server) => {
        server.putNetwork(network);
        server.putPolicy(buildPolicy({ class: 'nginx', access: { paths: ['/hooks'], methods: ['HEAD'] } }));
      },
      { accessLog },
    );
    await running.isReady();
  });
  after(async () => running.stop());
  beforeEach(() => (running.nowMs = closedAt));

  it('lets in whom the forward flavour lets in: by 200, without a body and without a cookie', async () => {
    const passes: Record<string, Record<string, string>> = {
      address: { ...visit(), 'x-forwarded-for': '203.0.113.7' },
      token: { ...visit(), 'backsoon-token': token },
      path: visit('/hooks/1?x=2', 'POST'),
      method: visit('/', 'HEAD'),
      acme: visit('/.well-known/acme-challenge/abc'),
      preflight: {
        ...visit('/', 'OPTIONS'),
        origin: 'https://a.example',
        'access-control-request-method': 'PUT',
      },
    };
    for (const headers of Object.values(passes)) isAdmitted(await ask(headers));
    const passed = access.map((line) => (JSON.parse(line) as { pass?: string }).pass);
    expect(passed).to.deep.equal(Object.keys(passes));
  });

  it('keeps strangers out by an empty 403, whatever they ask for', async () => {
    for (const more of [
      { accept: 'text/html' },
      { accept: 'application/json' },
      { 'content-type': 'application/grpc' },
      { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' },
      { 'backsoon-token': otherToken },
      { 'x-original-method': 'POST' },
    ]) {
      isForbidden(await ask({ ...visit(), ...more }), JSON.stringify(more));
    }
  });

  it('flips at the start and at the end', async () => {
    for (const [when, status] of [
      ['2026-12-01T20:59:59.999Z', 200],
      ['2026-12-01T21:00:00Z', 403],
      ['2026-12-01T22:29:59.999Z', 403],
      ['2026-12-01T22:30:00Z', 200],
    ] as const) {
      running.nowMs = at(when);
      expect(await ask(visit()), when).to.include({ status });
    }
  });

  it('leaves exchanges and signing out to the page, which can give cookies', async () => {
    for (const presented of [token, otherToken, 'x']) {
      isForbidden(await ask({ ...visit(), 'backsoon-exchange': presented }), presented);
    }
    isForbidden(await ask(visit(signOutPath)));
    running.nowMs = beforeStart;
    isForbidden(await ask({ ...visit(), 'backsoon-exchange': token }), 'while the site is open');
  });

  it('is answered whatever the method is that nginx was told to ask by', async () => {
    for (const method of ['HEAD', 'POST', 'OPTIONS', 'PROPFIND']) {
      const answer = await running.gate({ path: '/gate/nginx/shop/web', method, headers: visit() });
      isForbidden(answer, method);
    }
  });

  it('never reads what a visitor can write on the way through nginx', async () => {
    const written = {
      'x-forwarded-method': 'HEAD',
      'x-forwarded-uri': '/hooks/1',
      'x-forwarded-host': 'other.example',
      'x-original-uri': '/hooks/1',
      'x-namespace': 'other',
      'x-ingress-name': 'free',
      'x-real-ip': '203.0.113.7',
    };
    isForbidden(await ask({ ...visit('/cart', 'POST'), ...written }));
    isAdmitted(await ask({ ...visit('/hooks/1', 'POST'), ...written, 'x-forwarded-uri': '/cart' }));
  });

  it('sees no path where it is not certain where the path begins', async () => {
    for (const url of ['http://a.test?x=/hooks/1', 'http://a?b/hooks/1', 'http://a@b/hooks/1']) {
      isForbidden(await ask({ ...visit('/', 'POST'), 'x-original-url': url }), url);
    }
  });

  it('relies on the path and the method only where the class shows them', async () => {
    const blind = { host: false, path: false, method: false };
    const classes = { nginx: { ...network.classes['nginx']!, sees: blind } };
    await running.enforceNetwork({ ...network, classes });
    isForbidden(await ask(visit('/hooks/1')));
    isForbidden(await ask(visit('/', 'HEAD')));
    await running.enforceNetwork(network);
  });

  it('never takes the host for seen, for nginx says what the visitor writes', async () => {
    const classes = {
      nginx: { ...network.classes['nginx']!, sees: { host: true, path: true, method: true } },
    };
    await running.enforceNetwork({ ...network, classes });
    await running.enforce(
      buildPolicy({
        name: 'part',
        ingresses: ['part'],
        class: 'nginx',
        only: { hosts: ['shop.example.com'], paths: null },
      }),
    );
    isForbidden(await ask(visit('/', 'GET', 'open.example.com'), '/gate/nginx/shop/part'));
    await running.enforceNetwork(network);
  });

  it('admits to an Ingress without a policy, and says so to the operator', async () => {
    isAdmitted(await ask(visit(), '/gate/nginx/shop/api'));
    expect((await running.status()).orphans).to.deep.equal(['shop/api']);
  });

  it("counts its visitors, with nginx's own request id in the access log", async () => {
    const nginxId = '0123456789abcdef0123456789abcdef';
    access.length = 0;
    await ask({ ...visit(), 'x-request-id': nginxId });
    await ask({ ...visit(), 'x-request-id': `bsn_${nginxId}` });
    const ids = access.map((line) => (JSON.parse(line) as { requestId: string }).requestId);
    expect(ids[0]).to.equal(nginxId);
    expect(ids[1]).to.match(/^[0-9a-z]+-[0-9a-z]+$/);
    expect(JSON.parse(access[0] ?? '')).to.include({ outcome: 'refuse', method: 'GET', path: '/cart' });
  });

  it('keeps out by a 403 also whom it failed to answer', () => {
    expect(failureAt('/gate/nginx/shop/web')).to.deep.include({ status: 403, body: [] });
    expect(failureAt('/gate/forward/shop/web')).to.deep.include({ status: 503, body: [] });
  });

  describe('probes', () => {
    let count = 0;
    const probe = (host: string, gate = 'shop/web'): Probe => {
      const nonce = `nonce-nonce-nonce-${(count += 1)}`;
      const expires = Math.floor(running.nowMs / 1000) + 8;
      return { nonce, header: signProbe(keys.current, { gate, host, nonce, expires }) };
    };
    const send = async ({ header }: Probe, headers: Record<string, string>, path?: string): Promise<void> =>
      isForbidden(await ask({ ...headers, 'backsoon-probe': header }, path));
    const seen = async (): Promise<object[]> => [...(await running.status()).nonces];
    beforeEach(() => (running.nowMs = closedAt + (count += 20) * 1000));

    it('are never admitted, closed, open or orphaned, and are reported to the operator', async () => {
      running.nowMs = beforeStart;
      const open = probe('shop.example.com');
      await send(open, { ...visit(), 'x-forwarded-for': '203.0.113.7' });
      const orphan = probe('shop.example.com', 'shop/free');
      await send(orphan, visit(), '/gate/nginx/shop/free');
      const found = { sentFrom: true, spoofed: false };
      expect(await seen()).to.deep.equal([
        { gate: 'shop/web', nonce: open.nonce, ...found },
        { gate: 'shop/free', nonce: orphan.nonce, ...found },
      ]);
      running.nowMs += 15_001;
      expect(await seen()).to.deep.equal([]);
    });

    it('are good when bound to the host that was asked for, or to none', async () => {
      for (const host of ['shop.example.com', ''])
        await send(probe(host), visit('/', 'GET', 'Shop.example.com:443'));
      expect(await seen()).to.have.length(2);
    });

    it('tell that another data plane asks, which says neither X-Sent-From nor X-Original-URL', async () => {
      const headers = { 'x-forwarded-host': 'shop.example.com', 'x-forwarded-for': '198.51.100.10' };
      for (const host of ['shop.example.com', '']) await send(probe(host), headers);
      expect((await running.status()).nonces.map(({ sentFrom }) => sentFrom)).to.deep.equal([false, false]);
    });

    it('tell that clients can choose their address', async () => {
      await send(probe(''), { ...visit(), 'x-forwarded-for': forgedProbeAddress });
      await send(probe(''), { ...visit(), 'x-forwarded-for': `${forgedProbeAddress}, 198.51.100.10` });
      expect((await running.status()).nonces.map(({ spoofed }) => spoofed)).to.deep.equal([true, false]);
    });

    it('are ordinary requests when forged, expired or meant for another gate or host', async () => {
      const good = probe('shop.example.com');
      const late = probe('shop.example.com');
      const bad = [
        probe('shop.example.com', 'shop/api'),
        probe('api.example.com'),
        { ...good, header: good.header.replace(/.{4}$/, 'AAAA') },
      ];
      for (const each of bad) await send(each, visit());
      running.nowMs += 60_000;
      await send(late, visit());
      expect(await seen()).to.deep.equal([]);
      running.nowMs -= 60_000;
      const colleague = { ...visit(), 'x-forwarded-for': '203.0.113.7' };
      isAdmitted(await ask({ ...colleague, 'backsoon-probe': bad[0]?.header ?? '' }));
    });

    it('of the forward flavour are not reported: their echo is', async () => {
      const { header } = probe('shop.example.com');
      const headers = { 'x-forwarded-host': 'shop.example.com', 'backsoon-probe': header };
      expect((await running.gate({ headers })).headers).to.have.property('backsoon-echo');
      expect(await seen()).to.deep.equal([]);
    });
  });
});

describe("gate of nginx's flavour before the policies are loaded", function () {
  this.timeout(30_000);

  it('keeps everybody out by a 403: anything else would become a 500', async () => {
    const running = await RunningResponder.start(closedAt, (server) => {
      server.holdsLists = true;
    });
    try {
      expect(await running.gate({ path: '/gate/nginx/shop/web' })).to.include({ status: 403, body: '' });
      expect(await running.gate()).to.include({ status: 503, body: '' });
    } finally {
      await running.stop();
    }
  });
});
