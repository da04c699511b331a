import type { IngressController } from './controller.ts';

/** The RoleBinding of a controller's service account with its ClusterRole, all three called alike. */
export const clusterRoleBinding = (name: string, namespace: string): object => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
  subjects: [{ kind: 'ServiceAccount', name, namespace }],
});

interface Entrance extends Pick<IngressController, 'className' | 'service'> {
  /** What the IngressClass names. */
  readonly controller: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The names of its Pods' ports. */
  readonly ports?: { readonly http: string; readonly https: string };
}

/** How visitors come to a controller: its IngressClass, and its Service, to which the load balancer leads. */
export function entrance({ className, controller, service, labels, ports }: Entrance): object[] {
  const { namespace, name, clusterIP } = service;
  const { http, https } = ports ?? { http: 'http', https: 'https' };
  return [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: className },
      spec: { controller },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace, name, labels },
      spec: {
        type: 'LoadBalancer',
        clusterIP,
        selector: labels,
        ports: [
          { name: http, port: 80, targetPort: http },
          { name: https, port: 443, targetPort: https },
        ],
      },
    },
  ];
}
