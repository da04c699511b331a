import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { findToken, formatToken, tokenDigest, type TokenHash } from '../../../src/access/token.ts';

const token = formatToken(Buffer.alloc(32, 7));
const hashOf = (text: string): Uint8Array => createHash('sha256').update(text).digest();
const stored = (name: string, text: string, notAfterMs = Infinity): TokenHash => ({
  name,
  sha256: hashOf(text),
  notAfterMs,
});

describe('tokens', () => {
  it('are bsn_ and 43 base64url characters', () => {
    expect(token).to.match(/^bsn_[A-Za-z0-9_-]{43}$/);
    expect(() => formatToken(randomBytes(31))).to.throw(RangeError, '31');
  });

  it('pass by the SHA-256 of their whole text, by name', () => {
    const other = formatToken(Buffer.alloc(32, 8));
    expect(findToken(tokenDigest(token)!, [stored('other', other), stored('ops', token)], 0)?.name).to.equal(
      'ops',
    );
    expect(findToken(tokenDigest(token)!, [stored('other', other)], 0)?.name).to.equal(undefined);
    expect(findToken(tokenDigest(token)!, [], 0)?.name).to.equal(undefined);
  });

  it('pass until notAfter and not at it', () => {
    const tokens = [stored('ops', token, 1000)];
    expect(findToken(tokenDigest(token)!, tokens, 999)?.name).to.equal('ops');
    expect(findToken(tokenDigest(token)!, tokens, 1000)?.name).to.equal(undefined);
  });

  const strangers: readonly (readonly [string, string | string[] | undefined])[] = [
    ['nothing', undefined],
    ['the empty text', ''],
    ['the hash itself', Buffer.from(hashOf(token)).toString('hex')],
    ['a shorter one', token.slice(0, -1)],
    ['a longer one', `${token}A`],
    ['a repeated header', `${token}, ${token}`],
    ['a list', [token]],
    ['another prefix', token.replace('bsn_', 'BSN_')],
    ['base64 instead of base64url', `${token.slice(0, -1)}+`],
    ['a line feed at its end', `${token}\n`],
  ];
  for (const [what, presented] of strangers) {
    it(`do not include ${what}`, () => expect(tokenDigest(presented)).to.equal(undefined));
  }

  it('pass for nobody who does not know one', () => {
    const tokens = [stored('ops', token)];
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const guess = formatToken(bytes);
        expect(findToken(tokenDigest(guess)!, tokens, 0)?.name).to.equal(guess === token ? 'ops' : undefined);
      }),
    );
  });
});
