import { createHash, createHmac } from 'node:crypto';
import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  type CookieBinding,
  cookieFor,
  cookieName,
  cookieValues,
  expiredCookie,
  verifyCookie,
} from '../../../src/access/cookie.ts';
import type { SigningKey, SigningKeys } from '../../../src/access/keys.ts';
import type { TokenHash } from '../../../src/access/token.ts';

const key = (id: string, seed = id): SigningKey => ({ id, key: Buffer.alloc(32, seed) });
const keys: SigningKeys = { current: key('k2'), previous: key('k1'), next: key('k3') };
const hashOf = (text: string): Uint8Array => createHash('sha256').update(text).digest();
const ops: TokenHash = { name: 'ops', sha256: hashOf('ops'), notAfterMs: Infinity };
const uid = '0f3c9a1e-5a0e-4b52-9d6e-0c1f3f1f7a11';
const here: CookieBinding = { uid, host: 'shop.example.com' };
const nowMs = 1_800_000_000_000;
const hour = 3_600_000;

interface Given {
  readonly token?: TokenHash;
  readonly binding?: CookieBinding;
  readonly endMs?: number;
  readonly key?: SigningKey;
  readonly nowMs?: number;
}

const give = ({ token = ops, binding = here, endMs = nowMs + hour, ...more }: Given = {}):
  | string
  | undefined =>
  cookieFor(token, binding, { endMs, nowMs: more.nowMs ?? nowMs, key: more.key ?? keys.current });

/** The value of a cookie just given. */
const value = (given?: Given): string => /=([^;]+);/.exec(give(given) ?? '')?.[1] ?? '';

interface Judged {
  readonly binding?: CookieBinding;
  readonly tokens?: readonly TokenHash[];
  readonly nowMs?: number;
  readonly keys?: SigningKeys;
}

const judge = (text: string, judged: Judged = {}): string | undefined =>
  verifyCookie(text, judged.binding ?? here, {
    tokens: judged.tokens ?? [ops],
    nowMs: judged.nowMs ?? nowMs,
    keys: judged.keys ?? keys,
  });

