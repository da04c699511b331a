// Writes everything that follows from other files: the CRD, the page's script and style, the chart. With --check it writes nothing
// and fails when a file is stale. What follows from the chart takes Helm: a check on a machine without it leaves that to the
// integration tests.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { findProgram, provideTools } from '../test/cluster/tools/build.ts';
import { writeChartCopy } from './generate/chart-copy.ts';
import { chartSource, writeInstallManifest } from './generate/install-manifest.ts';
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

interface Options {
  readonly root: string;
  readonly check: boolean;
  /** The program; absent: what takes it is left alone. */
  readonly helm?: string | undefined;
}

/** Generated files (from the root) and their texts; those that follow from others of them come when asked for. */
async function* generated({ root, helm }: Options): AsyncGenerator<readonly [path: string, text: string]> {
  yield* generatedFromDefinition(await readFile(join(root, source), 'utf8'));
  yield ['src/page/generated/script.ts', await writePageScript(root)];
  yield ['src/page/generated/style.ts', await writePageStyle(root)];
  if (helm !== undefined) yield ['manifests/install/backsoon.yaml', await writeInstallManifest(root, helm)];
}

/** Returns the files (from the root) that did not follow from their sources; writes them, unless it only checks. */
export async function generate(options: Options): Promise<string[]> {
  const stale: string[] = [];
  for await (const [path, text] of generated(options)) {
    const file = join(options.root, path);
    const before = await readFile(file, 'utf8').catch(() => undefined);
    if (before === text) continue;
    stale.push(path);
    if (options.check) continue;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return stale;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const helm = values.check
    ? findProgram('helm', 'helm')
    : (await provideTools(['helm'], console.error)).program('helm');
  for (const path of await generate({ root: dirname(import.meta.dirname), check: values.check, helm })) {
    if (values.check) {
      const sources = [source, pageScriptSource, pageStyleSource, chartSource].join(', ');
      console.error(
        `${path} is stale: it does not follow from its source (${sources}). Run: npm run generate`,
      );
      process.exitCode = 1;
    } else console.log(`wrote ${path}`);
  }
}
