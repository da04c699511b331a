import { expect } from 'chai';
import { closedTime, decisionWithoutPass } from '../../../src/policy/evaluate.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { type Asked, closedAt, decide, from } from './ask.ts';
import { at, buildPolicy, buildSet, decodedNetwork, end, otherToken, sha256, start, token } from './build.ts';

describe('evaluate: one window', () => {
  const set = buildSet([buildPolicy()]);

  it('admits to an Ingress that no policy covers, as an orphan', () => {
    expect(decide(set, { gate: 'shop/api' })).to.equal('orphan');
    expect(decide(set, { gate: 'other/web' })).to.equal('orphan');
    expect(decide(buildSet([]))).to.equal('orphan');
  });

  const times: readonly (readonly [string, number, string])[] = [
    ['a millisecond before the start', at(start) - 1, 'open'],
    ['at the start', at(start), 'refuse for shop/upgrade'],
    ['a millisecond before the end', at(end) - 1, 'refuse for shop/upgrade'],
    ['at the end', at(end), 'open'],
  ];
  for (const [when, nowMs, expected] of times) {
    it(`is ${expected} ${when}`, () => {
      expect(decide(set, { nowMs })).to.equal(expected);
      expect(decisionWithoutPass(set, 'shop/web', nowMs)).to.equal(expected === 'open' ? 'open' : 'closed');
    });
  }

  it('closes in each occurrence, and for good in one without an end', () => {
    const later = { start: '2026-12-08T21:00:00Z', end: null };
    const twice = buildSet([buildPolicy({ occurrences: [{ start, end }, later] })]);
    expect(decide(twice, { nowMs: at('2026-12-05T00:00:00Z') })).to.equal('open');
    expect(decide(twice, { nowMs: at('2026-12-08T21:00:00Z') })).to.equal('refuse for shop/upgrade');
    expect(decide(twice, { nowMs: at('2036-12-08T21:00:00Z') })).to.equal('refuse for shop/upgrade');
  });

  it('stays closed past the end of an occurrence that is held, and tells no end from then on', () => {
    const held = buildSet([buildPolicy({ occurrences: [{ start, end, hold: true }] })]);
    expect(decide(held, { nowMs: at(start) - 1 })).to.equal('open');
    for (const [nowMs, told] of [
      [at(end) - 1, at(end)],
      [at(end), Infinity],
      [at('2036-12-01T21:00:00Z'), Infinity],
    ] as const) {
      expect(decide(held, { nowMs })).to.equal('refuse for shop/upgrade');
      expect(held.windows.map((window) => closedTime(window, nowMs))).to.deep.equal([
        { startMs: at(start), endMs: told, opensMs: Infinity },
      ]);
    }
  });

  it('never closes without an occurrence', () => {
    expect(decide(buildSet([buildPolicy({ occurrences: [] })]))).to.equal('open');
  });

  it('lets an address of the allowlist in, and nobody else', () => {
    expect(decide(set, from('203.0.113.7'))).to.equal('pass by address');
    expect(decide(set, from('198.51.100.10, 203.0.113.7, 192.0.2.1'))).to.equal('pass by address');
    expect(decide(set, from('198.51.100.10'))).to.equal('refuse for shop/upgrade');
    expect(decide(set, from('203.0.113.7, 198.51.100.10'))).to.equal('refuse for shop/upgrade');
    expect(decide(set, {})).to.equal('refuse for shop/upgrade');
  });

  it('lets no loopback, cluster or proxy address in, even when the allowlist has it', () => {
    const addresses = ['127.0.0.0/8', '10.0.0.0/8', '192.0.2.0/24'];
    const generous = buildSet([buildPolicy({ access: { addresses } })]);
    for (const address of ['127.0.0.1', '10.244.0.6', '192.0.2.1']) {
      expect(decide(generous, from(address)), address).to.equal('refuse for shop/upgrade');
    }
    expect(decide(generous, from('192.0.2.99'))).to.equal('pass by address');
  });

  it('lets no address in that came through an unknown proxy, unless the window trusts shared addresses', () => {
    const squid = from('203.0.113.7', { via: '1.1 squid' });
    expect(decide(set, squid)).to.equal('refuse for shop/upgrade');
    expect(decide(buildSet([buildPolicy({ access: { trustSharedAddress: true } })]), squid)).to.equal(
      'pass by address',
    );
  });

  it('trusts no shared address of the cluster itself', () => {
    const addresses = ['10.0.0.0/8', '127.0.0.0/8'];
    const trusting = buildSet([buildPolicy({ access: { addresses, trustSharedAddress: true } })]);
    expect(decide(trusting, from('10.244.3.4', { via: '1.1 squid' }))).to.equal('refuse for shop/upgrade');
    expect(decide(trusting, from('127.0.0.1', { via: '1.1 squid' }))).to.equal('refuse for shop/upgrade');
  });

  it('earns no address without settings for the class, or with policies that disagree about it', () => {
    const colleague = from('203.0.113.7', { 'x-real-ip': '203.0.113.7' });
    expect(decide(buildSet([buildPolicy({ class: 'unknown' })]), colleague)).to.equal(
      'refuse for shop/upgrade',
    );
    expect(decide(buildSet([buildPolicy({ class: 'haproxy' })]), colleague)).to.equal('pass by address');
    const disagreeing = [buildPolicy(), buildPolicy({ name: 'other', class: 'haproxy' })];
    expect(decide(buildSet(disagreeing), colleague)).to.match(/^refuse/);
  });

  it('lets a token in until its notAfter', () => {
    const withToken = { 'backsoon-token': token };
    expect(decide(set, { headers: withToken })).to.equal('pass by token ops');
    expect(decide(set, { headers: { 'backsoon-token': otherToken } })).to.equal('refuse for shop/upgrade');
    expect(decide(set, { headers: { 'backsoon-token': sha256(token) } })).to.equal('refuse for shop/upgrade');
    const tokens = [{ name: 'ops', sha256: sha256(token), notAfter: '2026-12-01T21:30:00Z' }];
    const short = buildSet([buildPolicy({ access: { tokens } })]);
    expect(decide(short, { headers: withToken, nowMs: closedAt - 1 })).to.equal('pass by token ops');
    expect(decide(short, { headers: withToken, nowMs: closedAt })).to.equal('refuse for shop/upgrade');
  });

  it('takes no exchange header, cookie or Authorization for a token', () => {
    for (const name of ['cookie', 'authorization', 'x-backsoon-token']) {
      expect(decide(set, { headers: { [name]: token } }), name).to.equal('refuse for shop/upgrade');
    }
    expect(decide(set, { headers: { 'backsoon-exchange': token } })).to.equal('exchange');
  });
});

