import { readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import type { CertificateAuthority } from './certificates.ts';
import type { IngressController } from './ingress/controller.ts';
import { waitFor } from './wait.ts';

export const shopNamespace = 'shop';

/** Names by which the shop answers at the first controller: one for tests, one that browsers on the host resolve to loopback. */
export const shopHosts = ['shop.test', 'shop.localhost'] as const;

/** One Ingress of the shop. */
export interface ShopFront {
  readonly name: string;
  readonly className: string;
  readonly annotations: Readonly<Record<string, string>> | undefined;
  readonly hosts: readonly [string, ...string[]];
}

/** The first ingress controller serves the Ingress `shop`; each other one an Ingress and a host named for its class. */
export function shopFronts(controllers: readonly IngressController[]): ShopFront[] {
  if (controllers.length === 0) {
    return [{ name: 'shop', className: 'traefik', annotations: undefined, hosts: shopHosts }];
  }
  return controllers.map(({ className, shopAnnotations: annotations }, index) => {
    const name = index === 0 ? 'shop' : `shop-${className}`;
    return { name, className, annotations, hosts: index === 0 ? shopHosts : [`${name}.test`] };
  });
}

const labels = { app: 'shop' };
const meta = { name: 'shop', namespace: shopNamespace };

function ingress({ name, className, annotations, hosts }: ShopFront): object {
  const path = {
    path: '/',
    pathType: 'Prefix',
    backend: { service: { name: 'shop', port: { name: 'http' } } },
  };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    // An empty map that is applied would be owned as a whole.
    metadata: { ...meta, name, labels, ...(annotations && { annotations }) },
    spec: {
      ingressClassName: className,
      rules: hosts.map((host) => ({ host, http: { paths: [path] } })),
      tls: [{ hosts, secretName: 'shop-tls' }],
    },
  };
}

/** The sample shop: a Deployment, a Service, and for each class an Ingress that a maintenance window closes. */
export async function shopObjects(
  authority: CertificateAuthority,
  controllers: readonly IngressController[],
): Promise<object[]> {
  const ingresses = shopFronts(controllers);
  const hosts = ingresses.flatMap(({ hosts }) => hosts);
  const certificate = await authority.issue({
    name: 'shop',
    commonName: shopHosts[0],
    alternativeNames: hosts.map((host) => `DNS:${host}`),
  });
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: shopNamespace } },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { ...meta, name: 'shop-tls' },
      type: 'kubernetes.io/tls',
      stringData: {
        'tls.crt': readFileSync(certificate.certificate, 'utf8'),
        'tls.key': readFileSync(certificate.key, 'utf8'),
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...meta, labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: false,
            terminationGracePeriodSeconds: 5,
            containers: [
              {
                name: 'shop',
                image: 'backsoon.test/shop:1',
                env: [{ name: 'PORT', value: '8080' }],
                ports: [{ name: 'http', containerPort: 8080 }],
                readinessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 2 },
              },
            ],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...meta, labels },
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    },
    ...ingresses.map(ingress),
  ];
}

/** One question that does not reach the shop's access log. @throws Error when its answer is not the shop's. */
async function ask(loadBalancer: string, host: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const question = { host: loadBalancer, path: '/healthz', headers: { host }, agent: false };
  get({ ...question, signal: AbortSignal.timeout(2000) }, resolve).on('error', reject);
  const { statusCode } = (await promise).resume();
  if (statusCode !== 200) throw new Error(`status ${statusCode}`);
}

/** So many good answers in a row from several Pods: hardly one of them was never asked. */
const answersOfEach = 8;

/** Resolves when the shop answers through all load balancers, whichever of so many Pods of a controller is met. */
export async function waitForShop(
  controllers: readonly IngressController[],
  replicas: number,
): Promise<void> {
  const hosts = shopFronts(controllers).map(({ hosts }) => hosts[0]);
  await Promise.all(
    controllers.map(async ({ name, loadBalancer }, index) => {
      const questions = replicas > 1 ? replicas * answersOfEach : 1;
      await waitFor(
        async () => {
          for (let asked = 0; asked < questions; asked += 1) await ask(loadBalancer, hosts[index] ?? '');
          return true;
        },
        { what: `the shop to answer through the load balancer of ${name}`, timeoutSeconds: 30 },
      );
    }),
  );
}
