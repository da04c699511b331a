import type { ControllerOptions } from './controller.ts';
import { clusterRoleBinding, entrance } from './entrance.ts';

/** One Traefik in the cluster. */
export interface TraefikSettings {
  /** Of everything that belongs to it: namespace, Deployment, Service, IngressClass. */
  readonly name: string;
  /** What its IngressClass names. */
  readonly controller: string;
  readonly loadBalancer: string;
  readonly clusterIP: string;
  /** Arguments that say what it reads. */
  readonly providers: readonly string[];
}

const labelsOf = ({ name }: TraefikSettings) => ({ 'app.kubernetes.io/name': name });

/** Only the load balancer may say whose a connection is; what anybody else writes into X-Forwarded-* is dropped. */
function entryPoint(entry: string, port: number, loadBalancer: string): string[] {
  const flag = `--entrypoints.${entry}`;
  return [
    `${flag}.address=:${port}`,
    `${flag}.proxyprotocol.trustedips=${loadBalancer}`,
    `${flag}.forwardedheaders.trustedips=${loadBalancer}`,
  ];
}

function containerArguments({ loadBalancer, providers }: TraefikSettings): string[] {
  return [
    ...entryPoint('web', 8000, loadBalancer),
    ...entryPoint('websecure', 8443, loadBalancer),
    '--entrypoints.websecure.http.tls=true',
    '--entrypoints.traefik.address=:8080',
    '--ping=true',
    ...providers,
    '--global.checknewversion=false',
    '--global.sendanonymoususage=false',
    '--log.level=INFO',
  ];
}

function deployment(settings: TraefikSettings, { replicas, extraArguments }: ControllerOptions): object {
  const { name } = settings;
  const labels = labelsOf(settings);
  const port = (name: string, containerPort: number): object => ({ name, containerPort });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: name, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: name,
          terminationGracePeriodSeconds: 5,
          containers: [
            {
              name: 'traefik',
              image: 'traefik:v3.7.9',
              args: [...containerArguments(settings), ...extraArguments],
              ports: [port('web', 8000), port('websecure', 8443), port('ping', 8080)],
              readinessProbe: { httpGet: { path: '/ping', port: 'ping' }, periodSeconds: 2 },
              livenessProbe: { httpGet: { path: '/ping', port: 'ping' }, periodSeconds: 10 },
            },
          ],
        },
      },
    },
  };
}

const rules = [
  {
    apiGroups: [''],
    resources: ['services', 'secrets', 'nodes', 'configmaps'],
    verbs: ['get', 'list', 'watch'],
  },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
  {
    apiGroups: ['networking.k8s.io'],
    resources: ['ingresses', 'ingressclasses'],
    verbs: ['get', 'list', 'watch'],
  },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses/status'], verbs: ['update'] },
  { apiGroups: ['traefik.io'], resources: ['*'], verbs: ['get', 'list', 'watch'] },
];

/** Traefik as a cluster's owner would install it, without its CRDs. */
export function traefikObjects(settings: TraefikSettings, options: ControllerOptions): object[] {
  const { name, controller, clusterIP } = settings;
  const meta = { name, namespace: name };
  const labels = labelsOf(settings);
  const rbac = 'rbac.authorization.k8s.io/v1';
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta },
    { apiVersion: rbac, kind: 'ClusterRole', metadata: { name }, rules },
    clusterRoleBinding(name, name),
    ...entrance({
      className: name,
      controller,
      service: { ...meta, clusterIP },
      labels,
      ports: { http: 'web', https: 'websecure' },
    }),
    deployment(settings, options),
  ];
}
