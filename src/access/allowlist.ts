import { type AddressRange, parseCidr } from './ip.ts';

/** An allowlist entry and a trusted proxy's CIDR that have addresses in common. */
export interface AllowlistOverlap {
  readonly address: string;
  readonly proxy: string;
}

/**
 * The entries of a window's allowlist that overlap the class's trusted proxies (design §6 rule 5). A trusted
 * proxy is never taken for a client, so the overlapping part matches nobody; the caller tells people so.
 * Texts are given back as they came; one that is no CIDR overlaps nothing.
 */
export function allowlistOverlaps(
  addresses: readonly string[],
  trustedProxies: readonly string[],
): AllowlistOverlap[] {
  const proxies = trustedProxies.map((text) => ({ text, range: parseCidr(text)?.range }));
  return addresses.flatMap((address) => {
    const range = parseCidr(address)?.range;
    return proxies
      .filter((proxy) => overlaps(range, proxy.range))
      .map((proxy) => ({ address, proxy: proxy.text }));
  });
}

function overlaps(a: AddressRange | undefined, b: AddressRange | undefined): boolean {
  return (
    a !== undefined && b !== undefined && a.family === b.family && a.first <= b.last && b.first <= a.last
  );
}
