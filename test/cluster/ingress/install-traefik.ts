import type { ApiClient } from '../api-client.ts';
import { apply } from '../kubectl.ts';
import { waitFor } from '../wait.ts';
import { traefikNamespace, traefikObjects, traefikServiceStatus, type TraefikOptions } from './traefik.ts';

export interface ClusterAccess {
  readonly kubectl: string;
  readonly env: NodeJS.ProcessEnv;
  readonly api: ApiClient;
}

interface Deployment {
  metadata: { generation: number };
  spec: { replicas?: number };
  status?: { observedGeneration?: number; availableReplicas?: number; updatedReplicas?: number };
}

/** Resolves when all replicas of a Deployment are available. @throws Error after a minute. */
export async function waitForDeployment(api: ApiClient, namespace: string, name: string): Promise<void> {
  await waitFor(
    async () => {
      const { metadata, spec, status } = await api.call<Deployment>({
        path: `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`,
      });
      const wanted = spec.replicas ?? 1;
      const seen = `${status?.availableReplicas ?? 0} of ${wanted} Pods available`;
      if (status?.observedGeneration !== metadata.generation || status.availableReplicas !== wanted) {
        throw new Error(seen);
      }
      return true;
    },
    { what: `Deployment ${namespace}/${name}`, timeoutSeconds: 60 },
  );
}

/** Installs Traefik and waits until it serves. */
export async function installTraefik(
  cluster: ClusterAccess,
  crdsPath: string,
  options: TraefikOptions,
): Promise<void> {
  await Promise.all([
    apply(cluster.kubectl, cluster.env, crdsPath),
    apply(cluster.kubectl, cluster.env, traefikObjects(options)),
  ]);
  await cluster.api.call({
    method: 'PATCH',
    path: `/api/v1/namespaces/${traefikNamespace}/services/traefik/status`,
    body: { status: traefikServiceStatus },
  });
  await waitForDeployment(cluster.api, traefikNamespace, 'traefik');
}
