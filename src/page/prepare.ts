import { contentSecurityPolicy, renderHtml } from './html.ts';
import type { Format, PageInput } from './page.ts';
import { renderProblem } from './problem.ts';
import { type CutPage, cutAtSlots } from './slots.ts';
import { renderText } from './text.ts';

/** A page in one format, rendered but for its slots. */
export interface PreparedPage extends CutPage {
  readonly contentType: string;
  /** The value of Content-Security-Policy; HTML only. */
  readonly contentSecurityPolicy?: string;
}

/** A page in all formats. */
export type PreparedPages = Readonly<Record<Format, PreparedPage>>;

/** Renders a page in every format, once for all requests that will get it. */
export function preparePages(page: PageInput): PreparedPages {
  return {
    html: { contentType: 'text/html; charset=utf-8', contentSecurityPolicy, ...cutAtSlots(renderHtml(page)) },
    problem: { contentType: 'application/problem+json', ...cutAtSlots(renderProblem(page)) },
    text: { contentType: 'text/plain; charset=utf-8', ...cutAtSlots(renderText(page)) },
  };
}
