import { endText } from './end-text.ts';
import { escapeMarkup, mailLink, plain, webLink } from './escape.ts';
import type { Sentences } from './languages/catalogue.ts';
import { sentenceNames } from './languages/catalogues.ts';
import { endInstant, isoSeconds, type PageInput } from './page.ts';
import { scriptElement, scriptSource } from './script-element.ts';
import { slot } from './slots.ts';
import { endOfBody } from './template-markup.ts';
import { compileTemplate, runTemplate, type Step } from './template-program.ts';
import type { TextVariable } from './variables.ts';
import type { Wording } from './wording.ts';

/** Custom pages bring their own style, and pictures of their own site (design §5). */
export const customContentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  `script-src ${scriptSource}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

type View = Readonly<Record<TextVariable, string>> & { readonly sentences: Sentences };

/** A template, read once for all pages that are made of it. */
export class Template {
  readonly #steps: readonly Step[];

  /**
   * @param source a template that `checkTemplate` found good
   * @throws TemplateError when it has tags that it cannot have
   */
  constructor(source: string) {
    this.#steps = compileTemplate(plain(source));
  }

  /** The page, with slots. */
  render(page: PageInput, wording: Wording): string {
    const html = runTemplate(this.#steps, escapedValues(view(page, wording)));
    const end = endOfBody(html) ?? html.length;
    return `${html.slice(0, end)}${scriptElement(page, wording.catalogue)}\n${html.slice(end)}`;
  }
}

/** The value of each variable, escaped once however often it is asked for; empty for a name that there is not. */
function escapedValues({ sentences, ...texts }: View): (name: string) => string {
  const values = new Map<string, string>(Object.entries(texts));
  for (const name of sentenceNames) values.set(`sentences.${name}`, sentences[name]);
  const escaped = new Map<string, string>();
  return (name) => escaped.getOrInsertComputed(name, () => escapeMarkup(values.get(name) ?? ''));
}

/** All texts are without control characters, so that only the slots' marks have any. */
function view(page: PageInput, { catalogue, title, message }: Wording): View {
  const { statusPage, contact } = page;
  return {
    title: title.text,
    titleLanguage: title.language,
    message: message.text,
    messageLanguage: message.language,
    language: catalogue.tag,
    direction: catalogue.direction,
    start: isoSeconds(page.startMs),
    end: endInstant(page) ?? '',
    endText: page.endMs === Infinity ? '' : endText(page.endMs, catalogue),
    statusPage: plain(statusPage ?? ''),
    statusPageHref: webLink(statusPage ?? '') ?? '',
    contact: plain(contact ?? ''),
    contactHref: mailLink(contact ?? '') ?? webLink(contact ?? '') ?? '',
    windowId: page.windowId,
    address: slot('address'),
    requestId: slot('requestId'),
    retryAfter: slot('retryAfter'),
    sentences: catalogue.sentences,
  };
}
