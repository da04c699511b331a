import { expect } from 'chai';
import { encodeKeys, type SigningKey } from '../../../src/access/keys.ts';
import { signOutPath } from '../../../src/api/names.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { at, buildPolicy, end, network, otherToken, sha256, token } from '../policy/build.ts';
import { type Answered, eventually, keys, RunningResponder } from './running-responder.ts';

const closedAt = at('2026-12-01T22:00:00Z');
const beforeStart = at('2026-12-01T20:00:00Z');
const visitor = {
  'x-forwarded-for': '198.51.100.10',
  'x-forwarded-host': 'shop.example.com',
  'x-forwarded-method': 'GET',
  'x-forwarded-uri': '/cart',
};

const cookiesOf = ({ headers }: Answered): string[] => headers['set-cookie'] ?? [];
/** What a browser sends back. */
const pairOf = (setCookie: string): string => setCookie.slice(0, setCookie.indexOf(';'));

describe('staff link', function () {
  this.timeout(30_000);

  let running: RunningResponder;
  const useKeys = async (next: { current: SigningKey; previous?: SigningKey }): Promise<void> => {
    running.writeKeys(encodeKeys(next));
    const ids = [next.current.id, ...(next.previous === undefined ? [] : [next.previous.id])].join();
    await eventually(
      async () => (await running.status()).keys.join(),
      (held) => held === ids,
    );
  };
  const exchange = async (presented: string, headers: Record<string, string> = {}): Promise<Answered> =>
    running.gate({ headers: { ...visitor, ...headers, 'backsoon-exchange': presented } });
  const withCookie = async (cookie: string, headers: Record<string, string> = {}): Promise<Answered> =>
    running.gate({ headers: { ...visitor, ...headers, cookie } });

  beforeEach(async () => {
    running = await RunningResponder.start(closedAt, (server) => {
      server.putNetwork(network);
      server.putPolicy(buildPolicy());
    });
    await running.isReady();
  });
  afterEach(async () => running.stop());

  it('becomes a cookie by a 503, the cookie passes, and signing out ends it', async () => {
    const exchanged = await exchange(token);
    expect(exchanged).to.include({ status: 503, body: '' });
    expect(exchanged.headers).to.include({ 'backsoon-exchange': 'ok', 'cache-control': 'no-store' });
    // Nothing that another origin's script could read, and nothing that looks like the page.
    expect(exchanged.headers).to.not.have.any.keys(
      'access-control-allow-origin',
      'content-type',
      'backsoon-window',
      'retry-after',
    );
    const [setCookie = '', ...others] = cookiesOf(exchanged);
    expect(others).to.deep.equal([]);
    expect(setCookie).to.match(
      /^__Host-backsoon-[0-9a-f]{8}=v1\.k1\.\d+\.ops\.[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=1800$/,
    );

    const cookie = pairOf(setCookie);
    expect(await withCookie(`theme=dark; ${cookie}`)).to.include({ status: 200, body: '' });
    expect(await withCookie('theme=dark')).to.include({ status: 503 });

    const signedOut = await withCookie(cookie, {
      'x-forwarded-uri': `${signOutPath}?x=1`,
      accept: 'text/html',
    });
    expect(signedOut.status).to.equal(503);
    expect(signedOut.headers).to.include({ 'content-type': 'text/html; charset=utf-8' });
    expect(signedOut.headers).to.have.property('backsoon-window');
    expect(cookiesOf(signedOut)).to.deep.equal([
      `${cookie.slice(0, cookie.indexOf('='))}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0`,
    ]);
  });

  it('is refused by a 503 without a cookie when its token is good for nothing, and never lets in by itself', async () => {
    for (const presented of [otherToken, 'x', token.slice(0, -1), `${token}, ${token}`, '']) {
      const refused = await exchange(presented, {
        'x-forwarded-for': '203.0.113.7',
        'backsoon-token': token,
      });
      expect(refused, presented).to.include({ status: 503, body: '' });
      expect(refused.headers).to.include({ 'backsoon-exchange': 'refused', 'cache-control': 'no-store' });
      expect(cookiesOf(refused)).to.deep.equal([]);
    }
  });

  it('is refused where nothing is closed', async () => {
    running.nowMs = beforeStart;
    expect((await exchange(token)).headers).to.include({ 'backsoon-exchange': 'refused' });
  });

  it('gives a cookie for each closed window in which the token is good, and passes only where it is good in all', async () => {
    await running.enforce(buildPolicy({ name: 'other' }));
    const both = cookiesOf(await exchange(token)).map(pairOf);
    expect(both).to.have.length(2);
    expect((await withCookie(both.join('; '))).status).to.equal(200);
    expect((await withCookie(both[0]!)).status).to.equal(503);

    await running.enforce(buildPolicy({ name: 'other', access: { tokens: [] } }));
    expect(cookiesOf(await exchange(token))).to.have.length(1);
    expect((await withCookie(both.join('; '))).status).to.equal(503);
  });

  const ops = { name: 'ops', sha256: sha256(token), notAfter: null };
  const ends: readonly (readonly [string, Policy['access']['tokens']])[] = [
    ['is removed', []],
    ['is rotated under its name', [{ ...ops, sha256: sha256(otherToken) }]],
    ['gets another name', [{ ...ops, name: 'sre' }]],
    ['is over', [{ ...ops, notAfter: '2026-12-01T22:00:00Z' }]],
  ];
  for (const [what, tokens] of ends) {
    it(`is worth nothing any more once its token ${what}`, async () => {
      const cookie = pairOf(cookiesOf(await exchange(token))[0] ?? '');
      expect((await withCookie(cookie)).status).to.equal(200);
      await running.enforce(buildPolicy({ access: { tokens } }));
      expect((await withCookie(cookie)).status).to.equal(503);
    });
  }

  it('survives a change of the window that leaves its token alone', async () => {
    const cookie = pairOf(cookiesOf(await exchange(token))[0] ?? '');
    await running.enforce(buildPolicy({ access: { addresses: [] }, page: { title: 'Longer' } }));
    expect((await withCookie(cookie)).status).to.equal(200);
  });

  it('ends with the occurrence that it was given for', async () => {
    const later = { start: end, end: '2026-12-01T23:30:00Z' };
    await running.enforce(buildPolicy({ occurrences: [{ start: '2026-12-01T21:00:00Z', end }, later] }));
    const cookie = pairOf(cookiesOf(await exchange(token))[0] ?? '');
    running.nowMs = at(end) - 1;
    expect((await withCookie(cookie)).status).to.equal(200);
    running.nowMs = at(end);
    expect((await withCookie(cookie)).status).to.equal(503);
  });

  it('is good at its own host only', async () => {
    const cookie = pairOf(cookiesOf(await exchange(token))[0] ?? '');
    for (const [host, status] of [
      ['Shop.example.com:443', 200],
      ['api.example.com', 503],
      ['shop.example.com.evil.example', 503],
    ] as const) {
      expect(await withCookie(cookie, { 'x-forwarded-host': host }), host).to.include({ status });
    }
  });

  it('lives through a change of keys, and dies with its key', async () => {
    const cookie = pairOf(cookiesOf(await exchange(token))[0] ?? '');
    const second = { id: 'k2', key: Buffer.alloc(32, 2) };
    await useKeys({ current: second, previous: keys.current });
    expect((await withCookie(cookie)).status).to.equal(200);
    expect(cookiesOf(await exchange(token))[0]).to.include('=v1.k2.');
    await useKeys({ current: second });
    expect((await withCookie(cookie)).status).to.equal(503);
    // Another key under the old id is no better.
    await useKeys({ current: { id: 'k1', key: Buffer.alloc(32, 9) } });
    expect((await withCookie(cookie)).status).to.equal(503);
  });

  it('works on a class that shows nothing of the request', async () => {
    const blind = { host: false, path: false, method: false };
    const classes = { traefik: { ...network.classes['traefik']!, sees: blind } };
    await running.enforceNetwork({ ...network, classes });
    const cookie = pairOf(cookiesOf(await exchange(token))[0] ?? '');
    expect((await withCookie(cookie, { 'x-forwarded-host': 'unseen.example' })).status).to.equal(200);
    // Where the path is not seen nobody signs out, whatever a client writes there.
    const elsewhere = await withCookie(cookie, { 'x-forwarded-uri': signOutPath });
    expect(elsewhere).to.include({ status: 200 });
  });
});
