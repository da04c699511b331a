import { expect } from 'chai';
import type { Sentences } from '../../../src/page/languages/catalogue.ts';
import { catalogues, sentenceNames } from '../../../src/page/languages/catalogues.ts';
import { en } from '../../../src/page/languages/en.ts';
import type { PageInput } from '../../../src/page/page.ts';
import { preparePages } from '../../../src/page/prepare.ts';
import { aPage, decode, render, values } from './page.ts';

const all = [...catalogues.values()];
/** Words that two languages may share: `Contact` is French too. */
const alike: ReadonlySet<keyof Sentences> = new Set(['contact', 'countdown', 'request']);

const problem = (page: Partial<PageInput>, acceptLanguage: string): Record<string, unknown> =>
  JSON.parse(render('problem', page, acceptLanguage)) as Record<string, unknown>;

const languageOf = (page: Partial<PageInput>, acceptLanguage?: string): string =>
  preparePages(aPage(page)).page('html', acceptLanguage).contentLanguage;

describe('the catalogues', () => {
  it('are at least fourteen, two of them written from right to left', () => {
    expect(all.length).to.be.at.least(14);
    expect(all.filter(({ direction }) => direction === 'rtl').map(({ tag }) => tag)).to.deep.equal([
      'ar',
      'he',
    ]);
  });

  for (const { tag, direction, sentences } of all) {
    describe(tag, () => {
      it('has a canonical tag, and knows its direction', () => {
        expect(Intl.getCanonicalLocales(tag)).to.deep.equal([tag]);
        expect(Intl.DateTimeFormat.supportedLocalesOf(tag)).to.deep.equal([tag]);
        const rtl = /\p{Script=Arabic}|\p{Script=Hebrew}/u.test(sentences.message);
        expect(direction).to.equal(rtl ? 'rtl' : 'ltr');
      });

      it('has all sentences, and none in English', () => {
        expect(Object.keys(sentences)).to.have.members(sentenceNames);
        for (const name of sentenceNames) {
          expect(sentences[name].trim(), name).to.equal(sentences[name]).and.not.to.equal('');
          if (tag !== 'en' && !alike.has(name))
            expect(sentences[name], name).not.to.equal(en.sentences[name]);
        }
      });

      it('has a place for the time that is left, and names https', () => {
        expect(sentences.countdown.split('{}')).to.have.length(2);
        expect(sentences.linkNeedsHttps).to.include('https://');
      });

      it('is a page', () => {
        const html = render('html', {}, tag);
        expect(html).to.include(`<html lang="${tag}" dir="${direction}">`);
        expect(html).to.include(`<h1 dir="auto">${sentences.title}</h1>`);
        expect(html).to.include(' data-language="' + tag + '"');
        expect(languageOf({}, tag)).to.equal(tag);
        const page = preparePages(aPage()).page('html', tag);
        const unaddressed = decode(page, { ...values, address: page.unknownAddress });
        expect(unaddressed).to.include(`<bdi>${sentences.unknownAddress}</bdi>`);
        expect(render('text', {}, tag)).to.match(new RegExp(`^${sentences.title}\n`));
        expect(problem({}, tag)).to.include({ title: sentences.title, detail: sentences.message });
      });
    });
  }

  it('say the end in their own words', () => {
    const ends = new Set(all.map(({ tag }) => /<time [^>]*>([^<]*)</.exec(render('html', {}, tag))?.[1]));
    // Portuguese is written alike on both sides of the ocean.
    expect(ends.size).to.be.at.least(all.length - 1);
    expect([...ends].every((text) => text?.includes('UTC'))).to.equal(true);
    expect(ends).to.include('Dienstag, 1. Dezember 2026 um 22:30 UTC');
  });
});

describe('the language of a page', () => {
  const translations = {
    de: { title: 'Umzug', message: null },
    'de-AT': { title: null, message: 'Servus' },
    fy: { title: 'Wy ferhúzje', message: 'Oant aansen' },
  };
  const page = { title: 'Moving', message: 'Be right back', translations };

  const table: readonly (readonly [string, string | undefined, string])[] = [
    ['nothing asked for', undefined, 'en'],
    ['one of ours', 'fr-CA, fr;q=0.9', 'fr'],
    ['one of the window’s', 'fy', 'fy'],
    ['a variant of the window’s', 'de-AT,de;q=0.9', 'de-AT'],
    ['another variant', 'de-CH', 'de'],
    ['the first that there is', 'xx, yy-ZZ, uk;q=0.5, fr;q=0.4', 'uk'],
    ['none that there is', 'xx', 'en'],
    ['Brazil', 'pt-BR', 'pt-BR'],
    ['Angola', 'pt-AO', 'pt'],
    ['Taiwan', 'zh-TW', 'zh-Hant'],
    ['Singapore', 'zh-SG', 'zh'],
    ['Hebrew by its old code', 'iw', 'he'],
  ];
  for (const [what, header, tag] of table)
    it(`${what}: ${tag}`, () => expect(languageOf(page, header)).to.equal(tag));

  it('takes the window’s translation before its own words, and its own before ours', () => {
    expect(problem(page, 'de')).to.include({ title: 'Umzug', detail: 'Be right back' });
    expect(problem(page, 'fr')).to.include({ title: 'Moving', detail: 'Be right back' });
    expect(problem({ ...page, message: null }, 'de')).to.include({
      detail: catalogues.get('de')?.sentences.message,
    });
  });

  it('completes a variant from its language', () => {
    expect(problem(page, 'de-AT')).to.include({ title: 'Umzug', detail: 'Servus' });
  });

  it('marks words in another language than the page’s, and says nothing of what it cannot know', () => {
    const austrian = render('html', page, 'de-AT');
    expect(austrian).to.include('<html lang="de" dir="ltr">');
    expect(austrian)
      .to.include('<h1 dir="auto">Umzug</h1>')
      .and.include('<p dir="auto" lang="de-AT">Servus</p>');
    expect(render('html', page, 'fr')).to.include('<h1 dir="auto" lang="">Moving</h1>');
    const frisian = render('html', page, 'fy');
    expect(frisian)
      .to.include('<html lang="en" dir="ltr">')
      .and.include('<h1 dir="auto" lang="fy">Wy ferhúzje</h1>');
    expect(frisian).to.include(en.sentences.expected);
  });
});
