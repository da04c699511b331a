import { expect } from 'chai';
import { CidrSet } from '../../../src/access/cidr-set.ts';
import { clientAddress } from '../../../src/access/client-address.ts';
import { cookieName, cookieValues } from '../../../src/access/cookie.ts';
import { exemption } from '../../../src/access/exemption.ts';
import { longCall } from '../../../src/access/long-call.ts';
import { hostName } from '../../../src/access/host.ts';
import { ClosedPaths, PassPaths } from '../../../src/access/paths.ts';
import { probeHost, verifyProbe } from '../../../src/access/probe.ts';
import { tokenDigest } from '../../../src/access/token.ts';
import { fastestMs, headerBytes, long, mostMs } from './long-texts.ts';

const half = Math.floor(headerBytes / 12) - 10;

/** Begin under the prefixes, so that they are looked into. */
const targets: readonly (readonly [what: string, target: string])[] = [
  ['marks out of order', `/hooks/a${'%CC%80'.repeat(half)}${'%CC%96'.repeat(half)}`],
  ['marks of many letters', long('/hooks/', 'a%CC%96%CC%80')],
  ['letters that become long ones', long('/hooks/', '%EF%B7%BA')],
  ['syllables', long('/hooks/', '%E1%84%80%E1%85%A1%E1%86%A8')],
  ['ignorable code points', long('/hooks/a', '%C2%AD', '.')],
  ['letters beyond ASCII', long('/hooks/', '%C3%A9')],
  ['bad escapes at the end', long('/hooks/', '%C3%A9', '%')],
  ['escapes', long('/hooks/', '%41')],
  ['segments', long('/hooks', '/a')],
  ['slashes at the end', long('/hooks/a', '/')],
  ['slashes before the end', long('/hooks/a', '/', 'x')],
  ['dots', long('/hooks/', '.', 'x')],
  ['blanks', long('/hooks/', '%20', 'x')],
  ['letters', long('/hooks/', 'x')],
  ['a query', long('/hooks?', '?/')],
  ['a challenge', long('/.well-known/acme-challenge/', 'x', '!')],
];

describe('access, asked at the length of the header limit', () => {
  for (const [what, target] of targets) {
    it(`judges a target of ${what} in time`, () => {
      const closed = new ClosedPaths(['/hooks', '/caf%C3%A9']);
      const passing = new PassPaths(['/hooks', '/']);
      const spent = fastestMs(() => {
        closed.closes(target);
        passing.passes(target);
        exemption({ headers: {}, method: 'GET', target });
      });
      expect(spent).to.be.below(mostMs);
    });
  }

  const prefix = (text: string): string => `/${text}`.slice(0, 1024);
  const prefixes: readonly (readonly [what: string, prefix: string])[] = [
    ['marks out of order', prefix(`a${'\u0300'.repeat(500)}${'\u0316'.repeat(500)}`)],
    ['slashes', prefix(`${'/'.repeat(1000)}x`)],
    ['escapes', prefix('%CC%80%CC%96'.repeat(85))],
    ['letters', prefix('é'.repeat(1000))],
  ];
  for (const [what, text] of prefixes) {
    it(`takes 256 prefixes of ${what} in time`, () => {
      const list = Array.from({ length: 256 }, (_, index) => text + String(index));
      const spent = fastestMs(() => [new ClosedPaths(list), new PassPaths(list)]);
      expect(spent).to.be.below(10 * mostMs);
    });
  }

  const cluster = CidrSet.parse(['10.244.0.0/16']);
  const settings = {
    addressHeader: 'x-forwarded-for',
    trustedProxies: CidrSet.parse(['2001:db8::/32', '192.0.2.0/24']),
  } as const;
  const chains: readonly (readonly [what: string, chain: string])[] = [
    ['trusted proxies', long('', '2001:db8::1,', '2001:db8::1')],
    ['trusted IPv4 proxies', long('', '192.0.2.1,', '192.0.2.1')],
    ['commas', long('', ',')],
    ['blanks', long('1', ' ', ', 192.0.2.1')],
    ['digits', long('', '1')],
    ['colons', long('', ':')],
    ['groups', long('', '1:')],
    ['an open bracket', long('[', 'f:')],
    ['brackets', long('', '[')],
  ];
  for (const [what, chain] of chains) {
    it(`walks X-Forwarded-For of ${what} in time`, () => {
      const spent = fastestMs(() => clientAddress({ 'x-forwarded-for': chain }, settings, cluster));
      expect(spent).to.be.below(mostMs);
    });
  }

  const name = cookieName('0f3c9a1e-5a0e-4b52-9d6e-0c1f3f1f7a11');
  const cookies: readonly (readonly [what: string, header: string])[] = [
    ['its name', long('', name)],
    ['blanks before its name', long('', `                                  ${name}=x`)],
    ['blanks', long('', ' ', `${name}=x`)],
    ['its values', long('', `${name}=x;`)],
    ['semicolons', long(`${name}=`, ';')],
  ];
  for (const [what, header] of cookies) {
    it(`finds its cookie among ${what} in time`, () => {
      expect(fastestMs(() => cookieValues(header, name))).to.be.below(mostMs);
    });
  }

  const keys = { current: { id: 'k1', key: Buffer.alloc(32, 1) } };
  const arrival = { gate: 'shop/web', host: '', nowMs: 0 };
  const texts: readonly (readonly [what: string, text: string])[] = [
    ['letters', long('', 'a', '!')],
    ['labels', long('', 'a.', '!')],
    ['digits', long('v1.k1.', '1')],
    ['dots', long('v1', '.')],
    ['colons', long('[', ':')],
    ['blanks', long('a/b', ' ', 'x')],
    ['slashes', long('a/b', '/')],
    ['semicolons', long('a/b;', ';', ',')],
    ['a token', long('bsn_', 'A')],
  ];
  for (const [what, text] of texts) {
    it(`refuses a host, a probe, a token and a type of ${what} in time`, () => {
      const spent = fastestMs(() => [
        hostName(text),
        probeHost(text),
        verifyProbe(text, arrival, keys),
        tokenDigest(text),
        longCall({ 'content-type': text }),
      ]);
      expect(spent).to.be.below(mostMs);
    });
  }
});
