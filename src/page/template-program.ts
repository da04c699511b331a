import { templateError } from './template-error.ts';
import { type TemplateTag, templateTags } from './template-tags.ts';

/**
 * One step of a template. A section whose value is empty (inverted: not empty) is skipped: the next step is the one
 * at `end`.
 */
export type Step =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  | {
      readonly kind: 'section' | 'inverted';
      readonly tag: TemplateTag;
      readonly name: string;
      readonly end: number;
    };

type Section = Extract<Step, { kind: 'section' | 'inverted' }>;

/**
 * A template as steps, in a time that grows with its length alone: there are no lists and no objects to go into, and
 * so nothing to look up through the sections around, as Mustache would at each tag.
 * @throws TemplateError when tags are refused, not closed or crossed
 */
export function compileTemplate(source: string): readonly Step[] {
  const tags = templateTags(source);
  const texts = withoutStandaloneLines(textsBetween(source, tags), tags);
  const steps: Step[] = [];
  const open: { readonly section: Section; readonly index: number }[] = [];
  for (const [index, text] of texts.entries()) {
    if (text !== '') steps.push({ kind: 'text', text });
    const tag = tags[index];
    if (tag === undefined || tag.kind === 'comment') continue;
    const { kind, name } = tag;
    if (kind === 'variable') steps.push({ kind, name });
    else if (kind === 'close') {
      const begun = open.pop();
      if (begun?.section.name !== name) throw templateError(source, tag.start, `${tag.text} closes nothing`);
      steps[begun.index] = { ...begun.section, end: steps.length };
    } else {
      const section = { kind, tag, name, end: 0 };
      open.push({ section, index: steps.length });
      steps.push(section);
    }
  }
  const unclosed = open.pop()?.section.tag;
  if (unclosed !== undefined) throw templateError(source, unclosed.start, `${unclosed.text} is never closed`);
  return steps;
}

/**
 * What the steps make of values.
 * @param valueOf the value of a variable, as it is to stand in the page; empty: there is none
 */
export function runTemplate(steps: readonly Step[], valueOf: (name: string) => string): string {
  let made = '';
  let next = 0;
  for (let step = steps[next]; step !== undefined; step = steps[next]) {
    next += 1;
    if (step.kind === 'text') made += step.text;
    else if (step.kind === 'variable') made += valueOf(step.name);
    else if ((valueOf(step.name) === '') === (step.kind === 'section')) next = step.end;
  }
  return made;
}

/** The texts before, between and behind the tags: one more than tags. */
function textsBetween(source: string, tags: readonly TemplateTag[]): string[] {
  const starts = [0, ...tags.map(({ end }) => end)];
  return starts.map((start, index) => source.slice(start, tags[index]?.start));
}

/** Lines of nothing but blanks and tags that put nothing in leave no blanks behind (Mustache: standalone tags). */
function withoutStandaloneLines(texts: readonly string[], tags: readonly TemplateTag[]): readonly string[] {
  const kept = [...texts];
  let first = 0;
  while (first < tags.length) {
    // The tags first … last share a line, and so the texts between them have no line feed.
    let last = first;
    while (last + 1 < tags.length && !texts[last + 1]?.includes('\n')) last += 1;
    const isStandalone =
      tags.slice(first, last + 1).every(({ kind }) => kind !== 'variable') &&
      texts.slice(first + 1, last + 1).every(isBlank);
    if (isStandalone) dropBlanks({ texts, kept, first, last });
    first = last + 1;
  }
  return kept;
}

/** Takes away what stands beside the tags first … last in their line, if it is blank. */
function dropBlanks({
  texts,
  kept,
  first,
  last,
}: {
  readonly texts: readonly string[];
  readonly kept: string[];
  readonly first: number;
  readonly last: number;
}): void {
  const before = texts[first] ?? '';
  const after = texts[last + 1] ?? '';
  const indent = before.slice(before.lastIndexOf('\n') + 1);
  const rest = after.slice(0, after.indexOf('\n') + 1 || after.length);
  if (!isBlank(indent) || !isBlank(rest)) return;
  const leading = kept[first] ?? '';
  kept[first] = leading.slice(0, leading.length - indent.length);
  kept.fill('', first + 1, last + 1);
  kept[last + 1] = after.slice(rest.length);
}

const isBlank = (text: string): boolean => text.trim() === '';
