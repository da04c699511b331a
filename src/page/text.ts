import { endText } from './end-text.ts';
import { plain } from './escape.ts';
import type { PageInput } from './page.ts';
import { slot } from './slots.ts';
import type { Wording } from './wording.ts';

/** The page as plain text, with slots. */
export function renderText(page: PageInput, { catalogue, title, message }: Wording): string {
  const { sentences } = catalogue;
  const lines = [
    title.text,
    '',
    message.text,
    '',
    page.endMs === Infinity ? sentences.noEnd : `${sentences.expected}: ${endText(page.endMs, catalogue)}`,
    ...(page.statusPage === null ? [] : [`${sentences.statusPage}: ${plain(page.statusPage)}`]),
    ...(page.contact === null ? [] : [`${sentences.contact}: ${plain(page.contact)}`]),
    '',
    `${sentences.address}: ${slot('address')}`,
    `${sentences.request}: ${slot('requestId')}`,
  ];
  return `${lines.join('\n')}\n`;
}
