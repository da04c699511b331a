import { proxySigns, type ReadHeader } from '../api/headers.ts';
import { CidrSet } from './cidr-set.ts';
import { type Address, parseForwardedAddress } from './ip.ts';

export type HeaderValue = string | readonly string[] | undefined;

/** Request headers as node:http gives them: lower-case names, repeated fields joined with `, `. */
export type RequestHeaders = Readonly<Partial<Record<ReadHeader, HeaderValue>>>;

/** How one ingress class tells who its client is. */
export interface AddressSettings {
  /** The header that the class's controller writes itself. */
  readonly addressHeader: 'x-forwarded-for' | 'x-real-ip';
  /** Load balancers and CDNs in front of the controller. */
  readonly trustedProxies: CidrSet;
}

/** What gave a proxy away; `x-forwarded-for`: an entry to the left of one whom nobody told us to trust. */
export type ProxySign = (typeof proxySigns)[number] | 'x-forwarded-for';

/** No real chain of proxies is longer; each hop costs, and who comes through one may write as many as he likes. */
const mostHops = 32;

/** Who the client is, or why nobody can tell (design §6). Only `known` matches an address rule, and what a window
 * trusts all the same. */
export type ClientAddress =
  | { readonly kind: 'known'; readonly address: Address }
  /**
   * Rules 1 and 2: the header is missing, has an entry that is no address or more than 32 trusted ones, or names
   * trusted proxies only.
   */
  | { readonly kind: 'unknown'; readonly reason: 'NoSettings' | 'Missing' | 'Malformed' | 'OnlyProxies' }
  /** Rule 3: an address of the cluster itself, loopback or link-local. */
  | { readonly kind: 'unknown'; readonly reason: 'ClusterAddress'; readonly address: Address }
  /** Rule 4: `address` is where the walk began; `sign` is the header that gave the proxy away. */
  | {
      readonly kind: 'unknown';
      readonly reason: 'UnknownProxy';
      readonly address: Address;
      readonly sign: ProxySign;
      /** True when the address would be a visitor's by rules 1 to 3: a window may trust it all the same. */
      readonly visitor: boolean;
    }
  /** Rule 6: so many different clients come from it that it is a proxy that hides itself. */
  | { readonly kind: 'unknown'; readonly reason: 'SharedAddress'; readonly address: Address };

/** No visitor comes from here, whatever the network looks like: loopback, link-local, "this host". */
const nobody = CidrSet.parse([
  '127.0.0.0/8',
  '169.254.0.0/16',
  '0.0.0.0/8',
  '::1/128',
  '::/128',
  'fe80::/10',
]);

/**
 * The client's address by design §6 rules 1 to 4.
 * @param settings of the gate's ingress class; undefined when nobody configured it: then no address is earned.
 * @param cluster the cluster's own node and Pod addresses.
 */
export function clientAddress(
  headers: RequestHeaders,
  settings: AddressSettings | undefined,
  cluster: CidrSet,
): ClientAddress {
  if (settings === undefined) return { kind: 'unknown', reason: 'NoSettings' };
  const value = headers[settings.addressHeader];
  if (typeof value !== 'string' || value === '') return { kind: 'unknown', reason: 'Missing' };

  const walk = walkFromTheRight(value, settings);
  if (walk.client === undefined) return { kind: 'unknown', reason: walk.reason };

  const visitor = !nobody.has(walk.client) && !cluster.has(walk.client);
  // The client is where the walk began: whoever spoke to the controller is no proxy that we know.
  const sign = walk.skipped === 0 ? (proxySign(headers) ?? chainSign(walk)) : undefined;
  if (sign !== undefined)
    return { kind: 'unknown', reason: 'UnknownProxy', address: walk.client, sign, visitor };
  if (!visitor) return { kind: 'unknown', reason: 'ClusterAddress', address: walk.client };
  return { kind: 'known', address: walk.client };
}

type Walk =
  | {
      readonly client: Address;
      readonly skipped: number;
      /** Is more to its left? */ readonly isLed: boolean;
    }
  | { readonly client: undefined; readonly reason: 'Malformed' | 'OnlyProxies' };

/** Rules 1 and 2: from the right, past trusted proxies. X-Real-IP is a list of exactly one. */
function walkFromTheRight(value: string, settings: AddressSettings): Walk {
  let end = value.length;
  let skipped = 0;
  while (end >= 0) {
    if (skipped > mostHops) return { client: undefined, reason: 'Malformed' };
    const comma = end === 0 ? -1 : value.lastIndexOf(',', end - 1);
    if (comma >= 0 && settings.addressHeader === 'x-real-ip')
      return { client: undefined, reason: 'Malformed' };
    const address = parseForwardedAddress(value.slice(comma + 1, end));
    if (address === undefined) return { client: undefined, reason: 'Malformed' };
    if (!settings.trustedProxies.has(address)) return { client: address, skipped, isLed: comma >= 0 };
    skipped += 1;
    end = comma;
  }
  return { client: undefined, reason: 'OnlyProxies' };
}

function proxySign(headers: RequestHeaders): ProxySign | undefined {
  for (const name of proxySigns) if (headers[name] !== undefined) return name;
  return undefined;
}

/**
 * Controllers throw away the X-Forwarded-For of a peer that they were not told to trust. Where there is more than the
 * peer, the controller was told of it and we were not.
 */
const chainSign = ({ isLed }: { readonly isLed: boolean }): ProxySign | undefined =>
  isLed ? 'x-forwarded-for' : undefined;
