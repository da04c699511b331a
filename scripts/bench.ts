// Runs one benchmark: `npm run bench -- NAME [--json] [its own options]`. Each is a program, test/bench/NAME/main.ts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const directory = join(import.meta.dirname, '..', 'test', 'bench');
const names = readdirSync(directory, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const [name = '', ...options] = process.argv.slice(2);
if (names.includes(name)) {
  const child = spawn(process.execPath, [join(directory, name, 'main.ts'), ...options], { stdio: 'inherit' });
  // A terminal's Ctrl-C reaches the child by itself; a `kill` of this process has to be passed on.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
} else {
  console.error(`Usage: npm run bench -- ${names.join('|')} [--json]`);
  process.exitCode = 64;
}
