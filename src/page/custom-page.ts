import Mustache from 'mustache';
import { endText } from './end-text.ts';
import { escapeMarkup, mailLink, plain, webLink } from './escape.ts';
import type { Sentences } from './languages/catalogue.ts';
import { endInstant, isoSeconds, type PageInput } from './page.ts';
import { scriptElement, scriptSource } from './script-element.ts';
import { slot } from './slots.ts';
import { endOfBody } from './template-markup.ts';
import { templateTags } from './template-tags.ts';
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
  readonly #source: string;
  readonly #writer = new Mustache.Writer();

  /**
   * @param source a template that `checkTemplate` found good
   * @throws TemplateError when it has tags that it cannot have
   */
  constructor(source: string) {
    templateTags(source);
    this.#source = plain(source);
  }

  /**
   * The page, with slots.
   * @throws Error when the template is broken after all
   */
  render(page: PageInput, wording: Wording): string {
    const config = { escape: escapeMarkup };
    const html = this.#writer.render(this.#source, view(page, wording), undefined, config);
    const end = endOfBody(html) ?? html.length;
    return `${html.slice(0, end)}${scriptElement(page, wording.catalogue)}\n${html.slice(end)}`;
  }
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
