import { KubeClient } from '../../../src/kube/client.ts';
import { KubeconfigTransport } from '../../../src/kube/kubeconfig-transport.ts';
import { resources } from '../../../src/kube/resources.ts';

/** The API server of the kubeconfig, and a namespace of the test's own. */
export interface Cluster {
  readonly transport: KubeconfigTransport;
  readonly client: KubeClient;
  readonly namespace: string;
  remove(): Promise<void>;
}

let made = 0;

/** @throws when KUBECONFIG names no server that answers: these tests run inside `npm run cluster`. */
export const useCluster = async (): Promise<Cluster> => {
  made += 1;
  const transport = new KubeconfigTransport();
  const client = new KubeClient(transport);
  const namespace = `kube-${process.pid}-${made}`;
  await client.create(resources.namespaces, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  return {
    transport,
    client,
    namespace,
    remove: async () => {
      await client.delete(resources.namespaces, { name: namespace });
      await transport.close();
    },
  };
};
