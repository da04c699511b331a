import { expect } from 'chai';
import * as fc from 'fast-check';
import { languageLookups, lookupOrder } from '../../../src/page/accept-language.ts';

describe('lookupOrder', () => {
  const table: readonly (readonly [string, readonly string[]])[] = [
    ['de', ['de']],
    ['de-at', ['de-at', 'de']],
    // RFC 4647 §3.4: a single letter or digit goes with what follows it.
    [
      'zh-hant-cn-x-private1-private2',
      ['zh-hant-cn-x-private1-private2', 'zh-hant-cn-x-private1', 'zh-hant-cn', 'zh-hant', 'zh'],
    ],
    ['zh-tw', ['zh-tw', 'zh-hant', 'zh']],
    ['zh-hant-tw', ['zh-hant-tw', 'zh-hant', 'zh']],
    ['zh-cn', ['zh-cn', 'zh']],
    ['iw-il', ['iw-il', 'iw', 'he']],
  ];
  for (const [tag, order] of table)
    it(`of ${tag} is ${order.join(', ')}`, () => expect(lookupOrder(tag)).to.deep.equal(order));
});

describe('languageLookups', () => {
  const table: readonly (readonly [string, string | undefined, string])[] = [
    ['no header', undefined, ''],
    ['an empty one', '', ''],
    ['one language', 'de', 'de'],
    ['letter case', 'DE-at', 'de-at de'],
    ['a browser', 'nl-NL,nl;q=0.9,en-US;q=0.8,en;q=0.7', 'nl-nl nl en-us en'],
    ['qualities out of order', 'en;q=0.5, fr', 'fr en'],
    ['equal qualities', 'fr, de', 'fr de'],
    ['a wildcard', '*', ''],
    ['a wildcard among others', 'fr;q=0.4, *;q=0.8, de', 'de fr'],
    ['a refused language', 'pt-BR, pt;q=0, en', 'pt-br en'],
    ['a language refused with all its variants', 'de;q=0, de-AT, fr', 'de-at fr'],
    ['all refused', '*;q=0', ''],
    ['all others refused', 'de, *;q=0', 'de'],
    ['Taiwan', 'zh-TW,zh;q=0.9', 'zh-tw zh-hant zh'],
    ['garbage', ';;,,==;q=1,1,-,a_b', ''],
    ['garbage beside a language', '<script>, de', 'de'],
    ['an absurd length', `de,${'x'.repeat(1000)}`, ''],
  ];
  for (const [what, header, expected] of table)
    it(`${what}: ${expected || 'nothing'}`, () =>
      expect(languageLookups(header).join(' ')).to.equal(expected));

  it('takes several headers for none', () => expect(languageLookups(['de', 'fr'])).to.deep.equal([]));

  it('looks at no more than 10 languages', () => {
    const many = Array.from({ length: 26 }, (_, index) => `a${String.fromCodePoint(97 + index)}`);
    expect(languageLookups(many.join(','))).to.deep.equal(many.slice(0, 10));
  });

  it('never throws, and names only tags', () => {
    const part = fc.constantFrom(
      'de',
      'en',
      '-',
      ',',
      ';',
      'q=',
      '0',
      '0.5',
      '*',
      '=',
      '"',
      ' ',
      '/',
      'x',
      '__proto__',
      '\t',
    );
    const header = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(part).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(header, (text) =>
        languageLookups(text).every((tag) => /^[a-z]{1,8}(-[a-z0-9]{1,8})*$/.test(tag)),
      ),
      { numRuns: 1000 },
    );
  });
});
