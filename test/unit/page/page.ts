import type { Format, PageInput } from '../../../src/page/page.ts';
import { type PreparedPage, preparePages } from '../../../src/page/prepare.ts';
import { fillSlots, type SlotValues } from '../../../src/page/slots.ts';

export const values: SlotValues = {
  retryAfter: '120',
  requestId: 'abc-7',
  address: '203.0.113.7',
  reload: 'yes',
};

/** A page of a window that says nothing of its own. */
export const aPage = (page: Partial<PageInput> = {}): PageInput => ({
  title: null,
  message: null,
  statusPage: null,
  contact: null,
  translations: {},
  template: null,
  windowId: '0123456789ab',
  startMs: Date.UTC(2026, 11, 1, 21),
  endMs: Date.UTC(2026, 11, 1, 22, 30),
  ...page,
});

/** The page's bytes as a client decodes them. */
export const decode = (page: PreparedPage, slots: SlotValues = values): string =>
  new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(fillSlots(page, slots).join(''), 'latin1'));

export const render = (format: Format, page: Partial<PageInput> = {}, acceptLanguage?: string): string =>
  decode(preparePages(aPage(page)).page(format, acceptLanguage));

/** Every inline text of these elements. */
export const inline = (html: string, element: string): readonly string[] =>
  [...html.matchAll(new RegExp(`<${element}\\b[^>]*>(.*?)</${element}>`, 'gs'))].map(([, text = '']) => text);
