import { createHash } from 'node:crypto';
import { escapeHtml, mailLink, webLink } from './escape.ts';
import { endInstant, type PageInput } from './page.ts';
import { script } from './script.ts';
import { formatEnd, sentences } from './sentences.ts';
import { slot } from './slots.ts';
import { style } from './style.ts';

const sha256Source = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing but the page's own style and script, and its icon, which is in the page itself. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src ${sha256Source(style)}`,
  `script-src ${sha256Source(script)}`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 48 48' fill='none' stroke='%234f74e8' stroke-width='5' stroke-linecap='round'%3E%3Ccircle cx='24' cy='24' r='20'/%3E%3Cpath d='M24 24V12M24 24l8 5'/%3E%3C/svg%3E";

const clock =
  '<svg viewBox="0 0 48 48" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" aria-hidden="true">' +
  '<circle cx="24" cy="24" r="20" opacity=".35"/><path d="M24 24l8 5"/><path class="hand" d="M24 24V11"/></svg>';

/** The built-in page, under 8 KiB for texts of ordinary length, with slots. */
export function renderHtml(page: PageInput): string {
  const title = escapeHtml(page.title ?? sentences.title);
  const message = escapeHtml(page.message ?? sentences.message);
  return `<!doctype html>
<html lang="${sentences.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="${icon}">
<style>${style}</style>
</head>
<body>
<main>
${clock}
<h1 dir="auto">${title}</h1>
<p dir="auto">${message}</p>
${renderEnd(page)}${renderLinks(page)}</main>
<footer>
<dl>
<div><dt>${sentences.address}</dt><dd>${slot('address')}</dd></div>
<div><dt>${sentences.request}</dt><dd>${slot('requestId')}</dd></div>
</dl>
</footer>
<script>${script}</script>
</body>
</html>
`;
}

function renderEnd(page: PageInput): string {
  const end = endInstant(page);
  if (end === null) return `<p class="end">${sentences.noEnd}</p>\n`;
  const time = `<time datetime="${end}">${formatEnd(page.endMs)}</time>`;
  return `<dl class="end"><dt>${sentences.expected}</dt><dd>${time}</dd></dl>\n`;
}

function renderLinks({ statusPage, contact }: PageInput): string {
  const links = [
    statusPage === null ? '' : link(webLink(statusPage), sentences.statusPage, statusPage),
    contact === null
      ? ''
      : link(mailLink(contact) ?? webLink(contact), contact, `${sentences.contact}: ${contact}`),
  ].filter((html) => html !== '');
  return links.length === 0 ? '' : `<nav>${links.join('\n')}</nav>\n`;
}

/** A link, or the text alone where there is nothing safe to link to. */
function link(href: string | undefined, label: string, otherwise: string): string {
  return href === undefined
    ? `<span dir="auto">${escapeHtml(otherwise)}</span>`
    : `<a href="${escapeHtml(href)}" rel="noreferrer">${escapeHtml(label)}</a>`;
}
