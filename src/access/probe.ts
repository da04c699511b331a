import { findKey, type SigningKey, type SigningKeys } from './keys.ts';
import { sameMac, sign } from './mac.ts';

/** A probe is good for this long at most; what expires later is refused (design D7). */
export const maxProbeSeconds = 10;

/**
 * What a probe says in X-Forwarded-For, as a client that lies about its address would (design §6 rule 7). It is an
 * address of documentation (RFC 5737), so nobody's: a responder that takes it for the client's can be lied to.
 */
export const forgedProbeAddress = '192.0.2.123';

/** What a client without a pass meets at the gate now. */
export type ProbedDecision = 'open' | 'closed';

export interface Probe {
  /** `namespace/ingress` */
  readonly gate: string;
  /** Lower case, without a port: {@link probeHost} of what the responder sees. Empty: it sees none, or none for sure. */
  readonly host: string;
  /** 16 to 64 base64url characters, new for each probe. */
  readonly nonce: string;
  /** Epoch seconds. */
  readonly expires: number;
}

export interface Echo {
  readonly gate: string;
  readonly nonce: string;
  /** Revision of the gate's policies, see policy/revision.ts; `none` when no policy covers the gate. */
  readonly revision: string;
  /** The replica's Pod name. */
  readonly replica: string;
  readonly decision: ProbedDecision;
  /** The probe's {@link forgedProbeAddress} came in as its client's address: clients can choose theirs. */
  readonly spoofed: boolean;
}

const mac = '([A-Za-z0-9_-]{43})';
const nonceSyntax = /^[A-Za-z0-9_-]{16,64}$/;
const probeSyntax = new RegExp(`^v1\\.([A-Za-z0-9-]{1,32})\\.([A-Za-z0-9_-]{16,64})\\.(\\d{1,12})\\.${mac}$`);
const echoSyntax = new RegExp(
  `^v1\\.([A-Za-z0-9-]{1,32})\\.([A-Za-z0-9_-]{16,64})\\.([0-9a-f]{16}|none)\\.([a-z0-9.-]{1,253})\\.(open|closed)(-spoofed)?\\.${mac}$`,
);

/**
 * The header `Backsoon-Probe`: `v1.<key id>.<nonce>.<expiry>.<mac>`.
 * @throws RangeError when the nonce is not as {@link Probe} says.
 */
export function signProbe(key: SigningKey, probe: Probe): string {
  if (!nonceSyntax.test(probe.nonce)) throw new RangeError('a nonce is 16 to 64 base64url characters');
  return `v1.${key.id}.${probe.nonce}.${probe.expires}.${probeMac(key, probe).toString('base64url')}`;
}

/** A probe that was found good, and the key to sign its echo with. */
export interface VerifiedProbe {
  readonly nonce: string;
  readonly key: SigningKey;
}

/**
 * Judges a `Backsoon-Probe` header that arrived for this gate and host.
 * @returns undefined when it is malformed, of an unknown key, forged, expired, or good for too long.
 */
export function verifyProbe(
  header: string | readonly string[] | undefined,
  arrival: { readonly gate: string; readonly host: string; readonly nowMs: number },
  keys: SigningKeys,
): VerifiedProbe | undefined {
  const match = typeof header === 'string' ? probeSyntax.exec(header) : null;
  if (match === null) return undefined;
  const [, keyId = '', nonce = '', expiry = '', signature = ''] = match;
  const key = findKey(keys, keyId);
  if (key === undefined) return undefined;
  const expires = Number(expiry);
  const genuine = sameMac(
    signature,
    probeMac(key, { gate: arrival.gate, host: arrival.host, nonce, expires }, expiry),
  );
  const nowSeconds = arrival.nowMs / 1000;
  return genuine && nowSeconds < expires && expires <= nowSeconds + maxProbeSeconds
    ? { nonce, key }
    : undefined;
}

/** The header `Backsoon-Echo`: `v1.<key id>.<nonce>.<revision>.<replica>.<open|closed>[-spoofed].<mac>`. */
export function signEcho(key: SigningKey, echo: Echo): string {
  const signature = echoMac(key, echo).toString('base64url');
  return `v1.${key.id}.${echo.nonce}.${echo.revision}.${echo.replica}.${finding(echo)}.${signature}`;
}

const finding = ({ decision, spoofed }: Echo): string => (spoofed ? `${decision}-spoofed` : decision);

/**
 * Judges a `Backsoon-Echo` header that answered the probe with this gate and nonce.
 * @returns undefined when it is malformed, forged, or the answer to something else.
 */
export function verifyEcho(
  header: string | readonly string[] | undefined,
  asked: { readonly gate: string; readonly nonce: string },
  keys: SigningKeys,
): Echo | undefined {
  const match = typeof header === 'string' ? echoSyntax.exec(header) : null;
  if (match === null) return undefined;
  const [, keyId = '', nonce = '', revision = '', replica = '', decision, spoofed, signature = ''] = match;
  const key = findKey(keys, keyId);
  if (key === undefined || nonce !== asked.nonce) return undefined;
  const echo: Echo = {
    gate: asked.gate,
    nonce,
    revision,
    replica,
    decision: decision === 'open' ? 'open' : 'closed',
    spoofed: spoofed !== undefined,
  };
  return sameMac(signature, echoMac(key, echo)) ? echo : undefined;
}

/**
 * The host that a probe is bound to, from what the responder sees in X-Forwarded-Host: lower case, no port.
 * Empty when the header is missing or no host.
 */
export function probeHost(forwardedHost: string | readonly string[] | undefined): string {
  if (typeof forwardedHost !== 'string') return '';
  return /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/.exec(forwardedHost.toLowerCase())?.[1] ?? '';
}

function probeMac(key: SigningKey, probe: Probe, expiry: string = String(probe.expires)): Buffer {
  return sign(key, ['probe', probe.gate, probe.host, probe.nonce, expiry]);
}

function echoMac(key: SigningKey, echo: Echo): Buffer {
  return sign(key, ['echo', echo.gate, echo.nonce, echo.revision, echo.replica, finding(echo)]);
}
