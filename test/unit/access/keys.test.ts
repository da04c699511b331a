import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  encodeKeys,
  findKey,
  keyIds,
  KeysError,
  parseKeys,
  type SigningKey,
} from '../../../src/access/keys.ts';

const key = (id: string): SigningKey => ({ id, key: Buffer.alloc(32, id) });
const bytes = Buffer.alloc(32).toString('base64');

describe('keys file', () => {
  it('reads what it writes', () => {
    const signingKey = fc.record({
      id: fc.stringMatching(/^[A-Za-z0-9-]{1,32}$/),
      key: fc.uint8Array({ minLength: 32, maxLength: 64 }).map((octets) => Buffer.from(octets)),
    });
    const distinct = fc.uniqueArray(signingKey, { minLength: 1, maxLength: 3, selector: ({ id }) => id });
    fc.assert(
      fc.property(distinct, ([current, previous, next]) => {
        const keys = { current: current!, ...(previous && { previous }), ...(next && { next }) };
        expect(parseKeys(encodeKeys(keys))).to.deep.equal(keys);
      }),
    );
  });

  it('finds each key by its id', () => {
    const keys = { current: key('k2'), previous: key('k1'), next: key('k3') };
    expect(keyIds(keys)).to.deep.equal(['k2', 'k1', 'k3']);
    expect(findKey(keys, 'k1')).to.equal(keys.previous);
    expect(findKey(keys, 'k4')).to.equal(undefined);
  });

  const refused: readonly (readonly [string, string])[] = [
    ['no JSON', '{'],
    ['a list', '[]'],
    ['no current key', '{}'],
    ['a short key', JSON.stringify({ current: { id: 'k', key: 'c2hvcnQ=' } })],
    ['a key that is not base64', JSON.stringify({ current: { id: 'k', key: '*'.repeat(50) } })],
    ['an id with a dot', JSON.stringify({ current: { id: 'k.1', key: bytes } })],
    ['no id', JSON.stringify({ current: { key: bytes } })],
    ['a bad previous key', JSON.stringify({ current: { id: 'k', key: bytes }, previous: 'x' })],
    ['one id twice', JSON.stringify({ current: { id: 'k', key: bytes }, next: { id: 'k', key: bytes } })],
  ];
  for (const [what, text] of refused) {
    it(`refuses ${what}`, () => expect(() => parseKeys(text)).to.throw(KeysError));
  }

  it('shows no key in its errors', () => {
    const secret = Buffer.from('this is secret').toString('base64');
    try {
      parseKeys(JSON.stringify({ current: { id: 'k', key: secret } }));
      expect.fail('a short key was accepted');
    } catch (error) {
      expect(String(error)).not.to.include(secret);
    }
  });
});
