import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { transform } from 'esbuild';
import { script } from '../../../src/page/generated/script.ts';
import { catalogues } from '../../../src/page/languages/catalogues.ts';
import { preparePages } from '../../../src/page/prepare.ts';
import { aPage, decode, inline, render, values } from './page.ts';

const settings = (html: string): Record<string, string> =>
  Object.fromEntries(
    [...(/<script ([^>]*)>/.exec(html)?.[1] ?? '').matchAll(/data-([a-z-]+)="([^"]*)"/g)].map(
      ([, name = '', value = '']) => [name, value],
    ),
  );

describe('the page’s script', () => {
  it('is ECMAScript 2015: there is nothing to take out of it for browsers of that time', async () => {
    const printed = async (target: string): Promise<string> => (await transform(script, { target })).code;
    expect(await printed('es2015')).to.equal(await printed('esnext'));
    expect((await transform('a?.b', { target: 'es2015' })).code).not.to.equal('a?.b;\n');
  });

  it('cannot be ended by its own text', () => expect(script).not.to.match(/<\/script|<!--/i));

  it('is small', () => expect(script.length).to.be.below(3072));

  it('is in every page as it was hashed, whatever the language and the template', () => {
    const hash = `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
    for (const template of [null, '<b>{{title}}</b>'])
      for (const tag of catalogues.keys()) {
        const page = preparePages(aPage({ template })).page('html', tag);
        expect(inline(decode(page), 'script'), tag).to.deep.equal([script]);
        expect(page.contentSecurityPolicy).to.include(`script-src ${hash}`);
      }
  });

  it('is told the end, the language and what to say', () => {
    expect(settings(render('html', {}, 'de'))).to.include({
      end: '2026-12-01T22:30:00Z',
      language: 'de',
      countdown: 'in {}',
      soon: 'jeden Moment',
      reload: 'yes',
    });
    expect(settings(render('html', { endMs: Infinity }))).not.to.have.property('end');
    expect(settings(render('html', {}, 'en'))).to.include({ dates: 'en-GB' });
  });

  it('is told to reload nothing that must not be sent again', () => {
    const page = preparePages(aPage()).page('html', undefined);
    expect(settings(decode(page, { ...values, reload: 'no' }))).to.include({ reload: 'no' });
  });
});
