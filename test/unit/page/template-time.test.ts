import { expect } from 'chai';
import { preparePages } from '../../../src/page/prepare.ts';
import { checkTemplate, TemplateError } from '../../../src/page/template.ts';
import { aPage } from './page.ts';

/** What may be left of 256 KiB beside the script. */
const room = 253_000;

/** The same text as often as it fits, with something before and after it. */
const filled = (text: string, before = '', after = ''): string =>
  before + text.repeat(Math.floor((room - before.length - after.length) / text.length)) + after;

const deep = (inner: string): string => '{{#title}}'.repeat(14) + inner + '{{/title}}'.repeat(14);

/** Templates of the greatest length, each hard for one part of what reads them. */
const hard: Readonly<Record<string, string>> = {
  'plain text': filled('x'),
  'line feeds': filled('\n', '', 'x'),
  blanks: filled(' ', '', 'x'),
  'deep sections': filled('x', deep('{{#end}}{{#sentences.title}}{{/sentences.title}}{{/end}}'.repeat(490))),
  'sections of lines': filled('x', '{{#end}}\n {{/end}}\n'.repeat(1000)),
  'sections that are skipped': filled('x', '{{^title}}a\n{{/title}}'.repeat(1000)),
  'a tag per character': '{{address}}.'.repeat(2000) + 'x'.repeat(100_000),
  'long variables': '{{title}}'.repeat(100) + '{{message}}'.repeat(10),
  'tags of blanks': filled(`{{${' '.repeat(980)}end}}`),
  'ends of the body': filled('</body>'),
  'less-than signs': filled('<', '<a title="', '">'),
  'a comment': filled('-', '<!--', '-->'),
  comments: filled('<!---->'),
  'a script': filled('</scrip ', '<script>', '</script>'),
  'a long declaration': filled('a', '<!', '>'),
  'a long element': filled('a', '<', '>'),
  'a long attribute': filled('a', '<p ', '>'),
  'sections in a long attribute': `<p ${'b'.repeat(150_000)}="${'{{#end}}{{/end}}'.repeat(1000)}">`,
  'sections in a long element': `<${'b'.repeat(150_000)} ${'{{#end}} {{/end}}'.repeat(1000)}>`,
};

/** Templates that are refused, and each takes long to find out why. */
const refused: Readonly<Record<string, string>> = {
  'sections in one another': '{{#title}}'.repeat(6000) + '{{/title}}'.repeat(6000),
  'many tags': '{{title}}'.repeat(25_000),
  'a tag without an end': `{{${' '.repeat(250_000)}`,
  'blanks in tags': `{{#end}}${' '.repeat(100)}`.repeat(2_000),
};

/** The least CPU time of some tries, in milliseconds: others use the machine, too. */
function leastMs(act: () => void): number {
  const once = (): number => {
    const before = process.cpuUsage();
    act();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  return Math.min(once(), once(), once());
}

describe('the time that a template takes', function () {
  this.timeout(30_000);

  for (const [what, template] of Object.entries(hard))
    it(`is short for the largest page of ${what}`, () => {
      expect(
        leastMs(() => checkTemplate(template)),
        'the check',
      ).to.be.below(300);
      const page = aPage({ template, title: '"'.repeat(200), message: '"'.repeat(2000) });
      const problems: unknown[] = [];
      for (const language of ['en', 'ru', 'hi', 'ar']) {
        // Nothing is kept from try to try: what a visitor waits for who is the first.
        const first = leastMs(() =>
          preparePages(page, (error) => problems.push(error)).page('html', language),
        );
        // 8 ms on a quiet machine; every answer has to be there within 100 ms (design D10).
        expect(first, `the page in ${language}`).to.be.below(60);
      }
      expect(problems).to.deep.equal([]);
    });

  for (const [what, template] of Object.entries(refused))
    it(`is short to refuse ${what}`, () => {
      expect(leastMs(() => expect(() => checkTemplate(template)).to.throw(TemplateError))).to.be.below(300);
    });
});
