import { languageLookups, lookupOrder } from './accept-language.ts';
import { plain } from './escape.ts';
import type { Catalogue } from './languages/catalogue.ts';
import { catalogues } from './languages/catalogues.ts';
import { en } from './languages/en.ts';
import type { PageInput, Translation } from './page.ts';

/** Words of a window, or of a catalogue where the window has none. Without control characters, not yet escaped. */
export interface Words {
  readonly text: string;
  /** BCP 47; empty when nobody said in which language the window's own words are. */
  readonly language: string;
}

/** What a page says in one language. */
export interface Wording {
  /** BCP 47: the language that was asked for. */
  readonly language: string;
  /** The standard sentences: in that language, else in the nearest. */
  readonly catalogue: Catalogue;
  readonly title: Words;
  readonly message: Words;
}

interface Tagged extends Translation {
  readonly tag: string;
}

/** The languages that a window's page can be given in. */
export class PageLanguages {
  readonly #page: PageInput;
  /** By tag in lower case. */
  readonly #translations: ReadonlyMap<string, Tagged>;

  constructor(page: PageInput) {
    this.#page = page;
    this.#translations = new Map(
      Object.entries(page.translations).map(([tag, words]) => [tag.toLowerCase(), { tag, ...words }]),
    );
  }

  /** The best of the window's and the catalogues' languages, as a tag in lower case; else English. */
  choose(acceptLanguage: string | readonly string[] | undefined): string {
    for (const tag of languageLookups(acceptLanguage)) {
      if (this.#translations.has(tag) || catalogues.has(tag)) return tag;
    }
    return 'en';
  }

  /**
   * What the page says: the window's translation, else its own words, else the catalogue's.
   * @param language what `choose` returned
   */
  wording(language: string): Wording {
    const order = lookupOrder(language);
    const catalogue = firstOf(order, catalogues) ?? en;
    const spelled = this.#translations.get(language)?.tag ?? catalogue.tag;
    return {
      language: spelled,
      catalogue,
      title: this.#words('title', order, catalogue),
      message: this.#words('message', order, catalogue),
    };
  }

  #words(which: 'title' | 'message', order: readonly string[], catalogue: Catalogue): Words {
    for (const language of order) {
      const translation = this.#translations.get(language);
      const text = translation?.[which] ?? null;
      if (translation !== undefined && text !== null) return { text: plain(text), language: translation.tag };
    }
    const own = this.#page[which];
    return own === null
      ? { text: catalogue.sentences[which], language: catalogue.tag }
      : { text: plain(own), language: '' };
  }
}

function firstOf<Value>(keys: readonly string[], map: ReadonlyMap<string, Value>): Value | undefined {
  return keys.map((key) => map.get(key)).find((value) => value !== undefined);
}
