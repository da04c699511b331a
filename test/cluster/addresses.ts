/** Every address of the local cluster. All of it lives in a private network namespace, so nothing can clash. */
export const addresses = {
  /** The one node: the API server, kube-proxy and the node agent live here. */
  node: '172.30.0.1',
  /** Pods get single addresses out of this range; each is routed, there is no bridge. */
  podCidr: '10.244.0.0/24',
  podPrefix: '10.244.0.',
  serviceCidr: '10.96.0.0/16',
  kubernetesService: '10.96.0.1',
  /** One load balancer in front of each ingress controller: what a site's DNS name would resolve to. */
  loadBalancers: {
    traefik: '203.0.113.1',
    haproxyIngress: '203.0.113.2',
    traefikNginx: '203.0.113.3',
    ingressNginx: '203.0.113.4',
  },
  /** The Services of the ingress controllers, where the load balancers pass connections on. */
  ingressServices: {
    traefik: '10.96.80.1',
    haproxyIngress: '10.96.80.2',
    traefikNginx: '10.96.80.3',
    ingressNginx: '10.96.80.4',
  },
  /** Visitors live here: inside the cluster's namespace any process may bind any of these addresses. */
  visitorCidr: '198.51.100.0/24',
  /** Proxies that a test or the demo puts in front of the load balancer: bindable like visitors' addresses. */
  proxyCidr: '192.0.2.0/24',
  /** A process on the node that dials a load balancer without choosing an address comes from here. */
  defaultVisitor: '198.51.100.1',
  /** What a visitor from the host looks like: loopback would be nobody. */
  hostVisitor: '198.51.100.10',
} as const;

/** Ports on the node and on the load balancer. */
export const ports = {
  apiServer: 6443,
  etcdClient: 2379,
  etcdPeer: 2380,
  kubelet: 10250,
  http: 80,
  https: 443,
} as const;

export const nodeName = 'node1';
