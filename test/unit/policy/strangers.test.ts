import { expect } from 'chai';
import * as fc from 'fast-check';
import { cookieName } from '../../../src/access/cookie.ts';
import { gateRequestHeaders } from '../../../src/api/headers.ts';
import { ask, closedAt, decide } from './ask.ts';
import { at, buildPolicy, buildSet, end, otherToken, start, token } from './build.ts';

const cookie = `${cookieName('uid-upgrade')}=`;

const interesting = fc.oneof(
  fc.constantFrom(otherToken, `${token} `, `${token}, ${token}`, token.slice(0, -1), token.toLowerCase(), ''),
  fc.constantFrom('127.0.0.1', '198.51.100.7', '10.244.0.1', '203.0.113.7, 198.51.100.1', '::ffff:127.0.0.1'),
  fc.constantFrom(cookie, `${cookie}v1.k1.9999999999.ops.${'A'.repeat(43)}`, `${cookie}${token}`),
  fc.constantFrom('OPTIONS', 'websocket', 'application/grpc', 'https://a.example', 'shop.example.com', '*'),
);
const codeUnits = fc.array(fc.nat(0xffff), { maxLength: 20 }).map((units) => String.fromCharCode(...units));
const stranger = fc.ipV4().filter((address) => !address.startsWith('203.0.113.'));
const value = fc.oneof(interesting, interesting, fc.string(), codeUnits, stranger);
const names = [
  ...gateRequestHeaders,
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-uri',
  'authorization',
];
const headers = fc.dictionary(
  fc.constantFrom(...names),
  fc.oneof({ weight: 6, arbitrary: value }, { weight: 1, arbitrary: fc.array(value, { maxLength: 3 }) }),
);
const method = fc.option(
  fc.constantFrom('GET', 'HEAD', 'POST', 'OPTIONS', 'CONNECT', 'get', '', 'GET, HEAD', '\0'),
  { nil: undefined },
);
const target = fc.option(
  fc.oneof(
    fc.string(),
    codeUnits,
    fc.constantFrom('/', '*', '', '/healthz', '/healthz/..', '/%', '/checkout', '/\ud800'),
    fc.constantFrom(
      '/.well-known/acme-challenge/..',
      '/.well-known/acme-challenge/',
      '//.well-known/acme-challenge/x',
    ),
  ),
  { nil: undefined },
);
const host = fc.option(fc.oneof(fc.string(), codeUnits, fc.constantFrom('shop.example.com', 'x.')), {
  nil: undefined,
});
const request = fc.record({
  headers,
  method,
  target,
  host,
  nowMs: fc.integer({ min: at(start), max: at(end) - 1 }),
});

describe('evaluate, asked by strangers', () => {
  it('admits none of them to a closed gate', () => {
    const set = buildSet([buildPolicy(), buildPolicy({ name: 'other', ingresses: ['web', 'api'] })]);
    const isPreflight = ({ method, headers }: { method: string | undefined; headers: object }): boolean =>
      method === 'OPTIONS' && 'origin' in headers && 'access-control-request-method' in headers;
    fc.assert(
      fc.property(request, (asked) => {
        fc.pre(!isPreflight(asked));
        const { outcome } = ask(set, asked);
        expect(outcome).to.equal(asked.headers['backsoon-exchange'] === undefined ? 'refuse' : 'exchange');
      }),
      { numRuns: 2000 },
    );
  });

  it('never throws, whatever the windows ask for, and gives no cookie', () => {
    const set = buildSet([
      buildPolicy({
        access: { paths: ['/healthz'], methods: ['GET', 'HEAD'], trustSharedAddress: true },
        only: { hosts: ['shop.example.com', '*.example.org'], paths: ['/checkout', '/é'] },
      }),
      buildPolicy({ name: 'other', access: { paths: ['/'] }, addressRules: false }),
    ]);
    const seen = new Set<string>();
    fc.assert(
      fc.property(request, (asked) => {
        const decision = ask(set, asked);
        seen.add(decision.outcome);
        if (decision.outcome === 'exchange') expect(decision.cookies).to.deep.equal([]);
      }),
      { numRuns: 2000 },
    );
    expect([...seen]).to.include.members(['refuse', 'pass', 'exchange']);
  });

  it('takes no token and no cookie that differs in a character', () => {
    const set = buildSet([buildPolicy()]);
    const exchanged = ask(set, { headers: { 'backsoon-exchange': token } });
    const [given = ''] = exchanged.outcome === 'exchange' ? exchanged.cookies : [];
    const genuine = given.slice(0, given.indexOf(';'));
    expect(decide(set, { headers: { cookie: genuine } })).to.equal('pass by cookie ops');
    const other = fc.oneof(fc.string({ minLength: 0, maxLength: 2 }), codeUnits);
    fc.assert(
      fc.property(fc.nat(), other, fc.constantFrom('cookie', 'backsoon-token'), (place, other, name) => {
        const whole = name === 'cookie' ? genuine : token;
        const index = place % whole.length;
        const forged = whole.slice(0, index) + other + whole.slice(index + 1);
        // Blanks before a cookie are no part of it, and what follows a semicolon is another one.
        fc.pre(!forged.includes(whole));
        const outcome = decide(set, { headers: { [name]: forged }, nowMs: closedAt });
        expect(outcome, forged).to.match(/^refuse/);
      }),
      { numRuns: 2000 },
    );
  });
});
