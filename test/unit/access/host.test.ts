import { expect } from 'chai';
import * as fc from 'fast-check';
import { HostNames, hostName } from '../../../src/access/host.ts';

describe('hostName', () => {
  const table: readonly (readonly [raw: string | undefined, name: string | undefined])[] = [
    ['shop.example.com', 'shop.example.com'],
    ['Shop.EXAMPLE.com:8443', 'shop.example.com'],
    ['shop.example.com.', 'shop.example.com'],
    ['shop.example.com.:443', 'shop.example.com'],
    ['localhost', 'localhost'],
    ['my_host', 'my_host'],
    ['203.0.113.7:80', '203.0.113.7'],
    ['[2001:DB8::1]:443', '[2001:db8::1]'],
    [undefined, undefined],
    ['', undefined],
    ['.', undefined],
    ['shop.example.com..', undefined],
    ['shop..example.com', undefined],
    ['.example.com', undefined],
    ['a.example, b.example', undefined],
    ['a.example b.example', undefined],
    ['user@shop.example.com', undefined],
    ['shop.example.com:', undefined],
    ['shop.example.com:http', undefined],
    ['shop%2eexample.com', undefined],
    ['shop.example.com/', undefined],
    ['shop.example.com\n', undefined],
    ['bücher.example', undefined],
    ['\u212aiosk.example', undefined],
    ['a'.repeat(300), undefined],
  ];
  for (const [raw, name] of table) {
    it(`of ${JSON.stringify(raw)?.slice(0, 40)} is ${name}`, () => expect(hostName(raw)).to.equal(name));
  }

  it('is the name of what it gives', () => {
    fc.assert(
      fc.property(fc.domain(), fc.constantFrom('', '.', ':80', '.:65535'), (domain, after) => {
        const name = hostName(domain.toUpperCase() + after);
        expect(name).to.equal(domain.toLowerCase());
        expect(hostName(name)).to.equal(name);
      }),
      { numRuns: 200 },
    );
  });
});

describe('HostNames', () => {
  const hosts = new HostNames(['shop.example.com', '*.example.org']);
  const table: readonly (readonly [name: string, has: boolean])[] = [
    ['shop.example.com', true],
    ['example.com', false],
    ['a.shop.example.com', false],
    ['www.example.org', true],
    ['example.org', false],
    ['a.b.example.org', false],
    ['example.org.evil.example', false],
    ['evilexample.org', false],
    ['[::1]', false],
  ];
  for (const [name, has] of table) {
    it(`${has ? 'have' : 'do not have'} ${name}`, () => expect(hosts.has(name)).to.equal(has));
  }
});
