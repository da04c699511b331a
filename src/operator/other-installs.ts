import { labels } from '../api/names.ts';
import type { GateObjectKind } from '../gates/driver.ts';
import type { KubeClient } from '../kube/client.ts';
import { isKubeError } from '../kube/errors.ts';
import { resourceName } from '../kube/resources.ts';
import type { LiveGateObject } from './gate-objects.ts';
import { gateObjectResources } from './gate-objects.ts';

/** Another install has gates where this one would put its own. */
export class OtherInstall extends Error {}

/** Of how many objects the message can tell; one is enough to refuse. */
const mostListed = 20;

/**
 * Two installs that watch the same namespaces would write over each other's gates for ever, so the one that starts beside
 * the other's gates refuses to (design D5). Gates are the one thing of another install that this one may read; without
 * any, neither is in the other's way.
 * @throws OtherInstall that says what stands where, and how to be rid of it
 */
export async function refuseBesideOthers(
  client: KubeClient,
  installNamespace: string,
  kinds: readonly GateObjectKind[],
): Promise<void> {
  for (const kind of kinds)
    refuseBeside(kind, await objectsOfOthers(client, installNamespace, kind), installNamespace);
}

type Found = Pick<LiveGateObject, 'metadata'>;

function refuseBeside(kind: GateObjectKind, found: readonly Found[], installNamespace: string): void {
  const [first] = found;
  if (first === undefined) return;
  const installs = [...new Set(found.flatMap(({ metadata }) => metadata.labels?.[labels.install] ?? []))];
  const [other = ''] = installs;
  throw new OtherInstall(
    `install ${installNamespace} does not start: ${kind} ${first.metadata.namespace}/${first.metadata.name} belongs to another ` +
      `install of Backsoon (in namespace ${installs.join(', ')}), and two must not watch the same namespaces. Uninstall one of them. ` +
      `What an install that is gone left behind goes by: kubectl delete ${resourceName(gateObjectResources[kind])} -A -l ${labels.install}=${other}`,
  );
}

async function objectsOfOthers(
  client: KubeClient,
  installNamespace: string,
  kind: GateObjectKind,
): Promise<readonly Found[]> {
  const labelSelector = `${labels.install},${labels.install}!=${installNamespace}`;
  try {
    return (await client.list(gateObjectResources[kind], { labelSelector, limit: mostListed })).items;
  } catch (error) {
    // Without Traefik's CRDs nobody has any.
    if (isKubeError(error, 'NotFound')) return [];
    throw error;
  }
}
