import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { parse } from 'yaml';
import { script } from '../../../src/page/generated/script.ts';
import { catalogues } from '../../../src/page/languages/catalogues.ts';
import type { PageInput } from '../../../src/page/page.ts';
import { preparePages } from '../../../src/page/prepare.ts';
import { checkTemplate, largestTemplate } from '../../../src/page/template.ts';
import { variables } from '../../../src/page/variables.ts';
import { aPage, inline, render } from './page.ts';

const docs = join(import.meta.dirname, '../../../docs');

/** What a template becomes, without the script's element. */
function put(template: string, page: Partial<PageInput> = {}, language?: string): string {
  checkTemplate(template);
  return render('html', { ...page, template }, language).replace(/<script .*<\/script>\n/s, '');
}

describe('a page by a template', () => {
  it('puts in what the window, the language and the request bring', () => {
    expect(put('{{title}}|{{message}}', { title: 'A & B', message: '<i>"\'' })).to.equal(
      'A &amp; B|&lt;i&gt;&quot;&#39;',
    );
    expect(put('{{language}} {{direction}} {{titleLanguage}}', {}, 'he')).to.equal('he rtl he');
    expect(put('{{start}} {{end}} {{endText}}')).to.equal(
      '2026-12-01T21:00:00Z 2026-12-01T22:30:00Z Tuesday, 1 December 2026 at 22:30 UTC',
    );
    expect(put('{{address}} {{requestId}} {{retryAfter}} {{windowId}}')).to.equal(
      '203.0.113.7 abc-7 120 0123456789ab',
    );
    expect(put('{{sentences.expected}}', {}, 'fr')).to.equal('Retour prévu');
  });

  it('has links that are safe, or none', () => {
    const template =
      '{{#statusPageHref}}<a href="{{statusPageHref}}">{{/statusPageHref}}{{statusPage}} {{contactHref}}';
    expect(put(template, { statusPage: 'https://example.com/?a="', contact: 'help@example.com' })).to.equal(
      '<a href="https://example.com/?a=%22">https://example.com/?a=&quot; mailto:help@example.com',
    );
    expect(put(template, { statusPage: 'javascript:alert(1)', contact: '020 1234' })).to.equal(
      'javascript:alert(1) ',
    );
  });

  it('knows what there is', () => {
    const template = '{{#end}}until {{endText}}{{/end}}{{^end}}no end{{/end}}{{#contact}}!{{/contact}}';
    expect(put(template, { endMs: Infinity })).to.equal('no end');
    expect(put(template, { contact: 'x' })).to.match(/^until .*UTC!$/);
  });

  it('gives every variable a value', () => {
    const page = { title: 't', message: 'm', statusPage: 'https://s.example', contact: 'c@example.com' };
    const own = [...variables.keys()].filter((name) => !name.endsWith('Language'));
    for (const name of own) expect(put(`{{#${name}}}yes{{/${name}}}`, page), name).to.equal('yes');
  });

  it('never takes more than was counted for it', () => {
    const longest: Partial<PageInput> = {
      title: '"'.repeat(200),
      message: '"'.repeat(2000),
      statusPage: `https://example.com/${'\u{1f600}'.repeat(2028)}`,
      contact: '"'.repeat(200),
    };
    const quoted = {
      ...longest,
      statusPage: '"'.repeat(2048),
      contact: `https://e.org/${'\u{1f600}'.repeat(186)}`,
    };
    for (const [name, { longest: most }] of variables)
      for (const language of catalogues.keys())
        for (const page of [longest, quoted])
          expect(Buffer.byteLength(put(`{{${name}}}`, page, language)), name).to.be.at.most(most);
  });

  it('gets a script that takes no more than was counted for it', () => {
    for (const tag of catalogues.keys())
      expect(Buffer.byteLength(render('html', { template: 'x' }, tag)), tag).to.be.at.most(8192);
  });

  it('gets the script before the last end of its body, or at its end', () => {
    const at = (template: string): string =>
      render('html', { template }).replace(/<script .*<\/script>\n/s, '|');
    expect(at('<body>a</body></html>')).to.equal('<body>a|</body></html>');
    expect(at('<body>a</BODY ></html>')).to.equal('<body>a|</BODY ></html>');
    expect(at('<!-- </body> --><body>a</body>')).to.equal('<!-- </body> --><body>a|</body>');
    expect(at('a')).to.equal('a|');
  });

  it('has a policy that allows its own style and our script', () => {
    const page = preparePages(aPage({ template: 'x' })).page('html', undefined);
    const hash = createHash('sha256').update(script).digest('base64');
    expect(page.contentSecurityPolicy).to.equal(
      `default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
  });

  it('leaves problem details and text as they are', () => {
    for (const format of ['problem', 'text'] as const)
      expect(render(format, { template: 'x' })).to.equal(render(format));
  });

  it('gives way to the built-in page when it is broken after all', () => {
    for (const template of ['{{#end}}', '{{{title}}}', '{{> x}}', '{{title'])
      expect(render('html', { template }), template).to.equal(render('html'));
    const page = preparePages(aPage({ template: '{{#end}}' })).page('html', undefined);
    expect(page.contentSecurityPolicy).not.to.include('unsafe');
  });

  it('tells once that it is broken after all', () => {
    const problems: unknown[] = [];
    const pages = preparePages(aPage({ template: 'x\n{{#end}}' }), (error) => problems.push(error));
    for (const language of catalogues.keys()) pages.page('html', language);
    expect(problems.map(String)).to.deep.equal(['TemplateError: line 2: {{#end}} is never closed']);
    preparePages(aPage({ template: 'x' }), (error) => problems.push(error)).page('html', undefined);
    expect(problems).to.have.length(1);
  });

  it('escapes whatever the window brings', () => {
    const template =
      '<title>{{title}}</title><p title="{{message}}" class=\'{{contact}}\'>{{title}}{{message}}{{statusPage}}{{contact}}</p><a href="{{statusPageHref}}">x</a><a href="{{contactHref}}">y</a><i>{{address}}</i>';
    checkTemplate(template);
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '</title><script>x</script>',
        '"><img src=x onerror=x>',
        "' onclick='x",
        '\0address\0',
        '\0reload\0',
        '</body>',
        '<!--',
        '{{title}}',
        '{{{message}}}',
        'javascript:alert(1)',
        'https://example.com/"><b>',
        '&#60;',
      ),
    );
    const skeleton = (html: string): string =>
      html.replaceAll(/"[^"<>]*"|'[^'<>]*'/g, '""').replaceAll(/>[^<>]*</g, '><');
    const outline = skeleton(put(template, { title: 'x' }));
    fc.assert(
      fc.property(text, text, text, text, (title, message, statusPage, contact) => {
        const html = put(template, { title, message, statusPage, contact });
        expect(skeleton(html)).to.equal(outline);
        expect(html.split('203.0.113.7')).to.have.length(2);
        expect(html).not.to.match(/href="(?!https?:|mailto:|")/i);
      }),
    );
  });
});

describe('the template in docs/examples', () => {
  const read = (): { metadata: { labels: Record<string, string> }; data: Record<string, string> } =>
    parse(readFileSync(join(docs, 'examples/page-template.yaml'), 'utf8')) as ReturnType<typeof read>;
  const template = read().data['index.html'] ?? '';

  it('is one that the operator finds, and takes', () => {
    expect(read().metadata.labels).to.deep.equal({ 'backsoon.dev/template': 'true' });
    checkTemplate(template);
    expect(Buffer.byteLength(template)).to.be.below(largestTemplate / 32);
  });

  it('loads nothing from anywhere, and brings no script', () => {
    expect(template).not.to.match(/\ssrc=|@import|url\(|<(script|iframe|object|embed|form|base|link)\b/);
  });

  it('is a page in every language', () => {
    for (const { tag, direction, sentences } of catalogues.values()) {
      const html = render('html', { template, statusPage: 'https://status.example.com' }, tag);
      expect(html).to.include(`<html lang="${tag}" dir="${direction}">`);
      expect(inline(html, 'h1')).to.deep.equal([sentences.title]);
      expect(html).to.include(`>${sentences.statusPage}</a>`);
    }
  });
});

describe('docs/page.md', () => {
  it('names every variable of templates, and no other', () => {
    const text = readFileSync(join(docs, 'page.md'), 'utf8');
    const named = [...text.matchAll(/^\| `\{\{([A-Za-z.]+)\}\}`/gm)].map(([, name]) => name);
    expect(named).to.have.members([...variables.keys()]);
  });
});
