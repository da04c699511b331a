// Boots a cluster and measures in it; `npm run bench -- scale [--json] [--sizes 100,1000,5000]`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../../..');

/** Gates go on as soon as a window is there; one replica, so that there is no doubt which one leads. */
const chartValues = ['leadSeconds=7200', 'operator.replicas=1'];

const cluster = spawnSync(
  process.execPath,
  [
    join(repository, 'scripts/cluster.ts'),
    '--install',
    '--shop',
    '--quiet',
    ...chartValues.flatMap((value) => ['--set', value]),
    '--',
    process.execPath,
    join(import.meta.dirname, 'inside.ts'),
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
process.exitCode = cluster.status ?? 1;
