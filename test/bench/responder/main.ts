// The responder beside nginx, Express and node:http; `npm run bench -- responder [--json]`. README.md says how it is measured.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingNamespaces, requirePrograms, unshare } from '../../cluster/platform.ts';
import { buildLoadGenerator } from './load.ts';
import { readOptions } from './options.ts';
import { cores } from './server-process.ts';

const argv = process.argv.slice(2);
readOptions(argv);
if (availableParallelism() < 2) throw new Error('it takes two cores: one for the server, one for the load');
const missing = missingNamespaces();
if (missing !== undefined) throw new Error(missing);
requirePrograms(['ip', 'nginx'], (line) => console.error(line));

const directory = mkdtempSync(join(tmpdir(), 'backsoon-bench-'));
try {
  // Ports, service account and connections that linger are nobody else's in private namespaces.
  const [program, ...args] = unshare;
  const inside = join(import.meta.dirname, 'inside.ts');
  const command = ['taskset', '-c', String(cores.load), process.execPath, inside, directory];
  const child = spawn(program, [...args, ...command, buildLoadGenerator(), ...argv], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill('SIGKILL'));
  const [code] = (await once(child, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
