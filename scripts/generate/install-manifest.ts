import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const chartSource = join('charts', 'backsoon');

/** Where the kustomize base installs to: gates carry this name, so it can not be changed by `namespace:` of a kustomization. */
export const baseNamespace = 'backsoon-system';

/** Labels that would say that Helm keeps these objects. */
const helms = /^ *(app\.kubernetes\.io\/managed-by: Helm|helm\.sh\/chart: .*)$/;

/** What the chart renders with its default values, as one manifest: the same objects, without the labels that are Helm's own. */
export async function writeInstallManifest(root: string, helm: string): Promise<string> {
  const { stdout } = await run(
    helm,
    ['template', 'backsoon', join(root, chartSource), '--namespace', baseNamespace],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  const lines = stdout.split('\n').filter((line) => !helms.test(line));
  const text = lines.join('\n').replaceAll(/\n{2,}(?=---\n|$)/g, '\n');
  return `# Generated from ${chartSource} by \`npm run generate\`: change it there.\n${text.trimEnd()}\n`;
}
