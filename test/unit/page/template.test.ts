import { expect } from 'chai';
import * as fc from 'fast-check';
import { checkTemplate, largestTemplate, TemplateError } from '../../../src/page/template.ts';

/** What the check says, or undefined when it has nothing to say. */
function refusal(source: string): string | undefined {
  try {
    checkTemplate(source);
    return undefined;
  } catch (error) {
    expect(error).to.be.instanceOf(TemplateError);
    return (error as TemplateError).message;
  }
}

describe('checkTemplate', () => {
  const good: readonly (readonly [string, string])[] = [
    ['plain HTML', '<!doctype html><html><body><h1>Closed</h1></body></html>'],
    ['text alone', 'Closed.'],
    ['variables in text', '<h1>{{title}}</h1><p>{{ message }}</p>'],
    ['a variable in a quoted attribute', `<a title="{{title}}" aria-label='x {{message}} y'>x</a>`],
    ['a variable in the title', '<title>{{title}} – shop</title>'],
    ['a description', '<meta name="description" content="{{message}}">'],
    ['safe links', '<a href="{{statusPageHref}}">x</a><a href="{{contactHref}}">y</a>'],
    ['the request id in a link', '<a href="mailto:help@example.com?subject={{requestId}}">x</a>'],
    ['sections', '{{#end}}<time datetime="{{end}}">{{endText}}</time>{{/end}}{{^end}}soon{{/end}}'],
    ['nested sections', '{{#end}}{{#statusPage}}x{{/statusPage}}{{/end}}'],
    ['a section of attributes', '<html {{#direction}}dir="{{direction}}"{{/direction}} lang="{{language}}">'],
    [
      'a section of an attribute without a value',
      '<p {{#end}}hidden{{/end}}>a</p><p {{#end}}hidden {{/end}}>b</p>',
    ],
    ['a variable in a comment', '<!-- {{requestId}} - {{address}} -->'],
    ['a section in a value', '<p class="a {{#end}}b{{/end}}">x</p>'],
    ['sentences', '{{sentences.expected}}'],
    ['a comment of Mustache', '{{! not for\nvisitors }}x'],
    ['a comment of HTML', '<!-- <script> --><p>{{title}}</p>'],
    ['a style sheet with braces', '<style>@media print{a{color:red}}</style>{{title}}'],
    ['an empty comment', '<!--><b>{{title}}</b>'],
    ['less-than signs', '1 < 2 <3 {{title}}'],
    ['tabs and other line ends', '<p\ttitle="x">\r\n{{title}}\f</p>'],
    ['exactly 256 KiB less the script', 'x'.repeat(largestTemplate - 8192)],
    ['sections in 15 others', '{{#title}}'.repeat(16) + '{{/title}}'.repeat(16)],
    ['2000 tags', '{{!x}}'.repeat(1999) + '{{title}}'],
  ];
  for (const [what, source] of good) it(`takes ${what}`, () => expect(refusal(source)).to.equal(undefined));

  const bad: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', ' \n', /^the template is empty; write/],
    ['more than 256 KiB', 'ä'.repeat(131_073), /^the template has 262146 bytes; at most 262144 \(256 KiB\)/],
    [
      'pages over 256 KiB',
      '{{message}}'.repeat(22),
      /^with the longest texts.* 272192 bytes.*\{\{message\}\}/,
    ],
    ['NUL', 'one\ntw\0o', /^line 2: there is a control character, U\+0000/],
    ['C1 controls', 'one\u0085', /^line 1: there is a control character, U\+0085/],
    [
      'sections in 16 others',
      `${'{{#title}}'.repeat(16)}\n{{^end}}${'{{/title}}'.repeat(16)}`,
      /^line 2: \{\{\^end\}\} stands in 16 other sections; at most 16 may stand in one another/,
    ],
    [
      'more than 2000 tags',
      `${'{{!x}}'.repeat(2000)}\n{{title}}`,
      /^line 2: \{\{title\}\} is one tag too many; at most 2000 are allowed, comments included/,
    ],
    ['three braces', 'a\n\n{{{title}}}', /^line 3: \{\{\{title\}\}\} would put text .* two braces$/],
    ['an ampersand', '{{& title}}', /^line 1: \{\{& title\}\} would put text/],
    ['an ampersand after a blank', '{{ &title}}', /^line 1: \{\{ &title\}\} would put text/],
    ['a partial', '{{> header}}', /^line 1: \{\{> header\}\} asks for a partial/],
    ['other delimiters', 'x\n{{=<% %>=}}', /^line 2: \{\{=<% %>=\}\} changes the delimiters; keep/],
    [
      'an unclosed tag',
      '<p>\n{{title</p>',
      /^line 2: the tag that begins here, \{\{title<\/p>, is not closed/,
    ],
    ['a tag with one brace', '{{title}', /^line 1: the tag that begins here/],
    ['very long tags', `{{${' '.repeat(250_000)}title}}`, /^line 1: .* is not closed within 1000/],
    [
      'unknown variables',
      '{{title}}\n{{titel}} {{name}}',
      /^line 2: not known: \{\{titel\}\}, \{\{name\}\}; .*title, titleLanguage, .*sentences\.request/,
    ],
    ['unknown sections', '{{#foo}}x{{/foo}}', /^line 1: not known: \{\{#foo\}\}/],
    [
      'what JavaScript objects have',
      '{{constructor}}{{__proto__}}',
      /not known: \{\{constructor\}\}, \{\{__proto__\}\}/,
    ],
    ['the implicit iterator', '{{#end}}{{.}}{{/end}}', /^line 1: not known: \{\{\.\}\}/],
    ['an empty name', '{{}}', /^line 1: not known: \{\{\}\}/],
    ['an unclosed section', 'x\n{{#end}}y', /^line 2: \{\{#end\}\} is never closed; add \{\{\/end\}\}$/],
    ['an unopened section', 'x{{/end}}', /^line 1: \{\{\/end\}\} closes nothing/],
    [
      'crossed sections',
      '{{#end}}{{#title}}{{/end}}{{/title}}',
      /^line 1: \{\{\/end\}\} stands where \{\{#title\}\}/,
    ],
    [
      'a variable in a script',
      '<script>\nvar t = "{{title}}"</script>',
      /^line 2: \{\{title\}\} stands inside <script>/,
    ],
    ['a variable in a style sheet', '<STYLE media=all>{{title}}</STYLE>', /stands inside <style>/],
    [
      'a variable in a script that seems to end',
      '<script>"</scripty>{{title}}"</script>',
      /stands inside <script>/,
    ],
    [
      'a value without quotes',
      '<p class={{title}}>',
      /is the value of class without quotes; write class="\{\{title\}\}"$/,
    ],
    ['half a value without quotes', '<p class=a{{title}}>', /is the value of class without quotes/],
    ['a value without quotes after a blank', '<p class = {{title}}>', /is the value of class without quotes/],
    ['an event handler', '<p onclick="x(\'{{title}}\')">', /stands in the attribute onclick/],
    ['an event handler in capitals', '<p OnClick="{{title}}">', /stands in the attribute onclick/],
    ['a style attribute', '<p style="color:{{title}}">', /stands in the attribute style/],
    ['a document in an attribute', '<iframe srcdoc="{{title}}"></iframe>', /stands in the attribute srcdoc/],
    [
      'a link that could be anything',
      '<a href="{{contact}}">x</a>',
      /attribute href; only statusPageHref and contactHref/,
    ],
    ['a tag name', '<{{title}}>', /stands inside a tag/],
    ['half a tag name', '<h{{title}}>', /stands inside a tag/],
    ['an attribute name', '<p {{title}}="x">', /stands inside a tag/],
    ['half an attribute name', '<p data-{{title}}="x">', /stands inside a tag/],
    ['between a name and =', '<p x {{title}} ="x">', /stands inside a tag/],
    [
      'a section that opens a quote',
      '<a title={{#end}}"{{/end}}{{title}}>',
      /^line 1: the section \{\{#end\}\} begins in one piece of HTML/,
    ],
    [
      'a section that opens a script',
      '{{#end}}<script>{{/end}}x</script>',
      /the section \{\{#end\}\} begins/,
    ],
    [
      'a section that opens a comment',
      '\n{{^end}}<!-- {{/end}}-->',
      /^line 2: the section \{\{\^end\}\} begins/,
    ],
    [
      'an end of the body that is none',
      '<p>x</p>\n<!-- </body> -->',
      /^line 2: the last <\/body> stands inside a comment/,
    ],
    ['an open comment', '<p>x</p><!-- y', /^line 1: the template ends inside a comment/],
    ['an open script', '<script>x', /the template ends inside <script>/],
    ['an open tag', '<p>\n<a href="x', /^line 2: the template ends inside a tag/],
  ];
  for (const [what, source, message] of bad)
    it(`refuses ${what}`, () => expect(refusal(source)).to.match(message));

  it('never throws anything else, and never takes long', function () {
    this.timeout(60_000);
    const part = fc.constantFrom(
      '{{',
      '}}',
      '{',
      '}',
      '#',
      '^',
      '/',
      '!',
      '>',
      '&',
      '=',
      'title',
      'end',
      ' ',
      '\n',
      '<',
      '>',
      '"',
      "'",
      '<!--',
      '-->',
      '<script>',
      '</script>',
      '{{title}}',
      '{{#end}}',
      '{{/end}}',
      'a=',
      '<a ',
      '\0',
    );
    const source = fc.array(part, { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(source, fc.string({ unit: 'binary' })), (text) => {
        refusal(text);
      }),
      { numRuns: 1000 },
    );
    const started = performance.now();
    for (const long of [' ', '{', '}', '<', '<a', '{{!x}}', '{{#end}}', '<!-', '\n', '</script'])
      refusal(long.repeat(Math.floor(200_000 / long.length)));
    expect(performance.now() - started).to.be.below(10_000);
  });
});
