import { expect } from 'chai';
import * as fc from 'fast-check';
import { negotiateFormat } from '../../../src/page/negotiate.ts';
import { formats } from '../../../src/page/page.ts';

describe('negotiateFormat', () => {
  const table: readonly (readonly [string, string | undefined, string])[] = [
    ['no Accept', undefined, 'html'],
    ['an empty Accept', '', 'html'],
    ['blanks', '  ', 'html'],
    ['curl', '*/*', 'html'],
    [
      'Chromium',
      'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
      'html',
    ],
    ['a JSON client', 'application/json', 'problem'],
    ['a problem client', 'application/problem+json', 'problem'],
    ['axios', 'application/json, text/plain, */*', 'problem'],
    ['JSON rather than HTML', 'text/html;q=0.5, application/json', 'problem'],
    ['HTML rather than JSON', 'application/json;q=0.5, text/html', 'html'],
    ['text', 'text/plain', 'text'],
    ['any text', 'text/*', 'html'],
    ['any application', 'application/*', 'problem'],
    ['an image', 'image/avif,image/webp', 'text'],
    ['a style sheet, else anything', 'text/css,*/*;q=0.1', 'html'],
    ['nothing at all', '*/*;q=0', 'text'],
    ['no HTML', 'text/html;q=0, */*', 'problem'],
    ['garbage', ';;;,,,===', 'text'],
    ['letter case', 'Application/JSON', 'problem'],
    ['a parameter', 'application/json; charset=utf-8', 'text'],
    ['an absurd length', 'application/json,'.repeat(1000), 'html'],
  ];
  for (const [what, accept, format] of table) {
    it(`${what}: ${format}`, () => expect(negotiateFormat(accept)).to.equal(format));
  }

  it('always finds a format and never throws', () => {
    const part = fc.constantFrom(
      'text/html',
      '*/*',
      'q=',
      ';',
      ',',
      '=',
      '"',
      '/',
      '*',
      '0.5',
      ' ',
      '\t',
      'application/json',
      '__proto__',
      '-1',
      'NaN',
    );
    const accept = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(part).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(accept, (text) => formats.includes(negotiateFormat(text))),
      { numRuns: 500 },
    );
  });
});
