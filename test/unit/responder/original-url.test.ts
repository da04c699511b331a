import { expect } from 'chai';
import { originalUrl } from '../../../src/responder/original-url.ts';

describe('X-Original-URL', () => {
  const read = [
    ['http://shop.test/', 'shop.test', '/'],
    ['https://shop.test:8443/a/b?q=1#f', 'shop.test:8443', '/a/b?q=1#f'],
    ['http://[2001:db8::1]/x', '[2001:db8::1]', '/x'],
    ['http:///x', '', '/x'],
    ['http://shop.test//a/../b', 'shop.test', '//a/../b'],
    ['http://shop.test/http://a.test/b', 'shop.test', '/http://a.test/b'],
    ['http://shop.test/\u00e9', 'shop.test', '/\u00e9'],
  ] as const;
  for (const [value, host, target] of read) {
    it(`says ${target} at ${host || 'no host'}: ${value}`, () =>
      expect(originalUrl(value)).to.deep.equal({ host, target }));
  }

  const unclear = [
    ['an absolute request target without a path', 'http://a.test?x=/exempt'],
    ['a question mark in Host', 'http://a?b/exempt'],
    ['a number sign in Host', 'http://a#/exempt'],
    ['a user in Host', 'http://a@b/exempt'],
    ['a comma in Host', 'http://a,b/exempt'],
    ['no path', 'http://a.test'],
    ['another scheme', 'ftp://a.test/exempt'],
    ['no scheme', '/exempt'],
    ['nothing', ''],
    ['no field', undefined],
  ] as const;
  for (const [what, value] of unclear) {
    it(`says nothing that is certain: ${what}`, () => expect(originalUrl(value)).to.equal(undefined));
  }
});
