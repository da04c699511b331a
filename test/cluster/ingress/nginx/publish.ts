import type { ApiClient } from '../../api-client.ts';
import type { Ingress, LoadBalancer } from './objects.ts';

/** Writes the address of the controller's own Service into the status of its Ingresses. */
export async function publishAddress(
  api: ApiClient,
  ingresses: readonly Ingress[],
  { ingress: wanted = [] }: LoadBalancer,
): Promise<void> {
  const addresses = wanted.map(({ ip, hostname }) => (ip === undefined ? { hostname } : { ip }));
  if (addresses.length === 0) return;
  const wrong = ingresses.filter(({ status }) => {
    const found = status?.loadBalancer?.ingress?.map(({ ip, hostname }) =>
      ip === undefined ? { hostname } : { ip },
    );
    return JSON.stringify(found) !== JSON.stringify(addresses);
  });
  await Promise.allSettled(
    wrong.map(async ({ metadata }) =>
      api.call({
        method: 'PATCH',
        path: `/apis/networking.k8s.io/v1/namespaces/${metadata.namespace}/ingresses/${metadata.name}/status`,
        body: { status: { loadBalancer: { ingress: addresses } } },
      }),
    ),
  );
}
