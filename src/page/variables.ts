import { escapeHtml } from './escape.ts';
import { catalogues, sentenceNames } from './languages/catalogues.ts';

/** What a template may put into a page. */
export interface Variable {
  /** The most bytes that it may take in a page, escaped. */
  readonly longest: number;
  /** Holds nothing that a URL could be misused by. */
  readonly safeInUrl?: true;
}

/** `"` becomes `&quot;`, which is longer than any other escaped character. */
const escapedBytes = 6;
/** A character beyond the BMP in a URL: `%F0%9F%98%80`. */
const urlBytes = 12;

const texts = {
  title: { longest: 200 * escapedBytes },
  titleLanguage: { longest: 35, safeInUrl: true },
  message: { longest: 2000 * escapedBytes },
  messageLanguage: { longest: 35, safeInUrl: true },
  language: { longest: 35, safeInUrl: true },
  direction: { longest: 3, safeInUrl: true },
  start: { longest: 32, safeInUrl: true },
  end: { longest: 32, safeInUrl: true },
  endText: { longest: 512 },
  statusPage: { longest: 2048 * escapedBytes },
  statusPageHref: { longest: 2048 * urlBytes, safeInUrl: true },
  contact: { longest: 200 * escapedBytes },
  contactHref: { longest: 200 * urlBytes, safeInUrl: true },
  windowId: { longest: 64, safeInUrl: true },
  address: { longest: 64, safeInUrl: true },
  requestId: { longest: 64, safeInUrl: true },
  retryAfter: { longest: 16, safeInUrl: true },
} as const satisfies Readonly<Record<string, Variable>>;

/** A variable that is not one of the standard sentences. */
export type TextVariable = keyof typeof texts;

const longestSentence = (name: (typeof sentenceNames)[number]): number =>
  Math.max(
    ...[...catalogues.values()].map(({ sentences }) => Buffer.byteLength(escapeHtml(sentences[name]))),
  );

/** All variables of templates, by name. */
export const variables: ReadonlyMap<string, Variable> = new Map<string, Variable>([
  ...Object.entries(texts),
  ...sentenceNames.map((name) => [`sentences.${name}`, { longest: longestSentence(name) }] as const),
]);
