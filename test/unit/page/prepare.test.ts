import { createHash } from 'node:crypto';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { escapeHtml } from '../../../src/page/escape.ts';
import { catalogues } from '../../../src/page/languages/catalogues.ts';
import type { PageInput } from '../../../src/page/page.ts';
import { preparePages } from '../../../src/page/prepare.ts';
import { aPage, inline, render } from './page.ts';

const problem = (page: Partial<PageInput> = {}): Record<string, unknown> =>
  JSON.parse(render('problem', page)) as Record<string, unknown>;

describe('the HTML page', () => {
  for (const [letters, letter] of [
    ['Latin', 'x'],
    ['Cyrillic', 'ж'],
    ['Arabic', 'ع'],
  ] as const)
    it(`is under 8 KiB in every language, with ordinary texts in ${letters} letters`, () => {
      const ordinary = {
        title: letter.repeat(60),
        message: letter.repeat(400),
        statusPage: 'https://status.example.com',
        contact: 'support@example.com',
      };
      for (const { tag } of catalogues.values())
        expect(Buffer.byteLength(render('html', ordinary, tag)), tag).to.be.below(8192);
    });

  it('is under 7 KiB in English, with its own words', () =>
    expect(Buffer.byteLength(render('html', {}, 'en'))).to.be.below(7168));

  it('loads nothing from anywhere', () => {
    const html = render('html', { statusPage: 'https://status.example.com' });
    expect(html).not.to.match(/\ssrc=|@import|url\(|<(iframe|object|embed|form|base)\b/);
    expect([...html.matchAll(/<link [^>]*href="([^":]*:)/g)].map(([, scheme]) => scheme)).to.deep.equal([
      'data:',
    ]);
  });

  it('has a policy that allows exactly its own style and script', () => {
    const html = render('html');
    const csp = preparePages(aPage()).page('html', undefined).contentSecurityPolicy ?? '';
    for (const element of ['style', 'script']) {
      const texts = inline(html, element);
      expect(texts).to.have.length(1);
      const hash = createHash('sha256').update(texts[0]!).digest('base64');
      expect(csp).to.include(`${element}-src 'sha256-${hash}'`);
    }
    expect(csp).to.match(/^default-src 'none';/);
    expect(csp).not.to.include('unsafe');
    expect(html).not.to.match(/\sstyle=|\son[a-z]+=/);
  });

  it('has a language, a title, one heading and a main landmark', () => {
    const html = render('html', { title: 'Moving house' });
    expect(html).to.match(/^<!doctype html>\n<html lang="en" dir="ltr">/);
    expect(html).to.include('<title>Moving house</title>');
    expect([...html.matchAll(/<h1\b[^>]*>([^<]*)/g)].map(([, text]) => text)).to.deep.equal(['Moving house']);
    expect([...html.matchAll(/<main\b/g)]).to.have.length(1);
  });

  it('says when it ends, for machines and for people', () => {
    expect(render('html')).to.include(
      '<time datetime="2026-12-01T22:30:00Z">Tuesday, 1 December 2026 at 22:30 UTC</time>',
    );
    expect(render('html', { endMs: Infinity }))
      .to.include('We cannot say yet')
      .and.not.to.include('<time');
  });

  it('shows the address and the request id', () => {
    expect(render('html')).to.include('<bdi>203.0.113.7</bdi>').and.to.include('<bdi>abc-7</bdi>');
  });

  it('links to http, https and mail only', () => {
    const safe = render('html', {
      statusPage: 'https://status.example.com/a?b="c',
      contact: 'help+desk@example.com',
    });
    expect(safe)
      .to.include('href="https://status.example.com/a?b=%22c"')
      .and.to.include('href="mailto:help+desk@example.com"');
    for (const bad of [
      'javascript:alert(1)',
      ' javascript:alert(1)',
      'javascript://example.com/%0aalert(1)',
      'ftp://files.example.com',
      'data:text/html,x',
      '//evil.example',
      'https://a b',
      'java\nscript:x',
      'x@y@z.example',
    ]) {
      expect(render('html', { statusPage: bad, contact: bad }), bad).not.to.match(/<a /);
    }
  });

  it('escapes whatever the window brings', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '</title><script>x</script>',
        '"><img src=x onerror=x>',
        "'",
        '\0address\0',
        '</style>',
        '<!--',
        '&#60;',
      ),
    );
    const tags = (html: string): string[] =>
      [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/href="[^"<>]*"/, ''));
    const plain = tags(render('html', { title: 'x', message: 'x', contact: 'x' }));
    fc.assert(
      fc.property(text, text, text, (title, message, contact) => {
        fc.pre(!/^https?:\/\/|@/i.test(contact));
        expect(tags(render('html', { title, message, contact }))).to.deep.equal(plain);
      }),
    );
  });
});

describe('escapeHtml', () => {
  it('leaves no character that means something in content or in a quoted attribute', () => {
    expect(escapeHtml(`<a href="x" title='y'>&amp;`)).to.equal(
      '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;',
    );
  });
});

describe('the problem details', () => {
  it('have the members of RFC 9457 and say window, times and retryAfter', () => {
    expect(
      problem({ title: 'Moving', message: 'To a "bigger" database — soon', contact: 'help@example.com' }),
    ).to.deep.equal({
      type: 'tag:backsoon.dev,2026:closed-for-maintenance',
      title: 'Moving',
      status: 503,
      detail: 'To a "bigger" database — soon',
      window: '0123456789ab',
      start: '2026-12-01T21:00:00Z',
      end: '2026-12-01T22:30:00Z',
      contact: 'help@example.com',
      retryAfter: 120,
      requestId: 'abc-7',
    });
    expect(problem({ endMs: Infinity })).to.include({ end: null });
  });

  it('are JSON, whatever the window brings', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constant('\0retryAfter\0'), fc.string());
    fc.assert(
      fc.property(text, text, (title, message) => {
        expect(problem({ title, message })).to.include({ status: 503, retryAfter: 120 });
      }),
    );
  });
});

describe('the text page', () => {
  it('says the same in plain text', () => {
    expect(
      render('text', { message: 'Grüße — bis gleich', statusPage: 'https://status.example.com' }),
    ).to.equal(
      [
        'Back soon',
        '',
        'Grüße — bis gleich',
        '',
        'Expected back: Tuesday, 1 December 2026 at 22:30 UTC',
        'Status page: https://status.example.com',
        '',
        'Your address as we see it: 203.0.113.7',
        'Request: abc-7',
        '',
      ].join('\n'),
    );
  });

  it('sends no control characters to a terminal', () => {
    const text = render('text', { title: '\u001b[31mred\u009b', message: 'two\r\nlines\u0007\ttab' });
    expect(text).to.include('[31mred\n').and.to.include('two\nlines\ttab');
  });
});
