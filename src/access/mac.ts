import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SigningKey } from './keys.ts';

/**
 * HMAC-SHA256 over a list of texts. Each is preceded by its length in bytes, so no two lists are signed alike;
 * the first says what is signed, so that no signature of one kind is good for another.
 */
export function sign(key: SigningKey, parts: readonly string[]): Buffer {
  let message = '';
  for (const part of parts) message += `${Buffer.byteLength(part)}:${part},`;
  return createHmac('sha256', key.key).update(message).digest();
}

/** Is this the base64url text of the MAC, in its one spelling? Takes as long whichever character differs. */
export function sameMac(signature: string, expected: Buffer): boolean {
  const given = Buffer.from(signature, 'latin1');
  const wanted = Buffer.from(expected.toString('base64url'), 'latin1');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
