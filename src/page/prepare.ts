import { contentSecurityPolicy, renderHtml } from './html.ts';
import { customContentSecurityPolicy, Template } from './custom-page.ts';
import { KeptPages } from './kept-pages.ts';
import type { Format, PageInput } from './page.ts';
import { renderProblem } from './problem.ts';
import { type CutPage, cutAtSlots, encode } from './slots.ts';
import { renderText } from './text.ts';
import { PageLanguages, type Wording } from './wording.ts';

/** A page in one format and language, rendered but for its slots. */
export interface PreparedPage extends CutPage {
  readonly contentType: string;
  /** The value of Content-Language. */
  readonly contentLanguage: string;
  /** What goes into the slot `address` when the address is not known, in the page's language and encoding. */
  readonly unknownAddress: string;
  /** The value of Content-Security-Policy; HTML only. */
  readonly contentSecurityPolicy?: string;
}

/** A page in all formats and languages, each rendered when it is first asked for. */
export interface PreparedPages {
  /** @param acceptLanguage the request's Accept-Language; anything odd counts as absent */
  page(format: Format, acceptLanguage: string | readonly string[] | undefined): PreparedPage;
}

/** All windows' pages share what may be kept. */
const kept = new KeptPages<PreparedPage>(16 * 1024 * 1024);

/** Is told, once, why a template that was found good gave way to the built-in page. */
export type OnTemplateProblem = (error: unknown) => void;

/** Costs next to nothing: pages are rendered when they are asked for, and kept while there is room. */
export function preparePages(
  page: PageInput,
  onTemplateProblem: OnTemplateProblem = () => {},
): PreparedPages {
  const languages = new PageLanguages(page);
  const renderer = new Renderer(page, onTemplateProblem);
  const pages = {
    html: kept.shelf((language) => renderer.html(languages.wording(language))),
    problem: kept.shelf((language) => renderer.problem(languages.wording(language))),
    text: kept.shelf((language) => renderer.text(languages.wording(language))),
  };
  return { page: (format, acceptLanguage) => pages[format](languages.choose(acceptLanguage)) };
}

const inLanguage = ({
  language,
  catalogue,
}: Wording): Pick<PreparedPage, 'contentLanguage' | 'unknownAddress'> => ({
  contentLanguage: language,
  unknownAddress: encode(catalogue.sentences.unknownAddress),
});

class Renderer {
  readonly #page: PageInput;
  readonly #onTemplateProblem: OnTemplateProblem;
  /** Read once for all languages. */
  #template: Template | 'broken' | undefined;

  constructor(page: PageInput, onTemplateProblem: OnTemplateProblem) {
    this.#page = page;
    this.#onTemplateProblem = onTemplateProblem;
  }

  html(wording: Wording): PreparedPage {
    const { html, policy } = this.#custom(wording) ?? {
      html: renderHtml(this.#page, wording),
      policy: contentSecurityPolicy,
    };
    return {
      contentType: 'text/html; charset=utf-8',
      ...inLanguage(wording),
      contentSecurityPolicy: policy,
      ...cutAtSlots(html),
    };
  }

  problem(wording: Wording): PreparedPage {
    return {
      contentType: 'application/problem+json',
      ...inLanguage(wording),
      ...cutAtSlots(renderProblem(this.#page, wording)),
    };
  }

  text(wording: Wording): PreparedPage {
    return {
      contentType: 'text/plain; charset=utf-8',
      ...inLanguage(wording),
      ...cutAtSlots(renderText(this.#page, wording)),
    };
  }

  /** The page by the window's template; undefined when it has none, or one that is broken after all. */
  #custom(wording: Wording): { html: string; policy: string } | undefined {
    const { template } = this.#page;
    if (template === null || this.#template === 'broken') return undefined;
    try {
      this.#template ??= new Template(template);
      return { html: this.#template.render(this.#page, wording), policy: customContentSecurityPolicy };
    } catch (error) {
      this.#template = 'broken';
      this.#onTemplateProblem(error);
      return undefined;
    }
  }
}
