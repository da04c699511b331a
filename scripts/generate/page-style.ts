import { join } from 'node:path';
import { build } from 'esbuild';

/** Where the built-in page's style sheet is written. */
export const pageStyleSource = 'src/page/browser/page.css';

/** The text of src/page/generated/style.ts: the built-in page's style sheet, small, with custom properties of one letter. */
export async function writePageStyle(root: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [join(root, pageStyleSource)],
    tsconfigRaw: {},
    write: false,
    minify: true,
    legalComments: 'none',
  });
  const style = outputFiles.map(({ text }) => text.trim()).join('');
  return [
    `// Generated from ${pageStyleSource} by \`npm run generate\`: change it there.`,
    '',
    `export const style = ${JSON.stringify(shortNames(style))};`,
    '',
  ].join('\n');
}

/** Calls the custom properties --a, --b and so on, in their order. */
function shortNames(style: string): string {
  const names = [...new Set(style.match(/--[a-z][a-z-]*/g))];
  return style.replaceAll(/--[a-z][a-z-]*/g, (name) => `--${(names.indexOf(name) + 10).toString(36)}`);
}
