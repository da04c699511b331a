import { endText } from './end-text.ts';
import { escapeHtml, mailLink, webLink } from './escape.ts';
import { style } from './generated/style.ts';
import { clock, icon } from './icon.ts';
import type { Sentences } from './languages/catalogue.ts';
import { endInstant, type PageInput } from './page.ts';
import { scriptElement, scriptSource, sha256Source } from './script-element.ts';
import { slot } from './slots.ts';
import type { Wording, Words } from './wording.ts';

/** Nothing but the page's own style and script, its icon, which is in the page itself, and its own URL. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src ${sha256Source(style)}`,
  `script-src ${scriptSource}`,
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The built-in page, with slots: under 8 KiB with a title of 60 and a message of 400 characters of up to two bytes. */
export function renderHtml(page: PageInput, wording: Wording): string {
  const { catalogue, title, message } = wording;
  const sentences = escaped(catalogue.sentences);
  const lang = (words: Words): string =>
    words.language === catalogue.tag ? '' : ` lang="${words.language}"`;
  return `<!doctype html>
<html lang="${catalogue.tag}" dir="${catalogue.direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title.text)}</title>
<link rel="icon" href="${icon}">
<style>${style}</style>
</head>
<body>
<div class="card">
<main>
${clock}
<h1 dir="auto"${lang(title)}>${escapeHtml(title.text)}</h1>
<p dir="auto"${lang(message)}>${escapeHtml(message.text)}</p>
${renderEnd(page, wording, sentences)}<p class="note" data-backsoon-reloads hidden>${sentences.reloads}</p>
<p class="notice" role="status" data-backsoon-notice></p>
${renderLinks(page, sentences)}</main>
<footer>
<dl>
<div><dt>${sentences.address}</dt><dd><bdi>${slot('address')}</bdi></dd></div>
<div><dt>${sentences.request}</dt><dd><bdi>${slot('requestId')}</bdi></dd></div>
</dl>
</footer>
</div>
${scriptElement(page, catalogue)}
</body>
</html>
`;
}

function escaped(sentences: Sentences): Sentences {
  const entries = Object.entries(sentences).map(([name, text]) => [name, escapeHtml(String(text))]);
  return { ...sentences, ...Object.fromEntries(entries) };
}

function renderEnd(page: PageInput, { catalogue }: Wording, sentences: Sentences): string {
  const end = endInstant(page);
  if (end === null) return `<p class="end">${sentences.noEnd}</p>\n`;
  const time = `<time datetime="${end}">${escapeHtml(endText(page.endMs, catalogue))}</time>`;
  return `<dl class="end"><dt>${sentences.expected}</dt><dd>${time}<span role="timer" data-backsoon-countdown></span></dd></dl>\n`;
}

function renderLinks({ statusPage, contact }: PageInput, sentences: Sentences): string {
  const links: string[] = [];
  if (statusPage !== null)
    links.push(link(webLink(statusPage), sentences.statusPage, escapeHtml(statusPage)));
  if (contact !== null) {
    const text = escapeHtml(contact);
    links.push(link(mailLink(contact) ?? webLink(contact), text, `${sentences.contact}: ${text}`));
  }
  return links.length === 0 ? '' : `<nav>${links.join('\n')}</nav>\n`;
}

/** A link, or the text alone where there is nothing safe to link to. Both texts are escaped already. */
const link = (href: string | undefined, label: string, otherwise: string): string =>
  href === undefined
    ? `<span dir="auto">${otherwise}</span>`
    : `<a dir="auto" href="${escapeHtml(href)}" rel="noreferrer">${label}</a>`;
