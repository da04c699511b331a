import { expect } from 'chai';
import * as fc from 'fast-check';
import type { RequestHeaders } from '../../../src/access/client-address.ts';
import { signProbe } from '../../../src/access/probe.ts';
import type { Answer } from '../../../src/responder/answer.ts';
import { answerGate, type WireRequest } from '../../../src/responder/gate.ts';
import { closedAt, keys } from '../policy/ask.ts';
import { buildPolicy, buildSet, otherToken, sha256, token } from '../policy/build.ts';
import { contextOf } from './context.ts';

const ops = { name: 'ops', sha256: sha256(token), notAfter: null };
/** Two tenants: the token is good at shop's, and its address list is shop's alone. */
const set = buildSet([
  buildPolicy({ class: 'nginx', access: { tokens: [ops], paths: ['/hooks'] } }),
  buildPolicy({
    namespace: 'bank',
    name: 'audit',
    class: 'nginx',
    access: { addresses: [], tokens: [{ ...ops, sha256: sha256(otherToken) }], paths: ['/hooks'] },
    page: { title: 'Bank' },
  }),
]);
const context = contextOf(set);

/** What ingress-nginx says to a gate of a stranger. */
const question: RequestHeaders = {
  'x-original-url': 'http://shop.example.com/cart',
  'x-original-method': 'POST',
  'x-sent-from': 'nginx-ingress-controller',
  'x-real-ip': '198.51.100.10',
  'x-forwarded-for': '198.51.100.10',
};
/** What Traefik says, also where it reads ingress-nginx's annotations. */
const forwarded: RequestHeaders = {
  'x-forwarded-uri': '/cart',
  'x-forwarded-method': 'POST',
  'x-forwarded-host': 'shop.example.com',
  'x-forwarded-for': '198.51.100.10',
};

/** What a visitor writes who would rather be somebody else. */
const forged: RequestHeaders = {
  'x-namespace': 'bank',
  'x-ingress-name': 'web',
  'x-original-uri': '/hooks/1',
};

const headerOf = ({ headers }: Answer, name: string): string | undefined => {
  const index = headers.findIndex((each, at) => at % 2 === 0 && each.toLowerCase() === name);
  return index < 0 ? undefined : headers[index + 1];
};

describe("names that a visitor writes in ingress-nginx's place", () => {
  const ways: readonly (readonly [string, string, RequestHeaders, RequestHeaders])[] = [
    ['a gate through ingress-nginx', '/gate/nginx/shop/web', question, {}],
    ['a gate through Traefik', '/gate/forward/shop/web', forwarded, question],
    ['a gate through haproxy-ingress', '/gate/forward/shop/web', { 'x-real-ip': '198.51.100.10' }, {}],
  ];
  for (const [way, target, own, more] of ways) {
    it(`change nothing on the way to ${way}`, () => {
      const { 'x-forwarded-for': _, ...others } = more;
      for (const method of ['GET', 'HEAD'])
        expect(
          answerGate({ method, target, headers: { ...others, ...forged, ...own } }, context),
        ).to.deep.equal(answerGate({ method, target, headers: own }, context));
    });

    it(`let nobody in on the way to ${way} who says to come in place of the app`, () => {
      const passed = { ...own, 'x-forwarded-for': '203.0.113.7', 'backsoon-token': token };
      const headers = { ...passed, ...forged, 'x-code': '503' };
      const answer = answerGate({ method: 'GET', target, headers }, context);
      expect(answer.status).to.equal(target.includes('nginx') ? 403 : 503);
      expect(headerOf(answer, 'backsoon-window')).to.equal(undefined);
      // An app may have such a header of its own.
      for (const code of ['503', '403'])
        expect(
          answerGate({ method: 'GET', target, headers: { ...passed, 'x-code': code } }, context).status,
        ).to.equal(200);
    });
  }

  it('do not turn the request for an app without endpoints into a question about another site', () => {
    // What nginx sends here for `GET /gate/forward/bank/web` of shop's visitor.
    const headers = { ...forwarded, 'x-namespace': 'shop', 'x-ingress-name': 'web', 'x-code': '503' };
    for (const target of ['/gate/forward/bank/web', '/gate/nginx/bank/web', '/gate/forward/bank/free'])
      for (const more of [{}, { 'backsoon-exchange': otherToken }, { 'backsoon-token': otherToken }]) {
        const answer = answerGate({ method: 'GET', target, headers: { ...headers, ...more } }, context);
        expect(answer.status, target).to.be.oneOf([403, 503]);
        expect(answer.body).to.deep.equal([]);
        for (const name of ['backsoon-window', 'set-cookie', 'backsoon-exchange'])
          expect(headerOf(answer, name), name).to.equal(undefined);
      }
  });

  const expires = Math.floor(closedAt / 1000) + 8;
  const probe = (gate: string): string =>
    signProbe(keys.current, { gate, host: '', nonce: 'nonce-nonce-nonce', expires });
  const request = fc.record({
    method: fc.constantFrom('GET', 'HEAD', 'POST', 'OPTIONS'),
    target: fc.constantFrom(
      '/',
      '/?q=1',
      '/hooks/1',
      '/gate/',
      '/gate/nginx/',
      '/gate/forward/bank',
      '/gate/x/bank/web',
    ),
    headers: fc.record(
      {
        'x-namespace': fc.constantFrom('bank', 'shop', 'none', '..'),
        'x-ingress-name': fc.constantFrom('web', 'free', ''),
        'x-original-uri': fc.constantFrom(
          '/hooks/1',
          '/cart',
          '/.well-known/acme-challenge/x',
          '/.well-known/backsoon/sign-out',
        ),
        'x-code': fc.constantFrom('403', '503', '200'),
        'x-sent-from': fc.constant('nginx-ingress-controller'),
        'x-forwarded-for': fc.constantFrom('203.0.113.7', '198.51.100.10'),
        'backsoon-token': fc.constantFrom(token, otherToken),
        'backsoon-exchange': fc.constantFrom(token, otherToken, 'x'),
        'backsoon-probe': fc.constantFrom(probe('shop/web'), probe('bank/web'), 'x'),
        origin: fc.constant('https://a.example'),
        'access-control-request-method': fc.constant('PUT'),
      },
      { requiredKeys: [] },
    ),
  });

  it('are worth no admission beside the gates, no cookie without its token, no echo without its own probe', () => {
    const seen = { cookies: 0, echoes: 0, pages: 0 };
    fc.assert(
      fc.property(request, (asked: WireRequest) => {
        const { headers } = asked;
        const answer = answerGate(
          asked,
          contextOf(set, { observeProbe: () => expect.fail('a nonce was seen') }),
        );
        expect(answer.status).to.be.oneOf([403, 503]);
        const gate = `${String(headers['x-namespace'])}/${String(headers['x-ingress-name'])}`;
        const cookie = headerOf(answer, 'set-cookie');
        if (cookie !== undefined && !cookie.endsWith('Max-Age=0')) {
          seen.cookies += 1;
          expect(headers['backsoon-exchange']).to.equal(gate === 'bank/web' ? otherToken : token);
        }
        if (headerOf(answer, 'backsoon-echo') !== undefined) {
          seen.echoes += 1;
          expect(headers['backsoon-probe']).to.equal(probe(gate));
        }
        if (headerOf(answer, 'backsoon-window') !== undefined) seen.pages += 1;
      }),
      { numRuns: 8_000, seed: 5 },
    );
    for (const [what, count] of Object.entries(seen)) expect(count, what).to.be.above(20);
  });
});
