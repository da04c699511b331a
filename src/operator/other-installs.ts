import { labels } from '../api/names.ts';
import type { KubeClient } from '../kube/client.ts';
import { isKubeError } from '../kube/errors.ts';
import type { Middleware } from '../kube/kinds.ts';
import { resources } from '../kube/resources.ts';

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
export async function refuseBesideOthers(client: KubeClient, installNamespace: string): Promise<void> {
  const found = await gatesOfOthers(client, installNamespace);
  const [first] = found;
  if (first === undefined) return;
  const installs = [...new Set(found.flatMap(({ metadata }) => metadata.labels?.[labels.install] ?? []))];
  const [other = ''] = installs;
  throw new OtherInstall(
    `install ${installNamespace} does not start: Middleware ${first.metadata.namespace}/${first.metadata.name} belongs to another ` +
      `install of Backsoon (in namespace ${installs.join(', ')}), and two must not watch the same namespaces. Uninstall one of them. ` +
      `What an install that is gone left behind goes by: kubectl delete middlewares.traefik.io -A -l ${labels.install}=${other}`,
  );
}

async function gatesOfOthers(
  client: KubeClient,
  installNamespace: string,
): Promise<readonly Pick<Middleware, 'metadata'>[]> {
  const labelSelector = `${labels.install},${labels.install}!=${installNamespace}`;
  try {
    return (await client.list(resources.middlewares, { labelSelector, limit: mostListed })).items;
  } catch (error) {
    // Without Traefik's CRDs nobody has any.
    if (isKubeError(error, 'NotFound')) return [];
    throw error;
  }
}
