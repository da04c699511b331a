// Writes everything that follows from other files: the CRD, the page's script and style. With --check it writes nothing and
// fails when a file is stale.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeChartCopy } from './generate/chart-copy.ts';
import { pageScriptSource, writePageScript } from './generate/page-script.ts';
import { pageStyleSource, writePageStyle } from './generate/page-style.ts';
import { writeReference } from './generate/reference.ts';
import { onlyVersion, parseDefinition } from './generate/schema.ts';
import { writeTypes } from './generate/types.ts';

const source = join('crds', 'backsoon.dev_maintenancewindows.yaml');

/** What the CRD's source stands for: file (from the root) → text. */
function generatedFromDefinition(text: string): ReadonlyMap<string, string> {
  const definition = parseDefinition(text);
  const { name: version, schema } = onlyVersion(definition);
  const { group, names } = definition.spec;
  return new Map([
    ['src/api/generated/maintenance-window.ts', writeTypes(schema, { group, version, kind: names.kind })],
    ['charts/backsoon/templates/crd.yaml', writeChartCopy(definition)],
    ['docs/reference/maintenancewindow.md', writeReference(definition)],
  ]);
}

/** All generated files: file (from the root) → text. */
async function generated(root: string): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ...generatedFromDefinition(await readFile(join(root, source), 'utf8')),
    ['src/page/generated/script.ts', await writePageScript(root)],
    ['src/page/generated/style.ts', await writePageStyle(root)],
  ]);
}

/** Returns the files (from the root) that did not follow from their sources; writes them, unless it only checks. */
export async function generate({ root, check }: { root: string; check: boolean }): Promise<string[]> {
  const stale: string[] = [];
  for (const [path, text] of await generated(root)) {
    const file = join(root, path);
    const before = await readFile(file, 'utf8').catch(() => undefined);
    if (before === text) continue;
    stale.push(path);
    if (check) continue;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return stale;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  for (const path of await generate({ root: dirname(import.meta.dirname), check: values.check })) {
    if (values.check) {
      console.error(
        `${path} is stale: it does not follow from ${source}, ${pageScriptSource} or ${pageStyleSource}. Run: npm run generate`,
      );
      process.exitCode = 1;
    } else console.log(`wrote ${path}`);
  }
}