describe('evaluate: what passes every window', () => {
  const set = buildSet([buildPolicy()]);
  const challenge = '/.well-known/acme-challenge/a_B-9';
  const preflight = { origin: 'https://a.example', 'access-control-request-method': 'PUT' };

  const table: readonly (readonly [string, Asked, string])[] = [
    ['GET of a challenge', { target: challenge }, 'pass by acme'],
    ['HEAD of a challenge', { method: 'HEAD', target: challenge }, 'pass by acme'],
    ['a challenge with a query', { target: `${challenge}?x=1` }, 'pass by acme'],
    ['POST of a challenge', { method: 'POST', target: challenge }, 'refuse'],
    ['a challenge where the method is not shown', { method: undefined, target: challenge }, 'refuse'],
    ['a challenge where the path is not shown', { target: undefined }, 'refuse'],
    ['a path below a challenge', { target: `${challenge}/x` }, 'refuse'],
    ['the challenge directory', { target: '/.well-known/acme-challenge/' }, 'refuse'],
    ['a way out of the challenge directory', { target: '/.well-known/acme-challenge/..' }, 'refuse'],
    ['an escaped challenge', { target: '/.well-known/acme-challenge/%61' }, 'refuse'],
    ['a challenge below another path', { target: `/x${challenge}` }, 'refuse'],
    ['a doubled slash', { target: `/${challenge}` }, 'refuse'],
    ['a challenge in the query', { target: `/?${challenge}` }, 'refuse'],
    ['an absolute URL', { target: `http://shop.example${challenge}` }, 'refuse'],
    ['a line feed after it', { target: `${challenge}\n` }, 'refuse'],
    ['an upgrade of a challenge', { target: challenge, headers: { upgrade: 'websocket' } }, 'refuse'],
    ['a preflight', { method: 'OPTIONS', headers: preflight }, 'pass by preflight'],
    [
      'OPTIONS without an origin',
      { method: 'OPTIONS', headers: { ...preflight, origin: undefined } },
      'refuse',
    ],
    ['OPTIONS alone', { method: 'OPTIONS' }, 'refuse'],
    ["a preflight's headers on a GET", { headers: preflight }, 'refuse'],
    ['a preflight where the method is not shown', { method: undefined, headers: preflight }, 'refuse'],
    [
      'a preflight that upgrades',
      { method: 'OPTIONS', headers: { ...preflight, upgrade: 'websocket' } },
      'refuse',
    ],
    [
      'gRPC as a preflight',
      { method: 'OPTIONS', headers: { ...preflight, 'content-type': 'application/grpc' } },
      'refuse',
    ],
  ];
  for (const [what, asked, expected] of table) {
    it(`${what}: ${expected}`, () => expect(decide(set, asked).replace(/ for .*/, '')).to.equal(expected));
  }
});

