// Runs one benchmark: `npm run bench -- NAME [--json] [its own options]`. Each lives in test/bench/NAME/bench.ts.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Bench } from '../test/bench/bench.ts';

const directory = join(import.meta.dirname, '..', 'test', 'bench');
const names = readdirSync(directory, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const [name = '', ...argv] = process.argv.slice(2);
if (names.includes(name)) {
  try {
    const bench = (await import(pathToFileURL(join(directory, name, 'bench.ts')).href)) as Bench;
    await bench.run(argv);
  } catch (error) {
    console.error(`bench ${name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
} else {
  console.error(`Usage: npm run bench -- ${names.join('|')} [--json]`);
  process.exitCode = 64;
}
