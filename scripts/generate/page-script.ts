import { join } from 'node:path';
import { build } from 'esbuild';

/** Where the page's script is written. */
export const pageScriptSource = 'src/page/browser';

/**
 * The text of src/page/generated/script.ts: the script of `src/page/browser` in one piece, small, and in a syntax
 * that every browser with `fetch` can read.
 */
export async function writePageScript(root: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [join(root, pageScriptSource, 'main.ts')],
    tsconfigRaw: {},
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2015',
    legalComments: 'none',
  });
  const script = outputFiles.map(({ text }) => text.trim()).join('');
  return [
    `// Generated from ${pageScriptSource} by \`npm run generate\`: change it there.`,
    '',
    `export const script = ${JSON.stringify(script)};`,
    '',
  ].join('\n');
}
