import { expect } from 'chai';
import * as fc from 'fast-check';
import { proxySigns } from '../../../src/api/headers.ts';
import { CidrSet } from '../../../src/access/cidr-set.ts';
import {
  type AddressSettings,
  type ClientAddress,
  clientAddress,
} from '../../../src/access/client-address.ts';
import { ipv4, ipv4Text } from './arbitraries.ts';

const cluster = CidrSet.parse(['10.244.0.0/16', '10.96.0.0/16', 'fd00:10::/48']);
const traefik: AddressSettings = {
  addressHeader: 'x-forwarded-for',
  trustedProxies: CidrSet.parse(['192.0.2.0/28', '10.244.0.6', '2001:db8:ffff::/64']),
};
const haproxy: AddressSettings = { ...traefik, addressHeader: 'x-real-ip' };

/** The result in one line: an address, or why there is none. */
function inWords(client: ClientAddress): string {
  if (client.kind === 'known') return client.address.text;
  const address = 'address' in client ? ` ${client.address.text}` : '';
  return client.reason + address + ('sign' in client ? ` by ${client.sign}` : '');
}

const told = (headers: Record<string, string>, settings: AddressSettings | undefined = traefik): string =>
  inWords(clientAddress(headers, settings, cluster));

describe('clientAddress', () => {
  const table: readonly (readonly [rule: string, xff: string, result: string])[] = [
    ['a single entry is the client', '203.0.113.7', '203.0.113.7'],
    [
      'an entry left of an untrusted one: the controller trusts a proxy that we do not know',
      '127.0.0.1, 203.0.113.7',
      'UnknownProxy 203.0.113.7 by x-forwarded-for',
    ],
    ['even when it is garbage', 'garbage,203.0.113.7', 'UnknownProxy 203.0.113.7 by x-forwarded-for'],
    ['even when it is empty', ',203.0.113.7', 'UnknownProxy 203.0.113.7 by x-forwarded-for'],
    ['the client wrote what is left of it', '127.0.0.1, 203.0.113.7, 192.0.2.1', '203.0.113.7'],
    ['trusted proxies are skipped', '203.0.113.7, 192.0.2.1', '203.0.113.7'],
    ['several trusted proxies are skipped', '203.0.113.7,192.0.2.1,192.0.2.2 , 10.244.0.6', '203.0.113.7'],
    ['what is left of the client counts for nothing', '198.51.100.1, 203.0.113.7, 192.0.2.1', '203.0.113.7'],
    [
      'a trusted address on the left does not help',
      '192.0.2.1, 203.0.113.7',
      'UnknownProxy 203.0.113.7 by x-forwarded-for',
    ],
    ['garbage left of the client is never looked at', 'garbage, , 203.0.113.7, 192.0.2.1', '203.0.113.7'],
    ['trusted proxies only: unknown', '192.0.2.1, 192.0.2.2', 'OnlyProxies'],
    ['garbage where the walk goes: unknown', '203.0.113.7, unknown, 192.0.2.1', 'Malformed'],
    ['garbage at the right end: unknown', '203.0.113.7, garbage', 'Malformed'],
    ['an empty entry is garbage', '203.0.113.7, ', 'Malformed'],
    ['an empty entry at the left end is garbage', ',192.0.2.1', 'Malformed'],
    ['blanks only are garbage', '  ', 'Malformed'],
    ['an octal spelling is garbage', '0177.0.0.1', 'Malformed'],
    ['ports and brackets are understood', '[2001:db8::7]:4711, 192.0.2.1:80', '2001:db8::7'],
    ['an IPv4-mapped proxy is the IPv4 proxy', '203.0.113.7, ::ffff:192.0.2.1', '203.0.113.7'],
    ['an IPv4-mapped client is the IPv4 client', '::ffff:203.0.113.7', '203.0.113.7'],
    ['IPv6 proxies are skipped', '2001:db8::7, 2001:db8:ffff::1', '2001:db8::7'],
    ['loopback is nobody', '127.0.0.1', 'ClusterAddress 127.0.0.1'],
    ['loopback behind a trusted proxy is nobody', '127.0.0.1, 192.0.2.1', 'ClusterAddress 127.0.0.1'],
    ['mapped loopback is nobody', '::ffff:127.0.0.1', 'ClusterAddress 127.0.0.1'],
    ['IPv6 loopback is nobody', '::1', 'ClusterAddress ::1'],
    ['link-local is nobody', '169.254.1.1', 'ClusterAddress 169.254.1.1'],
    ['IPv6 link-local is nobody', 'fe80::1', 'ClusterAddress fe80::1'],
    ['a node is nobody', '10.244.0.1', 'ClusterAddress 10.244.0.1'],
    [
      'a node that the controller trusts is a proxy',
      '203.0.113.7, 10.244.0.1',
      'UnknownProxy 10.244.0.1 by x-forwarded-for',
    ],
    ['32 hops are walked', `203.0.113.7${', 192.0.2.1'.repeat(32)}`, '203.0.113.7'],
    ['33 hops are garbage', `203.0.113.7${', 192.0.2.1'.repeat(33)}`, 'Malformed'],
    ['an IPv6 Pod is nobody', 'fd00:10::5', 'ClusterAddress fd00:10::5'],
  ];
  for (const [rule, xff, result] of table) {
    it(`${rule}: ${xff.slice(0, 80)}`, () => expect(told({ 'x-forwarded-for': xff })).to.equal(result));
  }

  it('knows nobody without the header', () => {
    expect(told({})).to.equal('Missing');
    expect(told({ 'x-forwarded-for': '' })).to.equal('Missing');
  });

  it('knows nobody in a class without settings', () => {
    expect(clientAddress({ 'x-forwarded-for': '203.0.113.7' }, undefined, cluster)).to.deep.equal({
      kind: 'unknown',
      reason: 'NoSettings',
    });
  });

  it('reads only the header that the controller writes', () => {
    expect(told({ 'x-forwarded-for': '203.0.113.7', 'x-real-ip': '198.51.100.1' }, haproxy)).to.equal(
      '198.51.100.1',
    );
    expect(told({ 'x-forwarded-for': '203.0.113.7', 'x-real-ip': '198.51.100.1' }, traefik)).to.equal(
      '203.0.113.7',
    );
    expect(told({ 'x-forwarded-for': '203.0.113.7' }, haproxy)).to.equal('Missing');
  });

  it('takes X-Real-IP for one address, not for a list', () => {
    expect(told({ 'x-real-ip': '203.0.113.7, 192.0.2.1' }, haproxy)).to.equal('Malformed');
    expect(told({ 'x-real-ip': '192.0.2.1' }, haproxy)).to.equal('OnlyProxies');
  });

  for (const sign of proxySigns) {
    it(`takes no address that came with ${sign} from a proxy that nobody trusts`, () => {
      expect(told({ 'x-forwarded-for': '203.0.113.7', [sign]: '1.1 squid' })).to.equal(
        `UnknownProxy 203.0.113.7 by ${sign}`,
      );
      expect(told({ 'x-forwarded-for': '203.0.113.7', [sign]: '' })).to.equal(
        `UnknownProxy 203.0.113.7 by ${sign}`,
      );
    });

    it(`does not mind ${sign} when the walk begins at a trusted proxy`, () => {
      expect(told({ 'x-forwarded-for': '203.0.113.7, 192.0.2.1', [sign]: '1.1 squid' })).to.equal(
        '203.0.113.7',
      );
    });
  }

  it('names the proxy’s own header rather than X-Forwarded-For', () => {
    expect(told({ 'x-forwarded-for': '203.0.113.7, 203.0.113.8', via: '1.1 squid' })).to.equal(
      'UnknownProxy 203.0.113.8 by via',
    );
  });

  it('says whether an unknown proxy may at all be a visitor', () => {
    const via = (address: string) =>
      clientAddress({ 'x-forwarded-for': address, via: '1.1 squid' }, traefik, cluster);
    expect(via('203.0.113.7')).to.deep.include({ reason: 'UnknownProxy', visitor: true });
    expect(via('127.0.0.1')).to.deep.include({ reason: 'UnknownProxy', visitor: false });
    expect(via('10.244.3.4')).to.deep.include({ reason: 'UnknownProxy', visitor: false });
  });

  it('agrees with an oracle that walks a list of numbers', () => {
    const trusted = (value: bigint): boolean => value >> 4n === 0xc0000200n >> 4n;
    const entry = fc.oneof(
      fc.bigInt({ min: 0xc0000200n, max: 0xc000020fn }).map((value) => ({ value, text: ipv4Text(value) })),
      fc
        .bigInt({ min: 0xcb007100n, max: 0xcb0071ffn })
        .map((value) => ({ value, text: `${ipv4Text(value)}:443` })),
      ipv4.map(({ value, text }) => ({ value, text: ` ${text}\t` })),
      fc
        .constantFrom('', 'unknown', '1.2.3', '010.0.0.1', 'fe80::1%eth0')
        .map((text) => ({ value: undefined, text })),
    );
    const nobody = (value: bigint): boolean =>
      [0n, 127n].includes(value >> 24n) || value >> 16n === 0xa9fen || value >> 6n === 0xcb007140n >> 6n;
    const nodes = CidrSet.parse(['203.0.113.64/26']);
    const settings: AddressSettings = {
      addressHeader: 'x-forwarded-for',
      trustedProxies: CidrSet.parse(['192.0.2.0/28']),
    };
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 8 }), fc.boolean(), (entries, via) => {
        const header = entries.map(({ text }) => text).join(',');
        fc.pre(header !== '');
        const first = entries.findLastIndex(({ value }) => value === undefined || !trusted(value));
        const { value } = entries[first] ?? {};
        const isLast = first === entries.length - 1;
        const sign = via ? 'via' : first > 0 ? 'x-forwarded-for' : undefined;
        const expected = (): string => {
          if (first < 0) return 'OnlyProxies';
          if (value === undefined) return 'Malformed';
          if (isLast && sign !== undefined) return `UnknownProxy ${ipv4Text(value)} by ${sign}`;
          return nobody(value) ? `ClusterAddress ${ipv4Text(value)}` : ipv4Text(value);
        };
        const headers = { 'x-forwarded-for': header, ...(via && { via: '1.1 p' }) };
        expect(inWords(clientAddress(headers, settings, nodes)), header).to.equal(expected());
      }),
      { numRuns: 1000 },
    );
  });
});
