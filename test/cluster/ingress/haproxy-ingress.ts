import { addresses } from '../addresses.ts';
import type { Image } from '../node-agent/images.ts';
import type { ToolPaths } from '../tools/catalogue.ts';
import type { ControllerOptions, IngressController } from './controller.ts';
import { entrance } from './entrance.ts';

const name = 'haproxy-ingress';
const namespace = 'haproxy-ingress';
const className = 'haproxy';
const meta = { name, namespace };
const labels = { 'app.kubernetes.io/name': name };
const clusterIP = addresses.ingressServices.haproxyIngress;
const rbac = 'rbac.authorization.k8s.io/v1';

/** What its image does at its start: files that are in the image go to where HAProxy's files are made. */
function image(tools: ToolPaths): Image {
  const etc = `${tools.program('haproxy-ingress-rootfs')}/etc`;
  const start = `mkdir -p /etc/haproxy && cp -R '${etc}/templates' /etc/ && cp -R '${etc}/lua' /etc/haproxy/ && exec "$@"`;
  return { entrypoint: ['sh', '-c', start, 'sh', tools.program('haproxy-ingress-controller')] };
}

/** Settings of the controller as a whole. A gate's driver reads this ConfigMap by its name, so it exists. */
const configMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: meta,
  // Whoever dials the Pods must begin with a PROXY header, the load balancer and everybody else.
  data: { 'use-proxy-protocol': 'true' },
};

function deployment({ replicas, extraArguments }: ControllerOptions): object {
  const port = (name: string, containerPort: number): object => ({ name, containerPort });
  const field = (name: string, fieldPath: string): object => ({
    name,
    valueFrom: { fieldRef: { fieldPath } },
  });
  const probe = { httpGet: { path: '/healthz', port: 'healthz' } };
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
              name,
              image: 'quay.io/jcmoraisjr/haproxy-ingress:v0.16.1',
              args: [
                `--configmap=${namespace}/${name}`,
                `--ingress-class=${className}`,
                `--publish-service=${namespace}/${name}`,
                '--watch-gateway=false',
                ...extraArguments,
              ],
              env: [field('POD_NAME', 'metadata.name'), field('POD_NAMESPACE', 'metadata.namespace')],
              ports: [port('http', 80), port('https', 443), port('healthz', 10253)],
              readinessProbe: { ...probe, periodSeconds: 2 },
              livenessProbe: { ...probe, periodSeconds: 10 },
              // Its sockets. Two Pods of one node must not share them, and /run is the node's.
              volumeMounts: [{ name: 'run', mountPath: '/var/run/haproxy' }],
            },
          ],
          volumes: [{ name: 'run', emptyDir: {} }],
        },
      },
    },
  };
}

const seen = ['get', 'list', 'watch'];

/** It looks up its own Deployment's labels. */
const ownRules = [{ apiGroups: ['apps'], resources: ['replicasets'], verbs: ['get'] }];

const clusterRules = [
  {
    apiGroups: [''],
    resources: ['configmaps', 'nodes', 'pods', 'secrets', 'services', 'namespaces'],
    verbs: seen,
  },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: seen },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'ingressclasses'], verbs: seen },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses/status'], verbs: ['update'] },
  { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
];

/** One of its replicas writes the Ingresses' status: the one that holds a Lease. */
const leaseRules = [
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] },
];

/** A role of that kind, and its binding to the service account. */
function role(kind: 'ClusterRole' | 'Role', rules: readonly object[]): object[] {
  const metadata = kind === 'Role' ? meta : { name };
  return [
    { apiVersion: rbac, kind, metadata, rules },
    {
      apiVersion: rbac,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
      subjects: [{ kind: 'ServiceAccount', ...meta }],
    },
  ];
}

function objects(options: ControllerOptions): object[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta },
    ...role('ClusterRole', clusterRules),
    ...role('Role', [...ownRules, ...leaseRules]),
    configMap,
    ...entrance({
      className,
      controller: 'haproxy-ingress.github.io/controller',
      service: { namespace, name, clusterIP },
      labels,
    }),
    deployment(options),
  ];
}

/** The HAProxy Ingress of github.com/jcmoraisjr, with the distribution's HAProxy. */
export const haproxyIngress: IngressController = {
  name,
  className,
  loadBalancer: addresses.loadBalancers.haproxyIngress,
  service: { namespace, name, clusterIP },
  tools: ['haproxy-ingress'],
  programs: ['haproxy', 'lua-json'],
  images: (tools) => ({ 'haproxy-ingress': image(tools) }),
  // With a certificate it sends everybody to https, before and while a site is closed.
  shopAnnotations: { 'haproxy-ingress.github.io/ssl-redirect': 'false' },
  objects,
  chart: { driver: name, configMap: `${namespace}/${name}`, proxyProtocol: true },
};
