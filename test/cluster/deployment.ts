import type { ApiClient } from './api-client.ts';
import { waitFor } from './wait.ts';

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
