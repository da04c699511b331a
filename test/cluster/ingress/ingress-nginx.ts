import { join } from 'node:path';
import { addresses } from '../addresses.ts';
import type { ControllerOptions, IngressController } from './controller.ts';
import { clusterRoleBinding, entrance } from './entrance.ts';

const name = 'ingress-nginx-controller';
const namespace = 'ingress-nginx';
const className = 'nginx';
const meta = { name, namespace };
const labels = { 'app.kubernetes.io/name': namespace, 'app.kubernetes.io/component': 'controller' };
const image = 'backsoon.test/ingress-nginx';
const clusterIP = addresses.ingressServices.ingressNginx;
const state = '/var/lib/ingress-nginx';

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
          serviceAccountName: namespace,
          terminationGracePeriodSeconds: 5,
          containers: [
            {
              name: 'controller',
              image: `${image}:1.15.1`,
              // Not by its controller: Traefik's provider has a class that names the same one (traefik-nginx.ts).
              args: [
                '--controller-class=backsoon.test/by-name-only',
                '--ingress-class-by-name',
                `--directory=${state}`,
                ...extraArguments,
              ],
              ports: [port('http', 80), port('https', 443), port('health', 10254)],
              volumeMounts: [{ name: 'state', mountPath: state }],
              readinessProbe: { httpGet: { path: '/healthz', port: 'health' }, periodSeconds: 2 },
              livenessProbe: {
                httpGet: { path: '/healthz', port: 'health' },
                periodSeconds: 10,
                failureThreshold: 5,
              },
            },
          ],
          volumes: [{ name: 'state', emptyDir: {} }],
        },
      },
    },
  };
}

const rules = [
  {
    apiGroups: [''],
    resources: ['services', 'secrets', 'configmaps'],
    verbs: ['get', 'list', 'watch'],
  },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] },
  {
    apiGroups: ['networking.k8s.io'],
    resources: ['ingresses', 'ingressclasses'],
    verbs: ['get', 'list', 'watch'],
  },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses/status'], verbs: ['update', 'patch'] },
];

function objects(options: ControllerOptions): object[] {
  const rbac = 'rbac.authorization.k8s.io/v1';
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: namespace, namespace } },
    { apiVersion: rbac, kind: 'ClusterRole', metadata: { name: namespace }, rules },
    clusterRoleBinding(namespace, namespace),
    // The controller believes the PROXY protocol of whoever may dial it: only the load balancer is told to.
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta, data: { 'use-proxy-protocol': 'true' } },
    ...entrance({
      className,
      controller: 'k8s.io/ingress-nginx',
      service: { namespace, name, clusterIP },
      labels,
    }),
    deployment(options),
  ];
}

/** Debian's nginx, configured as ingress-nginx 1.15.1 configures its own (nginx/, images/ingress-nginx.ts). */
export const ingressNginx: IngressController = {
  name: 'ingress-nginx',
  className,
  loadBalancer: addresses.loadBalancers.ingressNginx,
  service: { namespace, name, clusterIP },
  tools: [],
  programs: ['nginx', 'headers-more'],
  images: () => ({
    [image]: { entrypoint: [process.execPath, join(import.meta.dirname, '../images/ingress-nginx.ts')] },
  }),
  objects,
  chart: { driver: 'ingress-nginx', configMap: `${namespace}/${name}`, proxyProtocol: true },
  // With a certificate this controller sends everybody to https, before and while a site is closed.
  shopAnnotations: { 'nginx.ingress.kubernetes.io/ssl-redirect': 'false' },
};
