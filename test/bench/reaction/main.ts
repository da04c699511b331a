// Boots a cluster and measures in it; `npm run bench -- reaction [--json]`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pauseSeconds } from './rounds.ts';

const repository = join(import.meta.dirname, '../../..');

const cluster = spawnSync(
  process.execPath,
  [
    join(repository, 'scripts/cluster.ts'),
    '--install',
    '--shop',
    '--quiet',
    '--set',
    `settleSeconds=${pauseSeconds}`,
    '--',
    process.execPath,
    join(import.meta.dirname, 'inside.ts'),
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
process.exitCode = cluster.status ?? 1;
