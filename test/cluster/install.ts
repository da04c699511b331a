import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, Failure } from './failure.ts';
import { run } from './kubectl.ts';

export interface Install {
  readonly helm: string;
  readonly repository: string;
  readonly env: NodeJS.ProcessEnv;
  readonly withTraefik: boolean;
  /** `--values` and `--set` of the command line. */
  readonly arguments: readonly string[];
}

export const installNamespace = 'backsoon-system';

/** Installs Backsoon's Helm chart as its user would, and waits until it is ready. */
export async function installChart({
  helm,
  repository,
  env,
  withTraefik,
  arguments: more,
}: Install): Promise<void> {
  const chart = join(repository, 'charts/backsoon');
  if (!existsSync(join(chart, 'Chart.yaml'))) {
    throw new Failure(`There is no Helm chart in ${chart}.`, exitCodes.usage);
  }
  const values = join(repository, 'test/cluster/values.yaml');
  const wait = ['--namespace', installNamespace, '--create-namespace', '--wait', '--timeout', '120s'];
  const defaults = withTraefik ? ['--values', values] : [];
  await run({ command: [helm, 'install', 'backsoon', chart, ...wait, ...defaults, ...more], env });
}
