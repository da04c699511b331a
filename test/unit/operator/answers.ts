import { anIngress } from '../builders/ingress.ts';
import type { Exchange } from '../kube/fake-server.ts';
import { planOf } from './decide/standing.ts';

/** The Ingress whose gate is put on and taken off. */
export const web = { namespace: 'shop', name: 'web', uid: 'uid-web' };

const [key = ''] = Object.keys(planOf(anIngress()).annotations);

/** What a test reads of a written object. */
export type Body = { readonly metadata: Readonly<Record<string, unknown>> };

export const bodyOf = ({ body }: Exchange): Body => JSON.parse(body) as Body;

/** Answers a write with what was written, as if nobody else had a hand in it. */
export const accept = (exchange: Exchange, kept: Readonly<Record<string, string>> = {}): void => {
  if (exchange.method === 'DELETE') return exchange.json(200, { kind: 'Status', status: 'Success' });
  const isPatch = exchange.headers['content-type'] === 'application/json-patch+json';
  const { metadata, ...rest } = isPatch ? { metadata: web } : bodyOf(exchange);
  const answered = { uid: 'uid-new', resourceVersion: '8', annotations: kept, ...metadata };
  return exchange.json(200, { apiVersion: 'v1', kind: 'Any', ...rest, metadata: answered });
};

/** Says that Argo CD owns the gate's annotation. */
export const conflict = (exchange: Exchange): void =>
  exchange.fail(409, 'Conflict', {
    details: {
      causes: [
        {
          reason: 'FieldManagerConflict',
          message: 'conflict with "argocd-controller" using networking.k8s.io/v1',
          field: `.metadata.annotations.${key}`,
        },
      ],
    },
  });
