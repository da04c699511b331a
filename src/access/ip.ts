import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** One IP address, parsed. IPv4-mapped IPv6 addresses are IPv4 here, so each address has one form only. */
export type Address =
  | { readonly family: 4; /** Unsigned, 32 bits. */ readonly value: number; readonly text: string }
  | { readonly family: 6; /** Unsigned, 128 bits. */ readonly value: bigint; readonly text: string };

/** All addresses from `first` to `last`, both included. */
export type AddressRange =
  | { readonly family: 4; readonly first: number; readonly last: number }
  | { readonly family: 6; readonly first: bigint; readonly last: bigint };

const mappedPrefix = 0xffffn;

/**
 * Parses one address, strictly: four decimal octets without leading zeros, or RFC 4291 text. Octal and short
 * forms, zones (`%eth0`), brackets, ports and blanks are refused.
 * @returns undefined when the text is no address.
 */
export function parseAddress(text: string): Address | undefined {
  const value = parseIPv4(text);
  if (value >= 0) return { family: 4, value, text };
  return isIPv6(text) && !text.includes('%') ? parseIPv6(text) : undefined;
}

/**
 * Parses one entry of X-Forwarded-For as proxies write them: an address, `address:port` (IPv4), `[address]` or
 * `[address]:port` (IPv6), with blanks around it.
 * @returns undefined when the entry is anything else.
 */
export function parseForwardedAddress(entry: string): Address | undefined {
  const text = entry.trim();
  if (text.startsWith('[')) {
    const match = /^\[([0-9A-Fa-f:.]+)\](?::(\d{1,5}))?$/.exec(text);
    if (match?.[1] === undefined || !isPort(match[2])) return undefined;
    const address = isIPv4(match[1]) ? undefined : parseAddress(match[1]);
    return address;
  }
  const colon = text.indexOf(':');
  if (colon > 0 && colon === text.lastIndexOf(':')) {
    const port = text.slice(colon + 1);
    if (!/^\d{1,5}$/.test(port) || !isPort(port)) return undefined;
    const host = text.slice(0, colon);
    return isIPv4(host) ? parseAddress(host) : undefined;
  }
  return parseAddress(text);
}

/** A parsed CIDR: its range, and its text with the host bits cleared and the prefix length always written. */
export interface Cidr {
  readonly text: string;
  readonly range: AddressRange;
}

/**
 * Parses `address/prefix` or a single address; host bits may be set. IPv4-mapped prefixes of 96 bits or more
 * become IPv4.
 * @returns undefined when the text is no CIDR.
 */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const addressText = slash < 0 ? text : text.slice(0, slash);
  const address = parseAddress(addressText);
  if (address === undefined) return undefined;
  const written = addressText.includes(':') ? 128 : 32;
  const prefix = slash < 0 ? written : parsePrefix(text.slice(slash + 1), written);
  if (prefix === undefined) return undefined;
  if (address.family === 4) return cidr4(address.value, written === 128 ? prefix - 96 : prefix);
  return cidr6(address.value, prefix);
}

/** The address as text: dotted decimal, or RFC 5952. */
export function formatAddress(family: 4 | 6, value: number | bigint): string {
  if (family === 4) {
    const bits = Number(value);
    return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
  }
  const bytes = Array.from({ length: 16 }, (_, index) =>
    Number((BigInt(value) >> BigInt(8 * (15 - index))) & 255n),
  );
  return new ipaddr.IPv6(bytes).toRFC5952String();
}

function cidr4(value: number, prefix: number): Cidr | undefined {
  // A mapped address whose prefix is shorter than 96 bits is no IPv4 range.
  if (prefix < 0) return undefined;
  const size = 2 ** (32 - prefix);
  const first = value - (value % size);
  return {
    text: `${formatAddress(4, first)}/${prefix}`,
    range: { family: 4, first, last: first + size - 1 },
  };
}

function cidr6(value: bigint, prefix: number): Cidr {
  const size = 1n << BigInt(128 - prefix);
  const first = value - (value % size);
  return {
    text: `${formatAddress(6, first)}/${prefix}`,
    range: { family: 6, first, last: first + size - 1n },
  };
}

function parsePrefix(text: string, max: number): number | undefined {
  if (!/^(0|[1-9]\d{0,2})$/.test(text)) return undefined;
  const prefix = Number(text);
  return prefix <= max ? prefix : undefined;
}

const isPort = (digits: string | undefined): boolean => digits === undefined || Number(digits) <= 65_535;

/**
 * The address as a number, or -1. By hand because every request asks: a quarter of what net.isIPv4 and a split
 * cost, with the same answers.
 */
function parseIPv4(text: string): number {
  let value = 0;
  let octets = 0;
  let octet = none;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === dot) {
      if (octet === none || octets === 3) return none;
      value = value * 256 + octet;
      octets += 1;
      octet = none;
    } else {
      octet = withDigit(octet, code - zero);
      if (octet === none) return none;
    }
  }
  return octets === 3 && octet !== none ? value * 256 + octet : none;
}

const none = -1;
const dot = 0x2e;
const zero = 0x30;

/** The octet with one more digit; none when that is no digit, or makes a leading zero or more than 255. */
function withDigit(octet: number, digit: number): number {
  if (digit < 0 || digit > 9 || octet === 0) return none;
  const longer = octet === none ? digit : octet * 10 + digit;
  return longer <= 255 ? longer : none;
}

function parseIPv6(text: string): Address {
  const parsed = ipaddr.IPv6.parse(text);
  let value = 0n;
  for (const part of parsed.parts) value = (value << 16n) | BigInt(part);
  if (value >> 32n === mappedPrefix) {
    const low = Number(value & 0xffff_ffffn);
    return { family: 4, value: low, text: formatAddress(4, low) };
  }
  return { family: 6, value, text: parsed.toRFC5952String() };
}
