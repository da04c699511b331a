import { hash, timingSafeEqual } from 'node:crypto';

/** A window's token as it is compared. */
export interface TokenHash {
  readonly name: string;
  /** SHA-256 of the whole token, 32 bytes. */
  readonly sha256: Uint8Array;
  /** Epoch milliseconds from which the token is dead; Infinity when it lives as long as its window. */
  readonly notAfterMs: number;
}

const tokenSyntax = /^bsn_[A-Za-z0-9_-]{43}$/;

/**
 * A token from 32 random bytes: `bsn_` and 43 base64url characters.
 * @throws RangeError when there are not exactly 32 bytes.
 */
export function formatToken(random: Uint8Array): string {
  if (random.length !== 32) throw new RangeError(`a token is made of 32 bytes, not ${random.length}`);
  return `bsn_${Buffer.from(random).toString('base64url')}`;
}

/** SHA-256 of a presented token, or undefined when it does not even look like one. */
export function tokenDigest(presented: string | readonly string[] | undefined): Uint8Array | undefined {
  if (typeof presented !== 'string' || !tokenSyntax.test(presented)) return undefined;
  return hash('sha256', presented, 'buffer');
}

/** The token with this digest that is still good, or undefined. Compares with every one, always. */
export function findToken(
  digest: Uint8Array,
  tokens: readonly TokenHash[],
  nowMs: number,
): TokenHash | undefined {
  let found: TokenHash | undefined;
  for (const token of tokens) {
    const equal = timingSafeEqual(token.sha256, digest);
    if (equal && nowMs < token.notAfterMs) found = token;
  }
  return found;
}
