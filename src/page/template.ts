import { Template } from './custom-page.ts';
import type { PageInput } from './page.ts';
import { TemplateError, templateError } from './template-error.ts';
import { checkPlaces } from './template-places.ts';
import { type TemplateTag, templateTags } from './template-tags.ts';
import { variables } from './variables.ts';
import { PageLanguages } from './wording.ts';

export { TemplateError } from './template-error.ts';

/** The most that a template, and any page made of it, may take, in bytes. */
export const largestTemplate = 262_144;

/** What the page's script and its attributes may take beside the template. */
const scriptAllowance = 8192;

/**
 * Checks a template for a window's page, before any visitor could see it: what passes can be rendered for every
 * window within milliseconds, as its size and its number of tags bound the work, and nothing that a window brings
 * becomes markup. Itself it takes a time that grows with the template's length alone.
 * @throws TemplateError
 */
export function checkTemplate(source: string): void {
  checkText(source);
  const tags = templateTags(source);
  checkNames(source, tags);
  checkPlaces(source, tags);
  checkSize(source, tags);
  tryOut(source);
}

function checkText(source: string): void {
  if (source.trim() === '') throw new TemplateError('the template is empty; write an HTML page');
  const bytes = Buffer.byteLength(source);
  if (bytes > largestTemplate)
    throw new TemplateError(
      `the template has ${bytes} bytes; at most ${largestTemplate} (256 KiB) are allowed`,
    );
  const control = source.search(/(?![\t\n\f\r])\p{Cc}/u);
  if (control === -1) return;
  const code = source.charCodeAt(control).toString(16).toUpperCase().padStart(4, '0');
  throw templateError(source, control, `there is a control character, U+${code}; take it out`);
}

function checkNames(source: string, tags: readonly TemplateTag[]): void {
  const unknown = tags.filter(({ kind, name }) => kind !== 'comment' && !variables.has(name));
  const [first] = unknown;
  if (first === undefined) return;
  const names = [...new Set(unknown.map(({ text }) => text))].slice(0, 10).join(', ');
  const known = [...variables.keys()].join(', ');
  throw templateError(source, first.start, `not known: ${names}; a template may use ${known}`);
}

/** No page can be larger: every section counts, whether shown or not, and every variable at its longest. */
function checkSize(source: string, tags: readonly TemplateTag[]): void {
  const written = tags.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  const put = tags
    .filter(({ kind }) => kind === 'variable')
    .reduce((sum, { name }) => sum + (variables.get(name)?.longest ?? 0), 0);
  checkPageSize(Buffer.byteLength(source) - written + put + scriptAllowance);
}

function checkPageSize(bytes: number): void {
  if (bytes > largestTemplate)
    throw new TemplateError(
      `with the longest texts that a window may have, the page would have ${bytes} bytes; at most ${largestTemplate} (256 KiB) are allowed: use long variables such as {{message}} less often, or shorten the template`,
    );
}

/** Texts of the greatest length that a window may have. */
const longest: PageInput = {
  title: '"'.repeat(200),
  message: '"'.repeat(2000),
  statusPage: `https://status.example.com/${'"'.repeat(2000)}`,
  contact: '"'.repeat(200),
  translations: {},
  template: null,
  windowId: '0'.repeat(12),
  startMs: 0,
  endMs: 0,
};
/** One that knows little: what is shown instead is shown. */
const barest: PageInput = { ...longest, statusPage: null, contact: null, endMs: Infinity };

/** The longest in Latin letters, in letters of two and three bytes, and right to left; and the barest. */
const tried = [
  ...['en', 'ru', 'hi', 'ar'].map(
    (language) => [longest, new PageLanguages(longest).wording(language)] as const,
  ),
  [barest, new PageLanguages(barest).wording('en')] as const,
];

/** Makes pages of it as a responder would: what it can not do is told here, and not to visitors. */
function tryOut(source: string): void {
  const template = new Template(source);
  for (const [page, wording] of tried) checkPageSize(Buffer.byteLength(template.render(page, wording)));
}
