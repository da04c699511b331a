import { endOfBody, Markup } from './template-markup.ts';
import { templateError } from './template-error.ts';
import type { TemplateTag } from './template-tags.ts';
import { variables } from './variables.ts';

/** Where a section begins, and what HTML it begins in. */
interface OpenSection {
  readonly tag: TemplateTag;
  readonly place: string;
}

/** How many sections may stand in one another. */
const deepestSection = 16;

/**
 * Checks that each variable stands where escaped text is sure to stay text, and that no section changes what the
 * text after it means.
 * @throws TemplateError
 */
export function checkPlaces(source: string, tags: readonly TemplateTag[]): void {
  const markup = new Markup();
  const open: OpenSection[] = [];
  let index = 0;
  for (const tag of tags) {
    markup.read(source.slice(index, tag.start));
    index = tag.end;
    if (tag.kind !== 'comment') checkTag(source, tag, { markup, open });
  }
  const unclosed = open.pop()?.tag;
  if (unclosed !== undefined)
    throw templateError(
      source,
      unclosed.start,
      `${unclosed.text} is never closed; add {{/${unclosed.name}}}`,
    );
  markup.read(source.slice(index));
  if (markup.state !== 'text')
    throw templateError(source, source.length, `the template ends inside ${describe(markup)}; close it`);
  checkEndOfBody(source, tags);
}

/** After an attribute's name: it has no value. */
const withoutValue = /^(?=[\s/>])\s*[^\s=]/;

function checkTag(
  source: string,
  tag: TemplateTag,
  { markup, open }: { markup: Markup; open: OpenSection[] },
): void {
  if (tag.kind === 'variable') checkVariable(source, tag, markup);
  if (markup.midway)
    throw templateError(
      source,
      tag.start,
      `${tag.text} stands in the middle of a mark of HTML, such as <!-- or -->; set it apart with a blank`,
    );
  if (tag.kind === 'close') {
    if (withoutValue.test(source.slice(tag.end, tag.end + 100))) markup.endAttribute();
    checkClose(source, { tag, place: markup.place }, open.pop());
  } else if (tag.kind !== 'variable') {
    if (open.length === deepestSection)
      throw templateError(
        source,
        tag.start,
        `${tag.text} stands in ${deepestSection} other sections; at most ${deepestSection} may stand in one another: close some before`,
      );
    open.push({ tag, place: markup.place });
  }
}

/** The page's script is put in before the last `</body>`. */
function checkEndOfBody(source: string, tags: readonly TemplateTag[]): void {
  const end = endOfBody(source);
  if (end === undefined) return;
  const before = new Markup();
  let index = 0;
  for (const tag of tags.filter(({ start }) => start < end)) {
    before.read(source.slice(index, tag.start));
    index = tag.end;
  }
  before.read(source.slice(index, end));
  if (before.state !== 'text')
    throw templateError(
      source,
      end,
      `the last </body> stands inside ${describe(before)}; take it out there, as the page's script is put before it`,
    );
}

function checkClose(source: string, close: OpenSection, open: OpenSection | undefined): void {
  const { tag, place } = close;
  if (open === undefined)
    throw templateError(source, tag.start, `${tag.text} closes nothing; take it out, or open it before`);
  if (open.tag.name !== tag.name)
    throw templateError(
      source,
      tag.start,
      `${tag.text} stands where ${open.tag.text} has to be closed; write {{/${open.tag.name}}} first`,
    );
  if (open.place !== place)
    throw templateError(
      source,
      open.tag.start,
      `the section ${open.tag.text} begins in one piece of HTML and ends in another; put whole elements, whole attributes or plain text into it`,
    );
}

/** Attributes whose value is a program or a style sheet. */
const codeAttribute = /^(on.*|style|srcdoc)$/;
const urlAttribute = /^(href|src|srcset|action|formaction|data|poster|background|ping|manifest|xlink:href)$/;

function checkVariable(source: string, tag: TemplateTag, markup: Markup): void {
  const problem =
    markup.state === 'value' || markup.state === 'before-value'
      ? valueProblem(tag, markup)
      : elsewhereProblem(markup);
  if (problem !== undefined) throw templateError(source, tag.start, `${tag.text} ${problem}`);
}

/** What speaks against a variable in the value of an attribute. */
function valueProblem({ name, text }: TemplateTag, { attribute, quote }: Markup): string | undefined {
  if (quote === '') return `is the value of ${attribute} without quotes; write ${attribute}="${text}"`;
  if (codeAttribute.test(attribute))
    return `stands in the attribute ${attribute}, where nothing can be put in safely; take it out`;
  if (urlAttribute.test(attribute) && variables.get(name)?.safeInUrl !== true)
    return `stands in the attribute ${attribute}; only statusPageHref and contactHref are sure to be safe links`;
  return undefined;
}

/** What speaks against a variable anywhere but in the value of an attribute. */
function elsewhereProblem({ state, element }: Markup): string | undefined {
  if (state === 'text' || state === 'comment') return undefined;
  if (state !== 'raw')
    return 'stands inside a tag; put it into the text, or into the value of an attribute in quotes';
  return element === 'title' || element === 'textarea'
    ? undefined
    : `stands inside <${element}>, where nothing can be put in safely; take it out`;
}

function describe({ state, element }: Markup): string {
  if (state === 'raw') return `<${element}>`;
  return state === 'comment' ? 'a comment' : 'a tag';
}
