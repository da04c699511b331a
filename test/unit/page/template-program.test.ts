import { expect } from 'chai';
import * as fc from 'fast-check';
import Mustache from 'mustache';
import { compileTemplate, runTemplate } from '../../../src/page/template-program.ts';

const values: Readonly<Record<string, string>> = { title: 'T', message: 'two\nlines', end: '', 'a.b': 'x' };
const view = { ...values, a: { b: 'x' } };

const ours = (source: string): string => runTemplate(compileTemplate(source), (name) => values[name] ?? '');
const theirs = (source: string): string =>
  new Mustache.Writer().render(source, view, undefined, { escape: String });

/** A template whose sections are closed. */
const template = fc.letrec<{ all: string; part: string }>((tie) => ({
  all: fc.array(tie('part'), { maxLength: 8 }).map((parts) => parts.join('')),
  part: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(' ', '\n', '\t', 'x', '<p>', '\u00a0', ' } ', ' { ', '\n\n', ' \n'),
    fc.constantFrom('{{title}}', '{{ message }}', '{{end}}', '{{a.b}}', '{{! no\nthing }}', '{{!x}}'),
    fc
      .tuple(fc.constantFrom('#', '^'), fc.constantFrom('title', 'end', 'a.b', 'message'), tie('all'))
      .map(([mark, name, inner]) => `{{${mark}${name}}}${inner}{{/ ${name} }}`),
  ),
})).all;

describe('a template’s program', () => {
  it('makes what Mustache makes', () => {
    fc.assert(
      fc.property(template, (source) => {
        expect(ours(source)).to.equal(theirs(source));
      }),
      { numRuns: 3000 },
    );
  });

  for (const source of [
    'a\n{{#title}}\nb\n{{/title}}\nc',
    '  {{#end}}  \n  b\n  {{/end}}  \nc',
    ' {{#title}} {{/title}} \n{{^end}} x\n{{/end}}',
    '{{#title}}\n{{/title}}',
    'a {{#title}}\n{{/title}} b',
    '{{! two\nlines }}\nx',
    '\n{{^end}} {{title}} \n{{/end}}\n',
  ])
    it(`treats the lines of ${JSON.stringify(source)} as Mustache does`, () =>
      expect(ours(source)).to.equal(theirs(source)));

  for (const source of ['{{#end}}', '{{/end}}', '{{#end}}{{#title}}{{/end}}{{/title}}'])
    it(`is not made of ${source}`, () => expect(() => compileTemplate(source)).to.throw(/^line 1: /));
});
