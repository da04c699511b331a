import { expect } from 'chai';
import * as fc from 'fast-check';
import { CidrSet } from '../../../src/access/cidr-set.ts';
import { parseAddress } from '../../../src/access/ip.ts';
import { address, ipv4, ipv4Text, ipv6, ipv6Text, type WrittenAddress } from './arbitraries.ts';

interface TestCidr {
  readonly base: WrittenAddress;
  readonly prefix: number;
}

const cidr: fc.Arbitrary<TestCidr> = fc.oneof(
  fc.record({ base: ipv4, prefix: fc.integer({ min: 0, max: 32 }) }),
  fc.record({ base: ipv6, prefix: fc.integer({ min: 0, max: 128 }) }),
);

const bitsOf = ({ family }: WrittenAddress): number => (family === 4 ? 32 : 128);

/** The definition: same family and the same leading bits. */
function contains({ base, prefix }: TestCidr, { family, value }: WrittenAddress): boolean {
  const shift = BigInt(bitsOf(base) - prefix);
  return base.family === family && base.value >> shift === value >> shift;
}

const has = (set: CidrSet, { text }: WrittenAddress): boolean => set.has(parseAddress(text)!);

const write = (family: 4 | 6, value: bigint): WrittenAddress => ({
  family,
  value,
  text: family === 4 ? ipv4Text(value) : ipv6Text(value),
});

/** The addresses at the edges of a CIDR, and those just outside. */
function edges({ base, prefix }: TestCidr): WrittenAddress[] {
  const bits = BigInt(bitsOf(base));
  const shift = bits - BigInt(prefix);
  const first = (base.value >> shift) << shift;
  const last = first + (1n << shift) - 1n;
  return [first - 1n, first, last, last + 1n]
    .filter((value) => value >= 0n && value < 1n << bits && (base.family === 4 || value >> 32n !== 0xffffn))
    .map((value) => write(base.family, value));
}

describe('CidrSet', () => {
  it('holds exactly the addresses that one of its CIDRs holds', () => {
    fc.assert(
      fc.property(
        fc.array(cidr, { maxLength: 40 }),
        fc.array(address, { maxLength: 20 }),
        (cidrs, addresses) => {
          const set = CidrSet.parse(cidrs.map(({ base, prefix }) => `${base.text}/${prefix}`));
          for (const each of [...addresses, ...cidrs.flatMap(edges)]) {
            expect(has(set, each), each.text).to.equal(cidrs.some((one) => contains(one, each)));
          }
        },
      ),
    );
  });

  it('merges what overlaps or touches', () => {
    expect(
      CidrSet.parse(['10.0.0.0/9', '10.128.0.0/9', '10.1.0.0/16', '2001:db8::/33', '2001:db8:8000::/33'])
        .size,
    ).to.equal(2);
  });

  it('is empty without CIDRs', () => {
    fc.assert(fc.property(address, (each) => !has(CidrSet.empty, each)));
  });

  it('does not take an IPv4 address for the IPv6 address with the same number', () => {
    expect(CidrSet.parse(['::/0']).has(parseAddress('1.2.3.4')!)).to.equal(false);
    expect(CidrSet.parse(['0.0.0.0/0']).has(parseAddress('::102:304')!)).to.equal(false);
  });

  it('names the entry that is no CIDR', () => {
    expect(() => CidrSet.parse(['10.0.0.0/8', '10.0.0/8'])).to.throw(RangeError, '"10.0.0/8"');
  });
});
