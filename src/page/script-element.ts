import { createHash } from 'node:crypto';
import { escapeHtml } from './escape.ts';
import { script } from './generated/script.ts';
import type { Catalogue } from './languages/catalogue.ts';
import { isoSeconds, type PageInput } from './page.ts';
import { slot } from './slots.ts';

/** A source expression of a Content-Security-Policy for exactly this inline text. */
export const sha256Source = (text: string): string =>
  `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

export const scriptSource = sha256Source(script);

/** The page's script with what it needs to know, with a slot. Its text, which is hashed, is always the same. */
export function scriptElement(page: PageInput, catalogue: Catalogue): string {
  const { countdown, soon, linkNeedsHttps, linkNotValid } = catalogue.sentences;
  const settings = {
    ...(page.endMs !== Infinity && { end: isoSeconds(page.endMs) }),
    language: catalogue.tag,
    ...(catalogue.dates !== undefined && { dates: catalogue.dates }),
    countdown,
    soon,
    'needs-https': linkNeedsHttps,
    'not-valid': linkNotValid,
  };
  const attributes = Object.entries(settings).map(([name, value]) => ` data-${name}="${escapeHtml(value)}"`);
  return `<script data-backsoon data-reload="${slot('reload')}"${attributes.join('')}>${script}</script>`;
}
