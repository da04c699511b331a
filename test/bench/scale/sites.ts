import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { KubeClient } from '../../../src/kube/client.ts';
import type { ObjectDraft } from '../../../src/kube/objects.ts';
import { resources } from '../../../src/kube/resources.ts';
import { inParallel } from '../../../src/operator/in-parallel.ts';
import { waitFor } from '../../cluster/wait.ts';

/** More do not go faster through the API server on two cores. */
const writesAtOnce = 16;
const middlewaresKey = 'traefik.ingress.kubernetes.io/router.middlewares';

export const namespaceOf = (count: number): string => `scale-${count}`;
export const hostOf = (count: number, index: number): string => `site-${index}.scale-${count}.test`;

/** What a real Ingress carries beside its routes: an operator that keeps it all needs more memory. */
const annotations = {
  'example.com/owner': 'team-web',
  'meta.helm.sh/release-name': 'site',
  'meta.helm.sh/release-namespace': 'sites',
};

const ingress = (count: number, index: number): ObjectDraft & { spec: object } => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    namespace: namespaceOf(count),
    name: `site-${index}`,
    labels: { 'app.kubernetes.io/name': `site-${index}`, 'app.kubernetes.io/managed-by': 'Helm' },
    annotations,
  },
  spec: {
    ingressClassName: 'traefik',
    rules: [
      {
        host: hostOf(count, index),
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: { service: { name: 'app', port: { name: 'http' } } } },
          ],
        },
      },
    ],
  },
});

/** The namespace, and a Service in it that leads to the sample shop's Pod. */
async function makeNamespace(api: KubeClient, namespace: string): Promise<void> {
  const pods = await api.list(resources.pods, { namespace: 'shop', labelSelector: 'app=shop' });
  const address = pods.items[0]?.status?.podIP;
  if (address === undefined) throw new Error('the sample shop has no Pod');
  const metadata = { name: 'app', namespace };
  await api.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await api.create(resources.services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  });
  await api.create(resources.endpointSlices, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...metadata, labels: { 'kubernetes.io/service-name': metadata.name } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name: 'http', port: 8080 }],
  });
}

const namespaces = resources.namespaces;

const served = { loadBalancer: { ingress: [{ ip: process.env['INGRESS_ADDRESS'] }] } };

/** Makes so many sites, each with an Ingress of its own. Resolves when Traefik serves all of them and is at rest. */
export async function makeSites(api: KubeClient, count: number): Promise<void> {
  await makeNamespace(api, namespaceOf(count));
  const indexes = Array.from({ length: count }, (_, index) => index);
  await inParallel(indexes, writesAtOnce, async (index) => {
    const { metadata } = await api.create(resources.ingresses, ingress(count, index));
    // Traefik writes its address into each status, five a second and no faster: one that stands there it leaves alone.
    await api.mergePatch(resources.ingresses, metadata, { status: served }, { subresource: 'status' });
  });
  for (const index of [0, count - 1]) {
    await waitFor(async () => ((await status(hostOf(count, index))) === 200 ? true : undefined), {
      what: `the site ${hostOf(count, index)}`,
      timeoutSeconds: 120 + count / 20,
    });
  }
  await pause(5_000);
}

/** How many Ingresses carry Middlewares: none were there before the window. */
export async function gatedCount(api: KubeClient, count: number): Promise<number> {
  const { items } = await api.list(resources.ingresses, { namespace: namespaceOf(count) });
  return items.filter(({ metadata }) => metadata.annotations?.[middlewaresKey] !== undefined).length;
}

export async function hasMiddlewares(api: KubeClient, count: number): Promise<boolean> {
  const { items } = await api.list(resources.middlewares, { namespace: namespaceOf(count), limit: 1 });
  return items.length > 0;
}

/** Takes everything down again. Resolves when nothing of it is left. */
export async function removeSites(api: KubeClient, count: number): Promise<void> {
  const name = namespaceOf(count);
  await api.delete(namespaces, { name });
  await waitFor(
    async () => {
      const { items } = await api.list(namespaces, { fieldSelector: `metadata.name=${name}` });
      return items.length === 0 ? true : undefined;
    },
    { what: `namespace ${name} to be gone`, timeoutSeconds: 600, intervalMs: 1_000 },
  );
}

/** What a visitor of the host gets; 0: no answer. */
export async function status(host: string): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const headers = { host, accept: 'text/plain' };
  request({
    host: process.env['INGRESS_ADDRESS'],
    port: 80,
    path: '/',
    headers,
    agent: false,
    timeout: 10_000,
  })
    .on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
    .on('error', () => resolve(0))
    .end();
  return promise;
}
