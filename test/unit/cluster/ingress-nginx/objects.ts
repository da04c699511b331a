import { nginxConfig } from '../../../cluster/ingress/nginx/config/nginx-config.ts';
import type { EndpointSlice, Ingress, Service } from '../../../cluster/ingress/nginx/objects.ts';
import { route } from '../../../cluster/ingress/nginx/routing.ts';
import { Store } from '../../../cluster/ingress/nginx/store.ts';

let version = 0;

export const meta = (name: string, more: object = {}) => {
  version += 1;
  return { name, namespace: 'shop', uid: name, resourceVersion: String(version), ...more };
};

/** Short names of annotations → those of ingress-nginx. */
const annotations = (short: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(short).map(([name, value]) => [`nginx.ingress.kubernetes.io/${name}`, value]),
  );

export const service = (name: string, spec: Partial<Service['spec']> = {}): Service => ({
  metadata: meta(name),
  spec: { type: 'ClusterIP', ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...spec },
});

export const slice = (serviceName: string, ...addresses: readonly string[]): EndpointSlice => ({
  metadata: meta(`${serviceName}-slice`, { labels: { 'kubernetes.io/service-name': serviceName } }),
  ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
});

export interface IngressDraft {
  readonly name?: string;
  readonly host?: string;
  readonly path?: string;
  readonly pathType?: 'Exact' | 'Prefix';
  readonly service?: string;
  readonly className?: string | undefined;
  readonly tls?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
}

export const ingress = (draft: IngressDraft = {}): Ingress => {
  const { name = 'web', host = 'shop.test', path = '/', pathType = 'Prefix', service = 'app' } = draft;
  const backend = { service: { name: service, port: { number: 80 } } };
  const className = 'className' in draft ? draft.className : 'nginx';
  return {
    metadata: meta(name, {
      creationTimestamp: '2026-01-01T00:00:00Z',
      annotations: annotations(draft.annotations ?? {}),
    }),
    spec: {
      ...(className === undefined ? {} : { ingressClassName: className }),
      rules: [{ host, http: { paths: [{ path, pathType, backend }] } }],
      ...(draft.tls === true ? { tls: [{ hosts: [host], secretName: 'no-such-secret' }] } : {}),
    },
  };
};

/** The gate as a driver would write it. */
export const gate = {
  'auth-url': 'http://10.96.7.7:80/gate/nginx/shop/web',
  'custom-http-errors': '403',
  'default-backend': 'page',
  'disable-proxy-intercept-errors': 'true',
} as const;

/** A controller in a cluster with an app that has one Pod. */
export class Controller {
  syncs = 0;
  readonly said: string[] = [];
  readonly store = new Store({
    controller: 'k8s.io/ingress-nginx',
    className: 'nginx',
    byName: true,
    configMap: 'ingress-nginx/ingress-nginx-controller',
    onChange: () => (this.syncs += 1),
    say: (line) => this.said.push(line),
  });

  constructor() {
    this.store.classChanged('ADDED', {
      metadata: meta('nginx'),
      spec: { controller: 'k8s.io/ingress-nginx' },
    });
    this.store.serviceChanged('ADDED', service('app'));
    this.store.sliceChanged('ADDED', slice('app', '10.244.0.3'));
  }

  configMap(data: Readonly<Record<string, string>>): this {
    const name = { name: 'ingress-nginx-controller', namespace: 'ingress-nginx' };
    this.store.configMapChanged('MODIFIED', { metadata: { ...meta('', {}), ...name }, data });
    return this;
  }

  /** The page's Service as the operator makes it: a name that is an address. */
  page(): this {
    const spec = { type: 'ExternalName', externalName: '10.96.7.7', ports: [{ port: 80, targetPort: 80 }] };
    this.store.serviceChanged('ADDED', service('page', spec));
    return this;
  }

  ingress(draft: IngressDraft = {}): this {
    this.store.ingressChanged('MODIFIED', ingress(draft));
    return this;
  }

  get conf(): string {
    const { ingresses, services, secrets, slicesByService: slices, settings } = this.store;
    const builtIn = { address: '127.0.0.1', port: 8181 };
    return nginxConfig({
      routing: route(ingresses, { services, slices, secrets, builtIn }),
      settings,
      place: {
        directory: '/var/lib/nginx',
        headersMore: 'headers-more.so',
        workers: 1,
        ports: { http: 80, https: 443, builtIn: 8181, status: 10246 },
        certificate: (key) => ({ certificate: `${key}.crt`, key: `${key}.key` }),
      },
    });
  }

  /** The directives of the block whose head begins like this; of the host's server, when a host is given. */
  block(head: string, host = 'shop.test'): string[] {
    const lines = this.conf.split('\n').map((line) => line.trimEnd());
    const from = head.startsWith('location')
      ? lines.findIndex((line) => line.trim() === `server_name "${host}";`)
      : 0;
    const start = lines.findIndex((line, index) => index >= from && line.trim().startsWith(head));
    if (from === -1 || start === -1) throw new Error(`no block ${head} of ${host} in\n${this.conf}`);
    const indent = lines[start]?.search(/\S/) ?? 0;
    const end = lines.indexOf(`${' '.repeat(indent)}}`, start);
    return lines.slice(start + 1, end).map((line) => line.trim());
  }
}
