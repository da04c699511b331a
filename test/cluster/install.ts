import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addresses } from './addresses.ts';
import { exitCodes, Failure } from './failure.ts';
import type { IngressController } from './ingress/controller.ts';
import { run } from './kubectl.ts';

export interface Install {
  readonly helm: string;
  readonly repository: string;
  readonly env: NodeJS.ProcessEnv;
  readonly controllers: readonly IngressController[];
  /** Where a file may be left that Helm reads. */
  readonly directory: string;
  /** `--values` and `--set` of the command line. */
  readonly arguments: readonly string[];
}

export const installNamespace = 'backsoon-system';

/**
 * What the chart has to know about the local cluster. The load balancers speak PROXY protocol, so they are nobody's
 * address: trustedProxies stays empty until something that speaks HTTP is put in front.
 */
function chartValues(controllers: readonly IngressController[]): object {
  const classes = controllers.flatMap(({ className, service, chart }) =>
    chart === undefined ? [] : [[className, { ...chart, service: `${service.namespace}/${service.name}` }]],
  );
  return {
    ingressControllers: Object.fromEntries(classes) as object,
    clusterCIDRs: [addresses.podCidr, `${addresses.node}/32`],
  };
}

/** Installs Backsoon's Helm chart as its user would, and waits until it is ready. */
export async function installChart({
  helm,
  repository,
  env,
  controllers,
  directory,
  arguments: more,
}: Install): Promise<void> {
  const chart = join(repository, 'charts/backsoon');
  if (!existsSync(join(chart, 'Chart.yaml'))) {
    throw new Failure(`There is no Helm chart in ${chart}.`, exitCodes.usage);
  }
  const values = join(directory, 'values.json');
  writeFileSync(values, JSON.stringify(chartValues(controllers)));
  const wait = ['--namespace', installNamespace, '--create-namespace', '--wait', '--timeout', '120s'];
  const defaults = controllers.length > 0 ? ['--values', values] : [];
  await run({ command: [helm, 'install', 'backsoon', chart, ...wait, ...defaults, ...more], env });
}
