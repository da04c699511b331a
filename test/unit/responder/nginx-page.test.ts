import { expect } from 'chai';
import type { RequestHeaders } from '../../../src/access/client-address.ts';
import { signProbe, verifyEcho } from '../../../src/access/probe.ts';
import { signOutPath } from '../../../src/api/names.ts';
import { answerGate, type GateContext } from '../../../src/responder/gate.ts';
import type { Answer } from '../../../src/responder/answer.ts';
import { closedAt, keys } from '../policy/ask.ts';
import { at, buildPolicy, buildSet, end, otherToken, start, token } from '../policy/build.ts';
import { contextOf } from './context.ts';

const set = buildSet([
  buildPolicy({
    class: 'nginx',
    page: { title: 'Moving', translations: { de: { title: 'Umzug', message: null } } },
  }),
]);
const context = contextOf(set);

interface Visit {
  readonly method?: string;
  readonly uri?: string;
  readonly headers?: RequestHeaders;
}

/** What nginx fetches for this visitor, who may have written more. */
const page = ({ method = 'GET', uri = '/cart', headers = {} }: Visit, asked: GateContext = context): Answer =>
  answerGate(
    {
      method,
      target: '/?q=1',
      headers: {
        'x-forwarded-for': '198.51.100.10',
        'x-original-uri': uri,
        'x-namespace': 'shop',
        'x-ingress-name': 'web',
        'x-code': '403',
        host: 'shop.example.com',
        ...headers,
      },
    },
    asked,
  );

/** What a gate of the forward flavour answers to the same visitor. */
const forward = ({ method = 'GET', uri = '/cart', headers = {} }: Visit): Answer =>
  answerGate(
    {
      method: 'GET',
      target: '/gate/forward/shop/web',
      headers: {
        'x-forwarded-for': '198.51.100.10',
        'x-forwarded-uri': uri,
        'x-forwarded-method': method,
        'x-forwarded-host': 'shop.example.com',
        ...headers,
      },
    },
    context,
  );

const headerOf = ({ headers }: Answer, name: string): string | undefined => {
  const index = headers.findIndex((each, at) => at % 2 === 0 && each.toLowerCase() === name);
  return index < 0 ? undefined : headers[index + 1];
};

const barely = { status: 503, body: [] };

