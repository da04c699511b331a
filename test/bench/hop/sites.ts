import { gateRequestHeaders } from '../../../src/api/headers.ts';
import { addresses } from '../../cluster/addresses.ts';

export const namespace = 'hop';

/** The three ways to the same app; each has an Ingress of its own. */
export const sites = ['open', 'backsoon', 'nginx'] as const;
export type Site = (typeof sites)[number];

export const hostOf = (site: Site): string => `${site}.hop.test`;

const labels = { app: 'nginx' };
const meta = (name: string): object => ({ name, namespace });

/** What the app serves, so that it can be told from everything else. */
export const appBody = 'the app\n';

/** The app on one port, on the other a gate that lets everybody in. */
const nginxConf = `daemon off; user root root; worker_processes 1; pid nginx.pid; error_log stderr error;
events { worker_connections 1024; }
http {
  access_log off; server_tokens off; keepalive_requests 1000000000; keepalive_timeout 120s;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server { listen 8080 backlog=1024; location / { return 200 "${appBody.trim()}\\n"; } }
  server { listen 8081 backlog=1024; location / { add_header Cache-Control no-store; return 200; } }
}`;

/** One nginx with one worker: app and always-open gate, behind Services like the responder's. */
export const nginxObjects = (): object[] => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: meta('nginx'),
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          containers: [
            {
              name: 'nginx',
              image: 'backsoon.test/sh',
              args: [
                'd=$(mktemp -d) && printf %s "$NGINX_CONF" > $d/nginx.conf && exec nginx -p $d -c $d/nginx.conf -e stderr',
              ],
              env: [{ name: 'NGINX_CONF', value: nginxConf }],
              ports: [
                { name: 'app', containerPort: 8080 },
                { name: 'gate', containerPort: 8081 },
              ],
              readinessProbe: { httpGet: { path: '/', port: 'gate' }, periodSeconds: 1 },
            },
          ],
        },
      },
    },
  },
  service('app', 'app'),
  service('gate', 'gate'),
];

const service = (name: string, targetPort: string): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: meta(name),
  spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort }] },
});

const middleware = (name: string, spec: object): object => ({
  apiVersion: 'traefik.io/v1alpha1',
  kind: 'Middleware',
  metadata: meta(name),
  spec,
});

/** Middlewares as Backsoon makes them, that ask the always-open gate at this address. */
export const nginxMiddlewares = (gateAddress: string): object[] => [
  middleware('nginx-headers', {
    headers: { customRequestHeaders: { 'X-Forwarded-Method': '', 'X-Forwarded-Uri': '' } },
  }),
  middleware('nginx-gate', {
    forwardAuth: {
      address: `http://${gateAddress}:80/gate/forward/${namespace}/nginx`,
      trustForwardHeader: true,
      authRequestHeaders: gateRequestHeaders,
      maxResponseBodySize: 524_288,
    },
  }),
];

const middlewareNames = ['nginx-headers', 'nginx-gate'];

/** The three Ingresses; only nginx's has Middlewares from the start. */
export const ingresses = (): object[] =>
  sites.map((site) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      ...meta(site),
      ...(site === 'nginx' && {
        annotations: {
          'traefik.ingress.kubernetes.io/router.middlewares': middlewareNames
            .map((name) => `${namespace}-${name}@kubernetescrd`)
            .join(','),
        },
      }),
    },
    spec: {
      ingressClassName: 'traefik',
      rules: [
        {
          host: hostOf(site),
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: 'app', port: { name: 'http' } } },
              },
            ],
          },
        },
      ],
    },
  }));

/** Closed now and for good, for everybody but the visitors of this benchmark. */
export const window = {
  apiVersion: 'backsoon.dev/v1alpha1',
  kind: 'MaintenanceWindow',
  metadata: meta('hop'),
  spec: {
    targets: [{ ingress: { name: 'backsoon' } }],
    access: { addresses: [`${addresses.defaultVisitor}/32`] },
  },
};
