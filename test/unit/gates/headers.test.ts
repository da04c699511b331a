import { expect } from 'chai';
import type { RequestHeaders } from '../../../src/access/client-address.ts';
import { gateRequestHeaders } from '../../../src/api/headers.ts';
import { answerGate } from '../../../src/responder/gate.ts';
import { at, buildPolicy, buildSet, otherToken, start, token } from '../policy/build.ts';
import { contextOf } from '../responder/context.ts';

const set = buildSet([
  buildPolicy({
    only: { hosts: ['shop.example.com'], paths: ['/checkout'] },
    access: { paths: ['/healthz'], methods: ['GET'] },
  }),
  buildPolicy({ name: 'other', ingresses: ['api'], class: 'haproxy' }),
]);

const context = contextOf(set, {
  keys: () => ({ current: { id: 'k1', key: Buffer.alloc(32, 1) } }),
  nowMs: () => at(start),
});

/** The names of the headers that the responder looks at to answer this request. */
function readFor(headers: RequestHeaders, ingress = 'web'): readonly string[] {
  const names = new Set<string>();
  const recorded = new Proxy(headers, {
    get: (target, name) => {
      names.add(String(name));
      return Reflect.get(target, name);
    },
    has: (target, name) => {
      names.add(String(name));
      return Reflect.has(target, name);
    },
  });
  answerGate({ method: 'GET', target: `/gate/forward/shop/${ingress}`, headers: recorded }, context);
  return [...names];
}

const asked = {
  'x-forwarded-for': '198.51.100.7',
  'x-forwarded-host': 'shop.example.com',
  'x-forwarded-method': 'POST',
  'x-forwarded-uri': '/checkout',
};

const requests: readonly RequestHeaders[] = [
  asked,
  { ...asked, 'backsoon-token': otherToken },
  { ...asked, 'backsoon-exchange': token },
  { ...asked, 'backsoon-probe': 'v1.k1.x' },
  { ...asked, cookie: '__Host-backsoon-00000000=v1.k1.1.ops.x' },
  { ...asked, 'content-type': 'application/grpc' },
  { ...asked, upgrade: 'websocket' },
  { ...asked, accept: 'text/html', 'accept-language': 'de', origin: 'https://shop.example.com' },
  { ...asked, 'x-forwarded-method': 'GET', 'x-forwarded-uri': '/healthz' },
  { ...asked, 'x-forwarded-method': 'OPTIONS', origin: 'https://shop.example.com' },
  { ...asked, 'x-forwarded-uri': '/.well-known/acme-challenge/x', 'x-forwarded-method': 'GET' },
  { ...asked, 'x-forwarded-uri': '/.well-known/backsoon/sign-out' },
];

describe('gates: the headers that a gate passes on', () => {
  // Traefik's ForwardAuth sends X-Forwarded-* whatever authRequestHeaders says.
  // X-Code no gate passes on: the responder looks whether a request is one at all.
  const passedOn = new Set<string>([...gateRequestHeaders, ...Object.keys(asked), 'x-code']);
  const read = new Set([
    ...requests.flatMap((headers) => readFor(headers)),
    ...requests.flatMap((headers) => readFor({ ...headers, 'x-real-ip': '198.51.100.7' }, 'api')),
  ]);

  it('hold every one that the responder reads', () => {
    expect([...read].filter((name) => !passedOn.has(name))).to.deep.equal([]);
  });

  it('hold no credentials of the app’s own', () => {
    expect(passedOn.has('authorization')).to.equal(false);
    expect(passedOn.has('proxy-authorization')).to.equal(false);
  });

  it('hold none that nobody reads', () => {
    // The observers, of whom this knows nothing, read who the browser is and who made it ask.
    const observed = new Set<string>(['user-agent', 'sec-fetch-site']);
    const unread = gateRequestHeaders.filter((name) => !read.has(name) && !observed.has(name));
    expect(unread).to.deep.equal([]);
  });
});
