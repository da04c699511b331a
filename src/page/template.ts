import Mustache from 'mustache';
import { TemplateError, templateError } from './template-error.ts';
import { checkPlaces } from './template-places.ts';
import { type TemplateTag, templateTags } from './template-tags.ts';
import { variables } from './variables.ts';

export { TemplateError } from './template-error.ts';

/** The most that a template, and any page made of it, may take, in bytes. */
export const largestTemplate = 262_144;

/** What the page's script and its attributes may take beside the template. */
const scriptAllowance = 8192;

/**
 * Checks a template for a window's page, before any visitor could see it: what passes can be rendered for every
 * window, and nothing that a window brings becomes markup.
 * @throws TemplateError
 */
export function checkTemplate(source: string): void {
  checkText(source);
  const tags = templateTags(source);
  checkNames(source, tags);
  checkPlaces(source, tags);
  checkSize(source, tags);
  try {
    new Mustache.Writer().parse(source);
  } catch (error) {
    throw new TemplateError(error instanceof Error ? error.message : String(error));
  }
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
  const bytes = Buffer.byteLength(source) - written + put + scriptAllowance;
  if (bytes > largestTemplate)
    throw new TemplateError(
      `with the longest texts that a window may have, the page would have ${bytes} bytes; at most ${largestTemplate} (256 KiB) are allowed: use long variables such as {{message}} less often, or shorten the template`,
    );
}
