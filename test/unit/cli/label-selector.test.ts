import { expect } from 'chai';
import { parseLabelSelector } from '../../../src/cli/label-selector.ts';

describe("kubectl's -l as an object carries it", () => {
  const selectors: readonly [string, object][] = [
    ['tier=web', { matchLabels: { tier: 'web' } }],
    ['tier == web', { matchLabels: { tier: 'web' } }],
    ['example.com/tier=', { matchLabels: { 'example.com/tier': '' } }],
    ['a=b, c=d', { matchLabels: { a: 'b', c: 'd' } }],
    ['a!=b', { matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['b'] }] }],
    [
      'a in (b, c),d',
      {
        matchExpressions: [
          { key: 'a', operator: 'In', values: ['b', 'c'] },
          { key: 'd', operator: 'Exists' },
        ],
      },
    ],
    ['a notin (b)', { matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['b'] }] }],
    ['!a', { matchExpressions: [{ key: 'a', operator: 'DoesNotExist' }] }],
    ['a=b,a=c', { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'a', operator: 'In', values: ['c'] }] }],
  ];
  for (const [text, selector] of selectors) {
    it(text, () => expect(parseLabelSelector(text)).to.deep.equal(selector));
  }

  for (const text of ['', ',', 'a=b,', 'a>3', '=b', 'a=b c', 'a in b', 'a in (b', '!!a']) {
    it(`refuses ${JSON.stringify(text)}`, () => expect(() => parseLabelSelector(text)).to.throw('tier=web'));
  }
});
