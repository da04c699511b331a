import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import * as fc from 'fast-check';
import type { SigningKey, SigningKeys } from '../../../src/access/keys.ts';
import {
  type Echo,
  type Probe,
  probeHost,
  signEcho,
  signProbe,
  verifyEcho,
  verifyProbe,
} from '../../../src/access/probe.ts';

const key = (id: string): SigningKey => ({ id, key: Buffer.alloc(32, id) });
const keys: SigningKeys = { current: key('k2'), previous: key('k1'), next: key('k3') };
const nowMs = 1_800_000_000_000;
const probe: Probe = {
  gate: 'shop/web',
  host: 'shop.example.com',
  nonce: 'abcdefghijklmnop',
  expires: nowMs / 1000 + 8,
};
const arrival = { gate: probe.gate, host: probe.host, nowMs };
const echo: Echo = {
  gate: 'shop/web',
  nonce: probe.nonce,
  revision: '0123456789abcdef',
  replica: 'backsoon-responder-5d9.x-2',
  decision: 'closed',
  spoofed: false,
};

describe('probe', () => {
  it('is verified by the key that signed it, be it current, previous or next', () => {
    for (const signer of [keys.current, keys.previous!, keys.next!]) {
      expect(verifyProbe(signProbe(signer, probe), arrival, keys)).to.deep.equal({
        nonce: probe.nonce,
        key: signer,
      });
    }
    expect(verifyProbe(signProbe(key('k4'), probe), arrival, keys)).to.equal(undefined);
    expect(verifyProbe(signProbe({ ...key('k4'), id: 'k2' }, probe), arrival, keys)).to.equal(undefined);
  });

  it('has the documented form', () => {
    const signed = [
      '5:probe,',
      '8:shop/web,',
      '16:shop.example.com,',
      '16:abcdefghijklmnop,',
      '10:1800000008,',
    ].join('');
    const mac = createHmac('sha256', keys.current.key).update(signed).digest('base64url');
    expect(signProbe(keys.current, probe)).to.equal(`v1.k2.abcdefghijklmnop.1800000008.${mac}`);
  });

  const times: readonly (readonly [number, boolean])[] = [
    [-3600, false],
    [-1, false],
    [0, false],
    [1, true],
    [10, true],
    [11, false],
    [3600, false],
  ];
  for (const [ahead, good] of times) {
    it(`is ${good ? 'good' : 'refused'} when it expires ${ahead} s from now`, () => {
      const header = signProbe(keys.current, { ...probe, expires: nowMs / 1000 + ahead });
      expect(verifyProbe(header, arrival, keys) !== undefined).to.equal(good);
    });
  }

  it('is good for its own gate and host only', () => {
    const header = signProbe(keys.current, probe);
    expect(verifyProbe(header, { ...arrival, gate: 'shop/other' }, keys)).to.equal(undefined);
    expect(verifyProbe(header, { ...arrival, host: 'other.example.com' }, keys)).to.equal(undefined);
    // The same characters cut elsewhere must not be signed alike.
    expect(verifyProbe(header, { ...arrival, gate: 'shop/webs', host: 'hop.example.com' }, keys)).to.equal(
      undefined,
    );
  });

  it('may be bound to no host, and is good for none then', () => {
    const header = signProbe(keys.current, { ...probe, host: '' });
    expect(verifyProbe(header, { ...arrival, host: '' }, keys)).to.deep.include({ nonce: probe.nonce });
    expect(verifyProbe(header, arrival, keys)).to.equal(undefined);
    expect(verifyProbe(signProbe(keys.current, probe), { ...arrival, host: '' }, keys)).to.equal(undefined);
  });

  it('is refused once any character of it is changed', () => {
    const header = signProbe(keys.current, probe);
    fc.assert(
      fc.property(fc.nat(header.length - 1), fc.string({ minLength: 0, maxLength: 2 }), (at, other) => {
        const forged = header.slice(0, at) + other + header.slice(at + 1);
        fc.pre(forged !== header);
        expect(verifyProbe(forged, arrival, keys)).to.equal(undefined);
      }),
    );
  });

  it('is refused, never thrown at, when it is anything else', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^v1\.k2\.[a-z]{16}\.\d{10}\.[A-Za-z0-9_-]{43}$/)),
        (header) => {
          expect(verifyProbe(header, arrival, keys)).to.equal(undefined);
          expect(verifyEcho(header, { gate: probe.gate, nonce: probe.nonce }, keys)).to.equal(undefined);
        },
      ),
    );
    expect(verifyProbe(undefined, arrival, keys)).to.equal(undefined);
    expect(verifyProbe([signProbe(keys.current, probe)], arrival, keys)).to.equal(undefined);
  });

  it('refuses to be signed with a nonce that could be cut differently', () => {
    expect(() => signProbe(keys.current, { ...probe, nonce: 'short' })).to.throw(RangeError);
    expect(() => signProbe(keys.current, { ...probe, nonce: 'with.dots.in.the.nonce' })).to.throw(RangeError);
  });
});

describe('echo', () => {
  const asked = { gate: echo.gate, nonce: echo.nonce };

  it('tells revision, replica, decision and whether its address was forged', () => {
    for (const decision of ['open', 'closed'] as const) {
      for (const revision of [echo.revision, 'none']) {
        for (const spoofed of [false, true]) {
          const answer = { ...echo, decision, revision, spoofed };
          expect(verifyEcho(signEcho(keys.previous!, answer), asked, keys)).to.deep.equal(answer);
        }
      }
    }
  });

  it('answers its own gate and nonce only', () => {
    const header = signEcho(keys.current, echo);
    expect(verifyEcho(header, { ...asked, gate: 'shop/other' }, keys)).to.equal(undefined);
    expect(verifyEcho(header, { ...asked, nonce: 'ponmlkjihgfedcba' }, keys)).to.equal(undefined);
  });

  it('cannot be turned from open to closed, or given another replica, revision or finding', () => {
    const header = signEcho(keys.current, echo);
    for (const forged of [
      header.replace('.closed.', '.open.'),
      header.replace('.closed.', '.closed-spoofed.'),
      header.replace('x-2', 'x-3'),
      header.replace('0123', '1123'),
    ]) {
      expect(forged).not.to.equal(header);
      expect(verifyEcho(forged, asked, keys)).to.equal(undefined);
    }
  });

  it('is no probe, and a probe is no echo', () => {
    expect(verifyProbe(signEcho(keys.current, echo), arrival, keys)).to.equal(undefined);
    expect(verifyEcho(signProbe(keys.current, probe), asked, keys)).to.equal(undefined);
  });
});

describe('probeHost', () => {
  const table: readonly (readonly [string | undefined, string])[] = [
    ['shop.example.com', 'shop.example.com'],
    ['Shop.Example.COM:8443', 'shop.example.com'],
    ['203.0.113.7:80', '203.0.113.7'],
    ['[2001:DB8::1]:443', '[2001:db8::1]'],
    ['[2001:db8::1]', '[2001:db8::1]'],
    ['a.example, b.example', ''],
    ['shop.example.com:', ''],
    ['', ''],
    [undefined, ''],
  ];
  for (const [header, host] of table) {
    it(`of ${JSON.stringify(header)} is ${JSON.stringify(host)}`, () =>
      expect(probeHost(header)).to.equal(host));
  }
});
