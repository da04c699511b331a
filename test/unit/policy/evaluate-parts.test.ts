import { expect } from 'chai';
import { decisionWithoutPass } from '../../../src/policy/evaluate.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { ask, type Asked, closedAt, decide, from } from './ask.ts';
import { buildPolicy, buildSet, end, otherToken, start, token } from './build.ts';

const refused = 'refuse for shop/upgrade';

describe('evaluate: only a part closes', () => {
  const only = { hosts: ['shop.example.com', '*.example.org'], paths: ['/checkout'] };
  const set = buildSet([buildPolicy({ only })]);
  const table: readonly (readonly [what: string, asked: Asked, expected: string])[] = [
    ['both match', { target: '/checkout/pay' }, refused],
    ['another spelling of the path', { target: '/%63HECKOUT?x' }, refused],
    ['another path', { target: '/products' }, 'open'],
    ['an odd path', { target: '/products/../checkout' }, refused],
    ['an odd path elsewhere', { target: '/products//7' }, refused],
    ['no path', { target: undefined }, refused],
    ['another host', { target: '/checkout', host: 'www.example.com' }, 'open'],
    ['an odd path on another host', { target: '//', host: 'www.example.com' }, 'open'],
    ['the host in another spelling', { target: '/checkout', host: 'SHOP.example.com.:8443' }, refused],
    ['a host that the wildcard stands for', { target: '/checkout', host: 'a.example.org' }, refused],
    ['a host two labels deep', { target: '/checkout', host: 'a.b.example.org' }, 'open'],
    ['no host', { target: '/checkout', host: undefined }, refused],
    ['a malformed host', { target: '/checkout', host: 'www.example.com, shop.example.com' }, refused],
    ['a malformed host and another path', { target: '/', host: '??' }, 'open'],
    ['a colleague', { ...from('203.0.113.7'), target: '/checkout' }, 'pass by address'],
    ['a colleague elsewhere', { ...from('203.0.113.7'), target: '/' }, 'open'],
    ['a challenge elsewhere', { target: '/.well-known/acme-challenge/x' }, 'open'],
  ];
  for (const [what, asked, expected] of table) {
    it(`${what}: ${expected}`, () => expect(decide(set, asked)).to.equal(expected));
  }

  it('by hosts alone, or by paths alone', () => {
    const hosts = buildSet([buildPolicy({ only: { hosts: ['shop.example.com'], paths: null } })]);
    expect(decide(hosts, { target: '/any//thing' })).to.equal(refused);
    expect(decide(hosts, { host: 'www.example.com' })).to.equal('open');
    const paths = buildSet([buildPolicy({ only: { hosts: null, paths: ['/checkout'] } })]);
    expect(decide(paths, { target: '/checkout', host: 'any.example' })).to.equal(refused);
    expect(decide(paths, { target: '/', host: 'any.example' })).to.equal('open');
  });

  it('a part that the class does not show counts as closed, whatever the request claims', () => {
    const blind = buildSet([buildPolicy({ only, class: 'blind' })]);
    expect(decide(blind, { target: '/', host: 'www.example.com' })).to.equal(refused);
    const disagreeing = [buildPolicy({ only }), buildPolicy({ only, name: 'other', class: 'haproxy' })];
    expect(decide(buildSet(disagreeing), { target: '/', host: 'www.example.com' })).to.match(/^refuse/);
  });

  it('no host is believed where clients can choose their address, for they can choose it too', () => {
    const chosen = buildSet([
      buildPolicy({ only: { hosts: ['shop.example.com'], paths: null }, addressRules: false }),
    ]);
    expect(decide(chosen, { host: 'www.example.com' })).to.equal(refused);
    expect(decide(chosen, { headers: { 'backsoon-token': token }, host: 'www.example.com' })).to.match(
      /^pass/,
    );
    const parts = buildSet([buildPolicy({ only, addressRules: false })]);
    expect(decide(parts, { target: '/products', host: 'shop.example.com' })).to.equal('open');
    const exchanged = ask(chosen, { headers: { 'backsoon-exchange': token } });
    const [cookie = ''] = exchanged.outcome === 'exchange' ? exchanged.cookies : [];
    const asked = { headers: { cookie: cookie.slice(0, cookie.indexOf(';')) } };
    expect(decide(chosen, { ...asked, host: 'other.example.com' }), 'bound to no host').to.match(/^pass/);
  });

  it('a probe tells that a window is closed now, whatever its part', () => {
    expect(decisionWithoutPass(set, 'shop/web', closedAt)).to.equal('closed');
  });

  it('each window closes its own part, and shows its own page there', () => {
    const part = (name: string, path: string, until: string | null): Policy =>
      buildPolicy({ name, only: { hosts: null, paths: [path] }, occurrences: [{ start, end: until }] });
    const both = buildSet([part('a', '/a', end), part('b', '/b', null)]);
    expect(decide(both, { target: '/a' })).to.equal('refuse for shop/a');
    expect(decide(both, { target: '/b' })).to.equal('refuse for shop/b');
    expect(decide(both, { target: '/a/../b' })).to.equal('refuse for shop/b');
    expect(decide(both, { target: '/c' })).to.equal('open');
  });
});

