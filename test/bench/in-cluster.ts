import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../..');

/**
 * Boots a cluster with Backsoon installed and runs a benchmark's `inside.ts` in it, with the arguments of this process.
 * @param directory the benchmark's own
 * @param clusterArguments beside `--install --quiet`
 * @returns its exit status
 */
export function measureInCluster(directory: string, clusterArguments: readonly string[]): number {
  const cluster = spawnSync(
    process.execPath,
    [
      join(repository, 'scripts/cluster.ts'),
      '--install',
      '--quiet',
      ...clusterArguments,
      '--',
      process.execPath,
      join(directory, 'inside.ts'),
      ...process.argv.slice(2),
    ],
    { stdio: 'inherit' },
  );
  return cluster.status ?? 1;
}
