import { contentSecurityPolicy, renderHtml } from './html.ts';
import type { Format, PageInput } from './page.ts';
import { renderProblem } from './problem.ts';
import { type CutPage, cutAtSlots } from './slots.ts';
import { renderText } from './text.ts';

/** A page in one format and language, rendered but for its slots. */
export interface PreparedPage extends CutPage {
  readonly contentType: string;
  /** The value of Content-Language. */
  readonly contentLanguage: string;
  /** The value of Content-Security-Policy; HTML only. */
  readonly contentSecurityPolicy?: string;
}

/** A page in all formats and languages, each rendered when it is first asked for. */
export interface PreparedPages {
  /** @param acceptLanguage the request's Accept-Language; anything odd counts as absent */
  page(format: Format, acceptLanguage: string | readonly string[] | undefined): PreparedPage;
}

/** Costs next to nothing: pages are rendered when they are asked for. */
export function preparePages(page: PageInput): PreparedPages {
  const known = new Map<Format, PreparedPage>();
  return { page: (format) => known.getOrInsertComputed(format, () => render(page, format)) };
}

function render(page: PageInput, format: Format): PreparedPage {
  const contentLanguage = 'en';
  switch (format) {
    case 'html':
      return {
        contentType: 'text/html; charset=utf-8',
        contentLanguage,
        contentSecurityPolicy,
        ...cutAtSlots(renderHtml(page)),
      };
    case 'problem':
      return {
        contentType: 'application/problem+json',
        contentLanguage,
        ...cutAtSlots(renderProblem(page)),
      };
    case 'text':
      return {
        contentType: 'text/plain; charset=utf-8',
        contentLanguage,
        ...cutAtSlots(renderText(page)),
      };
  }
}
