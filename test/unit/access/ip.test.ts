import { isIPv4 } from 'node:net';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { parseAddress, parseCidr, parseForwardedAddress } from '../../../src/access/ip.ts';
import { address, ipv4, ipv6 } from './arbitraries.ts';

describe('parseAddress', () => {
  const accepted: readonly (readonly [string, string])[] = [
    ['203.0.113.7', '203.0.113.7'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:db8:0:0:0:0:0:1', '2001:db8::1'],
    ['::', '::'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
  ];
  for (const [text, canonical] of accepted) {
    it(`reads ${text} as ${canonical}`, () => expect(parseAddress(text)?.text).to.equal(canonical));
  }

  const refused = [
    '',
    ' ',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.07',
    '0203.0.113.7',
    '0xcb.0.113.7',
    '3405803783',
    '127.1',
    '203.0.113.7 ',
    ' 203.0.113.7',
    '203.0.113.7.',
    '203.0.113.7/32',
    '203.0.113.7:80',
    '[2001:db8::1]',
    'fe80::1%eth0',
    '::1%',
    '2001:db8::1::',
    ':::',
    '12345::',
    '::ffff:203.0.113.07',
    '٢٠٣.٠.١١٣.٧',
    'localhost',
    'unknown',
    '_hidden',
    '-',
    '203.0.113.7\0',
    '203,0,113,7',
  ];
  for (const text of refused) {
    it(`refuses ${JSON.stringify(text)}`, () => expect(parseAddress(text)).to.equal(undefined));
  }

  it('gives every spelling of an address the same value', () => {
    fc.assert(
      fc.property(address, ({ family, value, text }) => {
        const parsed = parseAddress(text);
        expect(parsed?.family).to.equal(family);
        expect(BigInt(parsed?.value ?? -1)).to.equal(value);
        expect(parseAddress(parsed?.text ?? '')).to.deep.equal(parsed);
      }),
    );
  });

  it('takes for IPv4 what net.isIPv4 takes, and nothing else', () => {
    const octet = fc.oneof(
      fc.nat(300).map(String),
      fc.constantFrom('', '00', '010', '1e1', '-1', ' 1', '+1'),
    );
    const dotted = fc.oneof(
      fc.array(octet, { minLength: 1, maxLength: 6 }).map((octets) => octets.join('.')),
      fc.stringMatching(/^[0-9.]{0,18}$/),
      ipv4.map(({ text }) => text),
    );
    fc.assert(
      fc.property(dotted, (text) => {
        expect(parseAddress(text)?.family === 4, text).to.equal(isIPv4(text));
      }),
      { numRuns: 5000 },
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => void [parseAddress(text), parseForwardedAddress(text), parseCidr(text)],
      ),
    );
  });
});

describe('parseForwardedAddress', () => {
  it('accepts a port, brackets and blanks around any address', () => {
    const blanks = fc.constantFrom('', ' ', '\t', '  ');
    const written = fc.oneof(
      ipv4.map(({ text }) => [text, text]),
      fc.tuple(ipv4, fc.nat(65_535)).map(([{ text }, port]) => [text, `${text}:${port}`]),
      ipv6.map(({ text }) => [text, text]),
      ipv6.map(({ text }) => [text, `[${text}]`]),
      fc.tuple(ipv6, fc.nat(65_535)).map(([{ text }, port]) => [text, `[${text}]:${port}`]),
    );
    fc.assert(
      fc.property(written, blanks, blanks, ([bare = '', entry = ''], before, after) => {
        expect(parseForwardedAddress(before + entry + after)).to.deep.equal(parseAddress(bare));
      }),
    );
  });

  const refused = [
    '203.0.113.7:',
    '203.0.113.7:65536',
    '203.0.113.7:080000',
    '203.0.113.7:-1',
    '203.0.113.7:8o',
    ':80',
    '[203.0.113.7]',
    '[203.0.113.7]:80',
    '[2001:db8::1',
    '2001:db8::1]',
    '[2001:db8::1]80',
    '[2001:db8::1]:',
    '[2001:db8::1]:65536',
    '[fe80::1%eth0]',
    '[]',
    '[]:80',
    '"203.0.113.7"',
    'for=203.0.113.7',
    'unknown',
    '203.0.113.7 203.0.113.8',
  ];
  for (const entry of refused) {
    it(`refuses ${JSON.stringify(entry)}`, () => expect(parseForwardedAddress(entry)).to.equal(undefined));
  }
});

describe('parseCidr', () => {
  const accepted: readonly (readonly [string, string])[] = [
    ['203.0.113.0/24', '203.0.113.0/24'],
    ['203.0.113.77/24', '203.0.113.0/24'],
    ['203.0.113.7', '203.0.113.7/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['255.255.255.255/1', '128.0.0.0/1'],
    ['2001:db8::1/48', '2001:db8::/48'],
    ['2001:db8::1', '2001:db8::1/128'],
    ['::/0', '::/0'],
    ['::ffff:203.0.113.7/120', '203.0.113.0/24'],
    ['::ffff:203.0.113.7', '203.0.113.7/32'],
  ];
  for (const [text, canonical] of accepted) {
    it(`reads ${text} as ${canonical}`, () => expect(parseCidr(text)?.text).to.equal(canonical));
  }

  const refused = [
    '203.0.113.0/33',
    '203.0.113.0/',
    '203.0.113.0/024',
    '203.0.113.0/-1',
    '203.0.113.0/24/24',
    '203.0.113.0/255.255.255.0',
    '203.0.113/24',
    '2001:db8::/129',
    '/24',
    '::ffff:203.0.113.7/95',
    '',
    '203.0.113.0/ 24',
  ];
  for (const text of refused) {
    it(`refuses ${JSON.stringify(text)}`, () => expect(parseCidr(text)).to.equal(undefined));
  }
});
