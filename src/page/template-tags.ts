import { templateError } from './template-error.ts';

/** A Mustache tag of a template. */
export interface TemplateTag {
  readonly kind: 'variable' | 'section' | 'inverted' | 'close' | 'comment';
  readonly name: string;
  /** As it is written, for messages. */
  readonly text: string;
  readonly start: number;
  /** The index after the tag. */
  readonly end: number;
}

const kinds: Readonly<Record<string, TemplateTag['kind']>> = {
  '#': 'section',
  '^': 'inverted',
  '/': 'close',
  '!': 'comment',
};

const refused: Readonly<Record<string, string>> = {
  '{': 'would put text into the page without escaping it; write it with two braces',
  '&': 'would put text into the page without escaping it; write it without the &',
  '>': 'asks for a partial, and there are none; write its text here',
  '=': 'changes the delimiters; keep {{ and }}',
};

const longestTag = 1000;

/** Pages are put together while visitors wait, and each tag is a piece of one. */
export const mostTags = 2000;

/**
 * All tags of a template in their order, those that are refused excepted: where this returns, Mustache
 * would see the same tags.
 * @throws TemplateError
 */
export function templateTags(source: string): readonly TemplateTag[] {
  const tags: TemplateTag[] = [];
  let start = source.indexOf('{{');
  while (start !== -1) {
    const tag = readTag(source, start);
    if (tags.length === mostTags)
      throw templateError(
        source,
        start,
        `${brief(source, start)} is one tag too many; at most ${mostTags} are allowed, comments included: use fewer`,
      );
    tags.push(tag);
    start = source.indexOf('{{', tag.end);
  }
  return tags;
}

function readTag(source: string, start: number): TemplateTag {
  const close = source.indexOf('}}', start + 2);
  if (close === -1 || close - start > longestTag)
    throw templateError(
      source,
      start,
      `the tag that begins here, ${brief(source, start)}, is not closed within ${longestTag} characters; end it with }}`,
    );
  const end = close + 2;
  const text = source.slice(start, end);
  const inner = source.slice(start + 2, close).trim();
  const symbol = inner.charAt(0);
  const reason = refused[symbol];
  if (reason !== undefined) throw templateError(source, start, `${brief(source, start)} ${reason}`);
  const kind = kinds[symbol] ?? 'variable';
  const name = kind === 'variable' ? inner : inner.slice(1).trim();
  return { kind, name, text, start, end };
}

/** The first characters of a tag, in one line. */
const brief = (source: string, start: number): string =>
  source.slice(start, start + 24).split(/[\r\n]/, 1)[0] ?? '';
