import { resources } from '../../../src/kube/resources.ts';
import { api } from './cluster.ts';

/** A port of a Service, and where the node listens for it. */
export interface OutsidePort {
  readonly name: string;
  readonly port: number;
  readonly targetPort: number;
}

/** A Service without Pods: behind it listens a process of the test, at an address of the node. */
export async function putOutsideService(
  metadata: { readonly namespace: string; readonly name: string },
  address: string,
  ports: readonly OutsidePort[],
): Promise<void> {
  const options = { fieldManager: 'e2e', force: true };
  await api.apply(
    resources.services,
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports } },
    options,
  );
  await api.apply(
    resources.endpointSlices,
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': metadata.name } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
      ports: ports.map(({ name, targetPort }) => ({ name, port: targetPort })),
    },
    options,
  );
}