describe('a cookie', () => {
  it('is named by the first 8 hex digits of its window', () => {
    expect(cookieName(uid)).to.equal('__Host-backsoon-0f3c9a1e');
    expect(cookieName(uid.toUpperCase())).to.equal('__Host-backsoon-0f3c9a1e');
    const digits = Buffer.from(hashOf('uid; Path=/')).toString('hex').slice(0, 8);
    expect(cookieName('uid; Path=/')).to.equal(`__Host-backsoon-${digits}`);
  });

  it('has the documented form', () => {
    const expires = nowMs / 1000 + 3600;
    const tokenHash = Buffer.from(ops.sha256).toString('hex');
    const signed = ['cookie', uid, here.host, 'ops', tokenHash, String(expires)]
      .map((part) => `${part.length}:${part},`)
      .join('');
    const mac = createHmac('sha256', keys.current.key).update(signed).digest('base64url');
    expect(give()).to.equal(
      `__Host-backsoon-0f3c9a1e=v1.k2.${expires}.ops.${mac}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=3600`,
    );
  });

  it('ends with the occurrence, the token, or 12 hours, whichever is first', () => {
    const maxAge = (given: Given): string | undefined => /Max-Age=(\d+)/.exec(give(given) ?? '')?.[1];
    expect(maxAge({ endMs: nowMs + hour })).to.equal('3600');
    expect(maxAge({ endMs: Infinity })).to.equal('43200');
    expect(maxAge({ endMs: Infinity, token: { ...ops, notAfterMs: nowMs + 60_500 } })).to.equal('60');
    expect(maxAge({ endMs: nowMs + 5000, token: { ...ops, notAfterMs: nowMs + 60_000 } })).to.equal('5');
    expect(give({ endMs: nowMs + 900 })).to.equal(undefined);
    expect(give({ token: { ...ops, notAfterMs: nowMs - 1 } })).to.equal(undefined);
  });

  it('is good until it expires, by any of the keys', () => {
    for (const signer of [keys.current, keys.previous!, keys.next!])
      expect(judge(value({ key: signer }))).to.equal('ops');
    expect(judge(value(), { nowMs: nowMs + hour - 1 })).to.equal('ops');
    expect(judge(value(), { nowMs: nowMs + hour })).to.equal(undefined);
  });

  it('dies with its key', () => {
    expect(judge(value(), { keys: { current: key('k3'), previous: key('k1') } })).to.equal(undefined);
    expect(judge(value(), { keys: { current: key('k2', 'other') } })).to.equal(undefined);
  });

  it('dies with its token', () => {
    expect(judge(value(), { tokens: [] })).to.equal(undefined);
    expect(judge(value(), { tokens: [{ ...ops, name: 'dba' }] })).to.equal(undefined);
    expect(judge(value(), { tokens: [{ ...ops, sha256: hashOf('other') }] })).to.equal(undefined);
    expect(judge(value(), { tokens: [{ ...ops, notAfterMs: nowMs }] })).to.equal(undefined);
    expect(judge(value(), { tokens: [{ ...ops, notAfterMs: nowMs + 1 }] })).to.equal('ops');
  });

  it('is good for its own window and host', () => {
    expect(judge(value(), { binding: { ...here, host: 'other.example.com' } })).to.equal(undefined);
    expect(judge(value(), { binding: { ...here, host: '' } })).to.equal(undefined);
    expect(judge(value(), { binding: { ...here, uid: `${uid.slice(0, -1)}2` } })).to.equal(undefined);
    const anywhere = { uid, host: '' };
    expect(judge(value({ binding: anywhere }), { binding: anywhere })).to.equal('ops');
    expect(judge(value({ binding: anywhere }))).to.equal(undefined);
    // The same characters cut elsewhere must not be signed alike.
    const shifted = { uid: `${uid}s`, host: 'hop.example.com' };
    expect(judge(value(), { binding: shifted })).to.equal(undefined);
  });

  it('cannot be given another token or a longer life', () => {
    const [version, id, expiry, , mac] = value().split('.');
    const tokens = [ops, { ...ops, name: 'dba' }];
    expect(judge([version, id, expiry, 'dba', mac].join('.'), { tokens })).to.equal(undefined);
    expect(judge([version, id, Number(expiry) + 60, 'ops', mac].join('.'))).to.equal(undefined);
    expect(judge([version, id, `0${expiry}`, 'ops', mac].join('.'))).to.equal(undefined);
    expect(judge([version, 'k1', expiry, 'ops', mac].join('.'))).to.equal(undefined);
  });

  it('is refused once any character of it is changed', () => {
    const genuine = value();
    fc.assert(
      fc.property(fc.nat(genuine.length - 1), fc.string({ minLength: 0, maxLength: 2 }), (at, other) => {
        const forged = genuine.slice(0, at) + other + genuine.slice(at + 1);
        fc.pre(forged !== genuine);
        expect(judge(forged), forged).to.equal(undefined);
      }),
      { numRuns: 1000 },
    );
  });

  it('is refused, never thrown at, when it is anything else', () => {
    const looksRight = fc.stringMatching(/^v1\.k[123]\.18000\d{5}\.ops\.[A-Za-z0-9_-]{43}$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), looksRight), (text) => {
        expect(judge(text)).to.equal(undefined);
      }),
    );
    expect(judge(`v1.k2.${'9'.repeat(500)}.ops.${'A'.repeat(43)}`)).to.equal(undefined);
  });

  it('is ended by an empty one of its name', () => {
    expect(expiredCookie(uid)).to.equal(
      '__Host-backsoon-0f3c9a1e=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0',
    );
  });
});

describe('the values of a cookie', () => {
  const table: readonly (readonly [header: string, values: readonly string[]])[] = [
    ['', []],
    ['n=1', ['1']],
    ['a=0; n=1; b=2', ['1']],
    ['a=0;n=1;b=2', ['1']],
    ['a=0;\t n=1;b=2', ['1']],
    ['n= 1 ;b=2', [' 1 ']],
    ['n=1; n=2', ['1', '2']],
    ['n=', ['']],
    ['n=a=b', ['a=b']],
    ['n', []],
    ['n ; a=1', []],
    ['xn=1', []],
    ['nn=1', []],
    ['N=1', []],
    ['a=n=1', []],
    ['a="; n=1"', ['1"']],
    ['x n=1', []],
    ['n n=1', []],
    [
      Array.from({ length: 20 }, (_, index) => `n=${index}`).join('; '),
      ['0', '1', '2', '3', '4', '5', '6', '7'],
    ],
  ];
  for (const [header, values] of table) {
    it(`in ${JSON.stringify(header.slice(0, 30))} are ${values.length}`, () =>
      expect(cookieValues(header, 'n')).to.deep.equal(values));
  }
});
