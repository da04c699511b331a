import { addresses } from '../addresses.ts';
import type { ControllerOptions, IngressController } from './controller.ts';

const name = 'traefik';
const namespace = 'traefik';
const meta = { name, namespace };
const labels = { 'app.kubernetes.io/name': name };
const loadBalancer = addresses.loadBalancers.traefik;
const clusterIP = addresses.ingressServices.traefik;

/** Only the load balancer may say whose a connection is; what anybody else writes into X-Forwarded-* is dropped. */
function entryPoint(entry: string, port: number): string[] {
  const flag = `--entrypoints.${entry}`;
  return [
    `${flag}.address=:${port}`,
    `${flag}.proxyprotocol.trustedips=${loadBalancer}`,
    `${flag}.forwardedheaders.trustedips=${loadBalancer}`,
  ];
}

function containerArguments(extra: readonly string[]): string[] {
  return [
    ...entryPoint('web', 8000),
    ...entryPoint('websecure', 8443),
    '--entrypoints.websecure.http.tls=true',
    '--entrypoints.traefik.address=:8080',
    '--ping=true',
    '--providers.kubernetescrd=true',
    '--providers.kubernetesingress=true',
    `--providers.kubernetesingress.ingressendpoint.publishedservice=${namespace}/${name}`,
    '--global.checknewversion=false',
    '--global.sendanonymoususage=false',
    '--log.level=INFO',
    ...extra,
  ];
}

function deployment({ replicas, extraArguments }: ControllerOptions): object {
  const port = (name: string, containerPort: number): object => ({ name, containerPort });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...meta, labels },
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
              args: containerArguments(extraArguments),
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

function objects(options: ControllerOptions): object[] {
  const rbac = 'rbac.authorization.k8s.io/v1';
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta },
    { apiVersion: rbac, kind: 'ClusterRole', metadata: { name }, rules },
    {
      apiVersion: rbac,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', ...meta }],
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name },
      spec: { controller: 'traefik.io/ingress-controller' },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...meta, labels },
      spec: {
        type: 'LoadBalancer',
        clusterIP,
        selector: labels,
        ports: [
          { name: 'web', port: 80, targetPort: 'web' },
          { name: 'websecure', port: 443, targetPort: 'websecure' },
        ],
      },
    },
    deployment(options),
  ];
}

/** Traefik as a cluster's owner would install it; its CRDs come from its own release. */
export const traefik: IngressController = {
  name,
  className: name,
  loadBalancer,
  service: { namespace, name, clusterIP },
  tools: ['traefik'],
  programs: [],
  images: (tools) => ({ traefik: { entrypoint: [tools.program('traefik')] } }),
  crds: 'traefik-crds.yaml',
  objects,
  chart: { driver: 'traefik' },
};