describe('evaluate: several windows', () => {
  const colleague = from('203.0.113.7');
  const closed = (name: string, until: string | null, access: Partial<Policy['access']> = {}): Policy =>
    buildPolicy({ name, occurrences: [{ start, end: until }], access });
  const nobody = { addresses: [], tokens: [] };

  it('lets in only who every closed one lets in', () => {
    expect(decide(buildSet([closed('a', end), closed('b', end)]), colleague)).to.equal('pass by address');
    expect(decide(buildSet([closed('a', end), closed('b', end, nobody)]), colleague)).to.equal(
      'refuse for shop/a',
    );
    const open = buildPolicy({ name: 'c', occurrences: [], access: nobody });
    expect(decide(buildSet([closed('a', end), open]), colleague)).to.equal('pass by address');
  });

  it('lets each window choose its own pass', () => {
    const onlyToken = closed('b', end, { addresses: [] });
    const both = { headers: { ...colleague.headers, 'backsoon-token': token } };
    const set = buildSet([closed('a', end, { tokens: [] }), onlyToken]);
    expect(decide(set, both)).to.match(/^pass/);
    expect(decide(set, colleague)).to.match(/^refuse/);
    expect(decide(set, { headers: { 'backsoon-token': token } })).to.match(/^refuse/);
  });

  it('shows the page of the one that ends last; no end is last; ties go by name', () => {
    const early = closed('a', '2026-12-01T22:00:00Z');
    const late = closed('b', '2026-12-01T23:00:00Z');
    const never = closed('c', null);
    const neverToo = closed('d', null);
    expect(decide(buildSet([early, late]))).to.equal('refuse for shop/b');
    expect(decide(buildSet([late, early]))).to.equal('refuse for shop/b');
    expect(decide(buildSet([neverToo, late, never, early]))).to.equal('refuse for shop/c');
    expect(decide(buildSet([closed('y', end), closed('x', end)]))).to.equal('refuse for shop/x');
  });
});

describe('evaluate: a class without settings', () => {
  it('earns no address and shows nothing; tokens need neither', () => {
    const without = buildSet([buildPolicy()], {
      ...decodedNetwork,
      network: { ...decodedNetwork.network, classes: {} },
    });
    expect(decide(without, from('203.0.113.7'))).to.match(/^refuse/);
    expect(decide(without, { target: '/.well-known/acme-challenge/x' })).to.match(/^refuse/);
    expect(decide(without, { headers: { 'backsoon-token': token } })).to.equal('pass by token ops');
  });
});
