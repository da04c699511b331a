// Boots a cluster and measures in it; `npm run bench -- hop [--json]`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { requirePrograms } from '../../cluster/platform.ts';

const repository = join(import.meta.dirname, '../../..');
requirePrograms(['nginx'], (line) => console.error(line));

const cluster = spawnSync(
  process.execPath,
  [
    join(repository, 'scripts/cluster.ts'),
    '--install',
    '--quiet',
    '--',
    process.execPath,
    join(import.meta.dirname, 'inside.ts'),
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
process.exitCode = cluster.status ?? 1;
