/** A directive without its semicolon, or a block. */
export type Directive = string | { readonly head: string; readonly body: readonly Directive[] };

export const block = (head: string, ...body: readonly (Directive | readonly Directive[])[]): Directive => ({
  head,
  body: body.flat(),
});

/** The directives when the condition holds, else none. */
export const when = (condition: boolean, ...directives: readonly Directive[]): readonly Directive[] =>
  condition ? directives : [];

/** A word in quotes; variables in it are still replaced. */
export const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;

/** nginx's own notation, indented by two spaces. */
export function write(directives: readonly Directive[], indent = ''): string {
  return directives
    .map((directive) =>
      typeof directive === 'string'
        ? `${indent}${directive};\n`
        : `${indent}${directive.head} {\n${write(directive.body, `${indent}  `)}${indent}}\n`,
    )
    .join('');
}
