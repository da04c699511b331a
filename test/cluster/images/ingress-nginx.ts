/**
 * The controller of ingress-nginx, played: follows Ingresses and what belongs to them, and keeps a real nginx configured as
 * the controller 1.15.1 would (../ingress/nginx). Runs in a Pod.
 */
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ApiClient, type KubeObject } from '../api-client.ts';
import { Collection } from '../ingress/nginx/collection.ts';
import { nginxConfig } from '../ingress/nginx/config/nginx-config.ts';
import { CertificateFiles } from '../ingress/nginx/files.ts';
import { NginxProcess } from '../ingress/nginx/nginx-process.ts';
import { publishAddress } from '../ingress/nginx/publish.ts';
import { Rate, SyncLoop } from '../ingress/nginx/rate.ts';
import { route } from '../ingress/nginx/routing.ts';
import { Store, type ChangeType } from '../ingress/nginx/store.ts';

/** Named as the controller's own flags, with its defaults. */
const { values: flags } = parseArgs({
  options: {
    'controller-class': { type: 'string', default: 'k8s.io/ingress-nginx' },
    'ingress-class': { type: 'string', default: 'nginx' },
    'ingress-class-by-name': { type: 'boolean', default: false },
    configmap: { type: 'string', default: 'ingress-nginx/ingress-nginx-controller' },
    'publish-service': { type: 'string', default: 'ingress-nginx/ingress-nginx-controller' },
    'sync-rate-limit': { type: 'string', default: '0.3' },
    directory: { type: 'string', default: '/var/lib/ingress-nginx' },
    'headers-more': {
      type: 'string',
      default: '/usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so',
    },
  },
});

const ports = { http: 80, https: 443, builtIn: 8181, status: 10246 };
const healthPort = 10254;
const account = '/var/run/secrets/kubernetes.io/serviceaccount';

const say = (line: string): void => console.log(`${new Date().toISOString()} ${line}`);

const api = new ApiClient(join(account, 'ca.crt'), { tokenPath: join(account, 'token') });
const nginx = new NginxProcess(flags.directory);
const certificates = new CertificateFiles(flags.directory);
const stop = new AbortController();

const store = new Store({
  controller: flags['controller-class'],
  className: flags['ingress-class'],
  byName: flags['ingress-class-by-name'],
  configMap: flags.configmap,
  onChange: () => loop.changed(),
  say,
});

async function sync(): Promise<void> {
  const { services, secrets, settings, ingresses, slicesByService: slices } = store;
  const routing = route(ingresses, {
    services,
    slices,
    secrets,
    builtIn: { address: '127.0.0.1', port: ports.builtIn },
  });
  const configuration = nginxConfig({
    routing,
    settings,
    place: {
      directory: flags.directory,
      headersMore: flags['headers-more'],
      workers: availableParallelism(),
      ports,
      certificate: (key) => certificates.of(key, secrets),
    },
  });
  try {
    if (await nginx.use(configuration))
      say(`nginx runs by a new configuration (${ingresses.length} Ingresses)`);
  } catch (error) {
    // One Ingress that nginx refuses keeps all others from changing; the controller tries again, and again.
    say(`nginx refuses the configuration: ${(error as Error).message}`);
    setTimeout(loop.changed, 1000);
  }
  const published = services.get(flags['publish-service'])?.status?.loadBalancer ?? {};
  await publishAddress(
    api,
    ingresses.map(({ ingress }) => ingress),
    published,
  );
}

const loop = new SyncLoop(new Rate(Number(flags['sync-rate-limit'])), sync);

/** Resolves with the first list. */
async function follow<T extends KubeObject>(
  path: string,
  onChange: (type: ChangeType, object: T) => void,
): Promise<Collection<T>> {
  const collection = new Collection<T>(onChange);
  void api.follow<T>(path, collection, stop.signal);
  await collection.listed;
  return collection;
}

createServer((_, response) => {
  response.writeHead(nginx.isRunning ? 200 : 500).end();
}).listen(healthPort);

process.on('SIGTERM', () => {
  stop.abort();
  void nginx.quit().then(() => process.exit(0));
});

const [configNamespace] = flags.configmap.split('/');
// The classes and all that an Ingress may name come before the Ingresses, or they would be read too early.
await follow('/apis/networking.k8s.io/v1/ingressclasses', store.classChanged.bind(store));
await Promise.all([
  follow(`/api/v1/namespaces/${configNamespace}/configmaps`, store.configMapChanged.bind(store)),
  follow('/api/v1/services', store.serviceChanged.bind(store)),
  follow('/api/v1/secrets', store.secretChanged.bind(store)),
  follow('/apis/discovery.k8s.io/v1/endpointslices', store.sliceChanged.bind(store)),
]);
await follow('/apis/networking.k8s.io/v1/ingresses', store.ingressChanged.bind(store));
loop.changed();
await loop.run(stop.signal);
