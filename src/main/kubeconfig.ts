import { KubeconfigTransport } from '../kube/kubeconfig-transport.ts';
import type { Transport } from '../kube/transport.ts';

/** The way to the API server that `$KUBECONFIG` describes. Loaded only outside a cluster: client-node costs 20 MB. */
export const kubeconfigTransport = (): Transport => new KubeconfigTransport();
