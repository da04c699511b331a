import { readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { addresses } from './addresses.ts';
import type { CertificateAuthority } from './certificates.ts';
import { waitFor } from './wait.ts';

export const shopNamespace = 'shop';

/** Names by which the shop answers: one for tests, one that browsers on the host resolve to loopback. */
export const shopHosts = ['shop.test', 'shop.localhost'] as const;

const labels = { app: 'shop' };
const meta = { name: 'shop', namespace: shopNamespace };

/** The sample shop: a Deployment, a Service, and the Ingress that a maintenance window closes. */
export async function shopObjects(authority: CertificateAuthority): Promise<object[]> {
  const certificate = await authority.issue({
    name: 'shop',
    commonName: shopHosts[0],
    alternativeNames: shopHosts.map((host) => `DNS:${host}`),
  });
  const path = {
    path: '/',
    pathType: 'Prefix',
    backend: { service: { name: 'shop', port: { name: 'http' } } },
  };
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
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { ...meta, labels },
      spec: {
        ingressClassName: 'traefik',
        rules: shopHosts.map((host) => ({ host, http: { paths: [path] } })),
        tls: [{ hosts: [...shopHosts], secretName: 'shop-tls' }],
      },
    },
  ];
}

/** Resolves when the shop answers through the load balancer. The question does not reach its access log. */
export async function waitForShop(): Promise<void> {
  await waitFor(
    async () => {
      const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
      const headers = { host: shopHosts[0] };
      const timeout = AbortSignal.timeout(2000);
      get(
        { host: addresses.loadBalancer, path: '/healthz', headers, agent: false, signal: timeout },
        resolve,
      ).on('error', reject);
      const { statusCode } = (await promise).resume();
      if (statusCode !== 200) throw new Error(`status ${statusCode}`);
      return true;
    },
    { what: 'the shop to answer through the load balancer', timeoutSeconds: 30 },
  );
}
