// Boots a cluster and crashes in it; `npm run bench -- crash [--json] [--rounds N] [--seed N]`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../../..');

const cluster = spawnSync(
  process.execPath,
  [
    join(repository, 'scripts/cluster.ts'),
    '--install',
    '--shop',
    '--quiet',
    '--values',
    join(repository, 'test/e2e/values.yaml'),
    '--traefik-arg=--providers.providersthrottleduration=500ms',
    '--',
    process.execPath,
    join(import.meta.dirname, 'inside.ts'),
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
process.exitCode = cluster.status ?? 1;
