import { plain } from './escape.ts';
import type { PageInput } from './page.ts';
import { formatEnd, sentences } from './sentences.ts';
import { slot } from './slots.ts';

/** The page as plain text, with slots. */
export function renderText(page: PageInput): string {
  const lines = [
    plain(page.title ?? sentences.title),
    '',
    plain(page.message ?? sentences.message),
    '',
    page.endMs === Infinity ? sentences.noEnd : `${sentences.expected}: ${formatEnd(page.endMs)}`,
    ...(page.statusPage === null ? [] : [`${sentences.statusPage}: ${plain(page.statusPage)}`]),
    ...(page.contact === null ? [] : [`${sentences.contact}: ${plain(page.contact)}`]),
    '',
    `${sentences.address}: ${slot('address')}`,
    `${sentences.request}: ${slot('requestId')}`,
  ];
  return `${lines.join('\n')}\n`;
}
