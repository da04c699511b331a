import * as fc from 'fast-check';

/** An address as a number, with one of the ways to write it. */
export interface WrittenAddress {
  readonly family: 4 | 6;
  readonly value: bigint;
  readonly text: string;
}

export const ipv4Text = (value: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');

/** All eight groups, nothing compressed. */
export const ipv6Text = (value: bigint): string =>
  Array.from({ length: 8 }, (_, index) => ((value >> BigInt(16 * (7 - index))) & 0xffffn).toString(16)).join(
    ':',
  );

export const ipv4 = fc
  .bigInt({ min: 0n, max: 2n ** 32n - 1n })
  .map((value): WrittenAddress => ({ family: 4, value, text: ipv4Text(value) }));

/** Never IPv4-mapped: those are IPv4 addresses in another dress. */
export const ipv6 = fc
  .bigInt({ min: 0n, max: 2n ** 128n - 1n })
  .filter((value) => value >> 32n !== 0xffffn)
  .map((value): WrittenAddress => ({ family: 6, value, text: ipv6Text(value) }));

export const mapped = ipv4.map(({ value, text }): WrittenAddress => ({
  family: 4,
  value,
  text: `::ffff:${text}`,
}));

export const address = fc.oneof(ipv4, ipv6, mapped);
