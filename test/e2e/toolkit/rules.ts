import { resources } from '../../../src/kube/resources.ts';
import { api } from './cluster.ts';

export interface RuleDraft {
  readonly namespace: string;
  readonly name: string;
  /** Absent: the Ingress takes every host. */
  readonly host?: string;
  readonly aliases?: readonly string[];
  readonly path?: string;
  readonly pathType?: 'Prefix' | 'ImplementationSpecific';
  readonly tls?: boolean;
  readonly service?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An Ingress of one of the rarer kinds: without a host, with TLS, with patterns for paths. */
export async function createRule(draft: RuleDraft): Promise<void> {
  const { namespace, name, host, aliases = [], path = '/', pathType = 'Prefix', service = 'app' } = draft;
  const http = {
    paths: [{ path, pathType, backend: { service: { name: service, port: { name: 'http' } } } }],
  };
  const hosts = [...(host === undefined ? [] : [host]), ...aliases];
  const spec = {
    ingressClassName: 'traefik',
    rules: hosts.length === 0 ? [{ http }] : hosts.map((each) => ({ host: each, http })),
    ...(draft.tls === true ? { tls: [{ hosts }] } : {}),
  };
  const { annotations } = draft;
  const metadata = { namespace, name, ...(annotations === undefined ? {} : { annotations }) };
  const ingress = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec };
  await api.apply(resources.ingresses, ingress, { fieldManager: 'e2e', force: true });
}
