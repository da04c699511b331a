const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Any text for HTML content and for attribute values in quotes. */
export const escapeHtml = (text: string): string => escapeMarkup(plain(text));

/** The same for a text that is plain already, or a slot's mark, which stays one. */
export const escapeMarkup = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => entities[char] ?? '');

/**
 * The text without control characters except tab and line feed: they mean nothing to a reader, and a terminal
 * would obey some of them. Lone surrogates become U+FFFD.
 */
export const plain = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .replace(/(?![\t\n])\p{Cc}/gu, '')
    .toWellFormed();

/** An http or https URL without blanks, or undefined: nothing else may become a link. */
export function webLink(text: string): string | undefined {
  const url = /^https?:\/\/\S+$/i.test(text) ? URL.parse(text) : null;
  return url?.href;
}

/** A plain mail address as a mailto URL, or undefined. */
export const mailLink = (text: string): string | undefined =>
  /^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/.test(text) ? `mailto:${text}` : undefined;
