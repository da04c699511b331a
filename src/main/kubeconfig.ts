import { KubeconfigTransport, type KubeconfigSource } from '../kube/kubeconfig-transport.ts';

/** The way to the API server that a kubeconfig describes. Loaded only outside a cluster: client-node costs 20 MB. */
export const kubeconfigTransport = (source: KubeconfigSource = {}): KubeconfigTransport =>
  new KubeconfigTransport(source);