describe('page of ingress-nginx', () => {
  const refused: Readonly<Record<string, Visit>> = {
    'a browser': { headers: { accept: 'text/html', 'accept-language': 'de' } },
    'a script that likes JSON': { headers: { accept: 'application/json' } },
    curl: { headers: { accept: '*/*' } },
    'one who likes text': { headers: { accept: 'text/plain' } },
    'a script of another origin': { headers: { origin: 'https://a.example' } },
    HEAD: { method: 'HEAD' },
    POST: { method: 'POST' },
    gRPC: { method: 'POST', headers: { 'content-type': 'application/grpc' } },
    'a WebSocket': { headers: { 'sec-websocket-key': 'x', 'sec-websocket-version': '13' } },
    'a bad token': { headers: { 'backsoon-token': otherToken } },
    'the sign-out path': { uri: signOutPath },
    'a bad staff link': { headers: { 'backsoon-exchange': otherToken } },
  };
  for (const [who, visit] of Object.entries(refused)) {
    it(`is what the forward flavour answers to ${who}`, () => {
      const answer = page(visit);
      expect(answer.status).to.equal(503);
      expect(answer).to.deep.equal(forward(visit));
    });
  }

  it('gives a cookie for a staff link, and ends it at sign-out', () => {
    const exchanged = page({ headers: { 'backsoon-exchange': token } });
    expect(exchanged).to.deep.include(barely);
    expect(headerOf(exchanged, 'backsoon-exchange')).to.equal('ok');
    const cookie = headerOf(exchanged, 'set-cookie') ?? '';
    expect(cookie).to.match(/^__Host-backsoon-[0-9a-f]{8}=v1\.k1\./);
    const pair = cookie.slice(0, cookie.indexOf(';'));

    // It is good at the gate, which sees no host either.
    const gate = answerGate(
      {
        method: 'GET',
        target: '/gate/nginx/shop/web',
        headers: { 'x-original-url': 'http://shop.example.com/', cookie: pair },
      },
      context,
    );
    expect(gate.status).to.equal(200);

    const signedOut = page({ uri: signOutPath, headers: { cookie: pair } });
    expect(signedOut.status).to.equal(503);
    expect(headerOf(signedOut, 'set-cookie')).to.match(/^__Host-backsoon-[0-9a-f]{8}=; .*Max-Age=0$/);
  });

  const forbidden = { status: 403, body: [] };

  it("is a plain 403 for who was let in and met the Ingress's own 403", () => {
    for (const headers of [{ 'x-forwarded-for': '203.0.113.7' }, { 'backsoon-token': token }])
      expect(page({ headers })).to.deep.include(forbidden);
    const acme = page({ uri: '/.well-known/acme-challenge/x' });
    expect(acme).to.deep.include(forbidden);
    expect(page({ headers: { 'x-ingress-name': 'free' } })).to.deep.include(forbidden);
    const long = contextOf(set, { nowMs: () => at(start) - 60_000 });
    expect(page({}, long)).to.deep.include(forbidden);
  });

  it('is the page still, or already, where another replica may have refused a moment ago', () => {
    for (const [nowMs, status] of [
      [at(start) - 2_001, 403],
      [at(start) - 2_000, 503],
      [at(start), 503],
      [at(end), 503],
      [at(end) + 1_999, 503],
      [at(end) + 2_000, 403],
    ] as const) {
      const answer = page({ headers: { accept: 'text/plain' } }, contextOf(set, { nowMs: () => nowMs }));
      expect(answer.status, String(nowMs - at(start))).to.equal(status);
      if (status === 503) expect(answer.body.join('')).to.match(/^Moving\n/);
    }
    // Who is let in is let in at any time.
    const colleague = { 'x-forwarded-for': '203.0.113.7' };
    expect(page({ headers: colleague }, contextOf(set, { nowMs: () => at(start) })).status).to.equal(403);
  });

  it('relies on the path and the method only where the class shows them', () => {
    const blind = contextOf(
      buildSet([buildPolicy({ class: 'blind', access: { paths: ['/hooks'], methods: ['PUT'] } })]),
    );
    for (const visit of [{ uri: '/hooks/1' }, { method: 'PUT' }, { uri: '/.well-known/acme-challenge/x' }])
      expect(page(visit, blind).status).to.equal(503);
    const seeing = contextOf(
      buildSet([buildPolicy({ class: 'nginx', access: { paths: ['/hooks'], methods: ['PUT'] } })]),
    );
    for (const visit of [{ uri: '/hooks/1' }, { method: 'PUT' }])
      expect(page(visit, seeing).status).to.equal(403);
  });

  it('never reads what a visitor can write on the way through nginx', () => {
    const headers = {
      'x-real-ip': '203.0.113.7',
      'x-original-method': 'OPTIONS',
      'x-original-url': 'http://shop.example.com/.well-known/acme-challenge/x',
      'x-forwarded-method': 'HEAD',
      'x-forwarded-uri': '/.well-known/acme-challenge/x',
      'x-forwarded-host': 'a.example',
    };
    expect(page({ headers })).to.deep.equal(page({}));
    // Not even where a class is set up to read it, by mistake.
    const odd = contextOf(buildSet([buildPolicy({ class: 'haproxy' })]));
    expect(page({ headers: { 'x-real-ip': '203.0.113.7' } }, odd).status).to.equal(503);
  });

  it('has the request id that the access log has', () => {
    const id = '0123456789abcdef0123456789abcdef';
    const problem = page({ headers: { accept: 'application/json', 'x-request-id': id } });
    expect(JSON.parse(problem.body.join(''))).to.include({ requestId: id });
  });

  it('tells nobody of its visitors, whom the gate has told of', () => {
    const told: string[] = [];
    const telling = contextOf(set, {
      observe: () => told.push('decision'),
      observeProbe: () => told.push('probe'),
      observeAnswer: () => told.push('answer'),
    });
    for (const visit of Object.values(refused)) page(visit, telling);
    page({ headers: { 'backsoon-exchange': token } }, telling);
    page({ headers: { 'x-forwarded-for': '203.0.113.7' } }, telling);
    page({ headers: { 'backsoon-probe': probe() } }, telling);
    expect(told).to.deep.equal([]);
  });

  describe('without a visitor who was refused', () => {
    it('is a bare 503 in place of an app without endpoints', () => {
      for (const target of ['/', '/cart?x=1', '/gate/forward/shop/web', '/gate/forward/shop', '/gate/x'])
        for (const method of ['GET', 'POST', 'PROPFIND']) {
          const headers = {
            'x-forwarded-for': '203.0.113.7',
            'x-namespace': 'shop',
            'x-ingress-name': 'web',
            'x-code': '503',
          };
          const answer = answerGate({ method, target, headers }, context);
          expect(answer, `${method} ${target}`).to.deep.include(barely);
          expect(headerOf(answer, 'backsoon-window')).to.equal(undefined);
        }
    });

    it('is a bare 503 for whoever names no Ingress, by any method', () => {
      const names: readonly RequestHeaders[] = [
        {},
        { 'x-namespace': 'shop' },
        { 'x-ingress-name': 'web' },
        { 'x-namespace': 'shop', 'x-ingress-name': '../web' },
        { 'x-namespace': 'Shop', 'x-ingress-name': 'web' },
        { 'x-namespace': 'shop/web', 'x-ingress-name': 'web' },
        { 'x-namespace': '', 'x-ingress-name': 'web' },
        { 'x-namespace': ['shop', 'shop'], 'x-ingress-name': 'web' },
      ];
      for (const headers of names)
        for (const method of ['GET', 'HEAD', 'POST', 'DELETE']) {
          const answer = answerGate({ method, target: '/x', headers }, context);
          expect(answer, JSON.stringify(headers)).to.deep.include(barely);
          expect(headerOf(answer, 'backsoon-window')).to.equal(undefined);
        }
    });

    it('is a bare 503 while no policies are loaded', () => {
      const answer = page({}, contextOf(set, { policies: () => undefined }));
      expect(answer).to.deep.include(barely);
      expect(headerOf(answer, 'retry-after')).to.equal('5');
    });
  });

  const nonce = 'nonce-nonce-nonce';
  const probe = (host = 'shop.example.com', gate = 'shop/web', nowMs = closedAt): string =>
    signProbe(keys.current, { gate, host, nonce, expires: Math.floor(nowMs / 1000) + 8 });
  const echoIn = (answer: Answer, gate = 'shop/web'): ReturnType<typeof verifyEcho> =>
    verifyEcho(headerOf(answer, 'backsoon-echo'), { gate, nonce }, keys);

  describe('answers a probe', () => {
    it('by its echo, also while the site is open: nginx asks for the page only after our 403', () => {
      for (const [nowMs, decision] of [
        [closedAt, 'closed'],
        [at(start) - 60_000, 'open'],
      ] as const) {
        const asked = contextOf(set, { nowMs: () => nowMs });
        for (const host of ['shop.example.com', '']) {
          const headers = {
            'backsoon-probe': probe(host, 'shop/web', nowMs),
            'x-forwarded-for': '203.0.113.7',
          };
          const answer = page({ headers }, asked);
          expect(answer).to.deep.include(barely);
          expect(echoIn(answer)).to.include({ decision, replica: 'r-1', spoofed: false });
        }
      }
    });

    it('that is forged, or meant for another gate or host, as a visitor', () => {
      for (const bad of ['x', probe().replace(/.{4}$/, 'AAAA'), probe('a.example'), probe('', 'shop/api')]) {
        const answer = page({ headers: { 'backsoon-probe': bad } });
        expect(echoIn(answer)).to.equal(undefined);
        expect(headerOf(answer, 'backsoon-window')).not.to.equal(undefined);
      }
    });

    it('not where the request was let in and the app is gone', () => {
      expect(echoIn(page({ headers: { 'backsoon-probe': probe(), 'x-code': '503' } }))).to.equal(undefined);
    });
  });
});
