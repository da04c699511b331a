import { parseCidr } from './ip.ts';

/**
 * CIDRs with host bits cleared and prefix lengths written, sorted, without doubles.
 * @throws RangeError naming the first text that is no CIDR.
 */
export function canonicalCidrs(texts: readonly string[]): string[] {
  const cidrs = texts.map((text) => {
    const cidr = parseCidr(text);
    if (cidr === undefined) {
      throw new RangeError(
        `${JSON.stringify(text)} is no address and no CIDR; write for example 203.0.113.0/24`,
      );
    }
    return cidr.text;
  });
  return [...new Set(cidrs)].toSorted();
}
