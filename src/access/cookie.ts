import { createHash } from 'node:crypto';
import { findKey, type SigningKey, type SigningKeys } from './keys.ts';
import { sameMac, sign } from './mac.ts';
import type { TokenHash } from './token.ts';

/** A cookie lives this long at most. */
const mostCookieMs = 12 * 3_600_000;

/** Longer than any cookie that we make: key id 32, expiry 12, token name 63, MAC 43. */
const longestValue = 160;

/** No browser sends more than one; each costs a MAC. */
const mostValues = 8;

const valueSyntax = /^v1\.([A-Za-z0-9-]{1,32})\.([1-9]\d{0,11})\.([a-z0-9-]{1,63})\.([A-Za-z0-9_-]{43})$/;

/** To what a cookie is bound. */
export interface CookieBinding {
  /** The window's. */
  readonly uid: string;
  /** As `hostName` spells it; empty where the controller does not show the host. */
  readonly host: string;
}

/**
 * The cookie of a window's staff: `__Host-backsoon-` and the first 8 hex digits of its UID, or of the UID's
 * SHA-256 when it does not begin with any.
 */
export function cookieName(uid: string): string {
  const digits = /^[0-9a-f]{8}/i.exec(uid)?.[0] ?? createHash('sha256').update(uid).digest('hex').slice(0, 8);
  return `__Host-backsoon-${digits.toLowerCase()}`;
}

/**
 * The whole value of the Set-Cookie that stands for a token from now on, until the occurrence or the token
 * ends, for 12 hours at most.
 * @returns undefined when that is less than a second away.
 */
export function cookieFor(
  token: TokenHash,
  { uid, host }: CookieBinding,
  { endMs, nowMs, key }: { readonly endMs: number; readonly nowMs: number; readonly key: SigningKey },
): string | undefined {
  const expires = Math.floor(Math.min(endMs, token.notAfterMs, nowMs + mostCookieMs) / 1000);
  const maxAge = Math.floor(expires - nowMs / 1000);
  if (maxAge < 1) return undefined;
  const mac = cookieMac(key, { uid, host, token, expiry: String(expires) }).toString('base64url');
  const value = `v1.${key.id}.${expires}.${token.name}.${mac}`;
  return `${cookieName(uid)}=${value}; ${attributes}; Max-Age=${maxAge}`;
}

/** The whole value of the Set-Cookie that ends the window's cookie. */
export const expiredCookie = (uid: string): string => `${cookieName(uid)}=; ${attributes}; Max-Age=0`;

/** The prefix `__Host-` asks for Path=/, Secure and no Domain. */
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax';

/**
 * All values of the cookie with exactly this name, at most 8, to the letter: no browser puts blanks around them.
 * @param header the whole header `Cookie`.
 */
export function cookieValues(header: string, name: string): readonly string[] {
  let at = header.indexOf(name);
  if (at < 0) return none;
  const values: string[] = [];
  for (; at >= 0 && values.length < mostValues; at = header.indexOf(name, at + name.length)) {
    const equals = at + name.length;
    if (header[equals] !== '=' || !beginsPair(header, at)) continue;
    const semicolon = header.indexOf(';', equals);
    values.push(header.slice(equals + 1, semicolon < 0 ? undefined : semicolon));
  }
  return values;
}

const none: readonly string[] = [];

function beginsPair(header: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && (header[before] === ' ' || header[before] === '\t')) before -= 1;
  return before < 0 || header[before] === ';';
}

/**
 * The name of the token that a cookie's value stands for.
 * @param tokens of the window now: a cookie dies with its token.
 * @returns undefined when it is malformed, of an unknown key, forged, expired, for another window or host, or
 * its token is gone, changed or over.
 */
export function verifyCookie(
  value: string,
  { uid, host }: CookieBinding,
  {
    tokens,
    nowMs,
    keys,
  }: { readonly tokens: readonly TokenHash[]; readonly nowMs: number; readonly keys: SigningKeys },
): string | undefined {
  const match = value.length <= longestValue ? valueSyntax.exec(value) : null;
  if (match === null) return undefined;
  const [, keyId = '', expiry = '', name = '', signature = ''] = match;
  if (nowMs >= Number(expiry) * 1000) return undefined;
  const key = findKey(keys, keyId);
  const token = tokens.find((token) => token.name === name);
  if (key === undefined || token === undefined || nowMs >= token.notAfterMs) return undefined;
  return sameMac(signature, cookieMac(key, { uid, host, token, expiry })) ? name : undefined;
}

interface Signed extends CookieBinding {
  readonly token: TokenHash;
  readonly expiry: string;
}

function cookieMac(key: SigningKey, { uid, host, token, expiry }: Signed): Buffer {
  return sign(key, ['cookie', uid, host, token.name, Buffer.from(token.sha256).toString('hex'), expiry]);
}