describe('evaluate: passes of everybody', () => {
  const set = buildSet([buildPolicy({ access: { paths: ['/healthz'], methods: ['GET', 'HEAD'] } })]);
  const webSocket = { 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };
  const table: readonly (readonly [what: string, asked: Asked, expected: string])[] = [
    ['a path', { method: 'POST', target: '/healthz/db?x' }, 'pass by path'],
    [
      'a path, shown a token',
      { target: '/healthz', headers: { 'backsoon-token': token } },
      'pass by token ops',
    ],
    ['an odd path', { method: 'POST', target: '/healthz/..' }, refused],
    ['another path', { method: 'POST', target: '/healthzz' }, refused],
    ['an upgrade of a path', { target: '/healthz', headers: { upgrade: 'websocket' } }, 'pass by path'],
    ['a method', {}, 'pass by method'],
    ['another method', { method: 'POST' }, refused],
    ['a method in lower case', { method: 'get' }, refused],
    ['a method that is not shown', { method: undefined }, refused],
    ['an upgrade by a method', { headers: { upgrade: 'websocket' } }, refused],
    ['a WebSocket whose Upgrade was removed', { headers: webSocket }, refused],
    ['a WebSocket by its key', { headers: { 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' } }, refused],
    ['a WebSocket over HTTP/2', { headers: { 'sec-websocket-version': '13' } }, refused],
    ['gRPC by a method', { headers: { 'content-type': 'application/grpc+proto' } }, refused],
    ['what may be gRPC by a method', { headers: { 'content-type': 'a/b, application/grpc' } }, refused],
    ['a method that the app overrides', { headers: { 'x-http-method-override': 'DELETE' } }, refused],
    [
      'a path and another method',
      { target: '/healthz', headers: { 'x-http-method': 'PUT' } },
      'pass by path',
    ],
  ];
  for (const [what, asked, expected] of table) {
    it(`${what}: ${expected}`, () => expect(decide(set, asked)).to.equal(expected));
  }

  it('are none where the class shows neither path nor method', () => {
    const access = { paths: ['/'], methods: ['GET'] };
    const blind = buildSet([buildPolicy({ access, class: 'blind' })]);
    expect(decide(blind, { target: '/healthz' })).to.equal(refused);
    expect(decide(blind, { target: '/.well-known/acme-challenge/x' })).to.equal(refused);
    const preflight = { origin: 'https://a.example', 'access-control-request-method': 'PUT' };
    expect(decide(blind, { method: 'OPTIONS', headers: preflight })).to.equal(refused);
  });

  it('pass the window that grants them and no other', () => {
    const other = buildPolicy({ name: 'z', access: { tokens: [] } });
    const both = buildSet([buildPolicy({ access: { paths: ['/healthz'] } }), other]);
    expect(decide(both, { target: '/healthz' })).to.equal('refuse for shop/upgrade');
    expect(decide(both, { ...from('203.0.113.7'), target: '/healthz' })).to.equal('pass by address');
    const byPath = buildPolicy({ access: { paths: ['/healthz'], addresses: [] } });
    const colleague = { ...from('203.0.113.7'), target: '/healthz' };
    expect(decide(buildSet([byPath, other]), colleague), 'what the shown window says').to.equal(
      'pass by path',
    );
  });
});

describe('evaluate: addresses that are not what they seem', () => {
  it('match nothing on a gate whose controller lets clients choose them', () => {
    const off = buildSet([buildPolicy({ addressRules: false, access: { trustSharedAddress: true } })]);
    expect(decide(off, from('203.0.113.7'))).to.equal(refused);
    expect(decide(off, { headers: { 'backsoon-token': token } })).to.equal('pass by token ops');
    for (const name of ['a', 'z']) {
      const one = buildPolicy({ name, addressRules: false });
      expect(decide(buildSet([buildPolicy(), one]), from('203.0.113.7')), name).to.match(/^refuse/);
    }
  });

  it('match nothing when they are shared, unless the window trusts that', () => {
    const shared = ['203.0.113.7'];
    const set = buildSet([buildPolicy()]);
    expect(decide(set, { ...from('203.0.113.7'), shared })).to.equal(refused);
    expect(decide(set, { ...from('203.0.113.8'), shared })).to.equal('pass by address');
    const trusting = buildSet([buildPolicy({ access: { trustSharedAddress: true } })]);
    expect(decide(trusting, { ...from('203.0.113.7'), shared })).to.equal('pass by address');
    const proxied = from('203.0.113.7', { via: '1.1 squid' });
    expect(decide(trusting, { ...proxied, shared })).to.equal('pass by address');
    expect(decide(set, { ...proxied, shared })).to.equal(refused);
    const token2 = { headers: { 'x-forwarded-for': '203.0.113.7', 'backsoon-token': otherToken } };
    expect(decide(set, { ...token2, shared })).to.equal(refused);
  });

  it('are still trusted by a window after another one did not', () => {
    const health = buildPolicy({ access: { paths: ['/healthz'] } });
    const trusting = buildPolicy({ name: 'z', access: { trustSharedAddress: true } });
    const asked = { ...from('203.0.113.7'), shared: ['203.0.113.7'] };
    expect(decide(buildSet([health, trusting]), { ...asked, target: '/healthz' })).to.equal('pass by path');
    expect(decide(buildSet([health, trusting]), asked)).to.match(/^refuse/);
  });

  it('are trusted by one window and not by the next', () => {
    const trusting = buildPolicy({ name: 'z', access: { trustSharedAddress: true } });
    const shared = ['203.0.113.7'];
    expect(decide(buildSet([buildPolicy(), trusting]), { ...from('203.0.113.7'), shared })).to.match(
      /^refuse/,
    );
    expect(decide(buildSet([trusting]), { ...from('203.0.113.7'), shared })).to.equal('pass by address');
  });
});
