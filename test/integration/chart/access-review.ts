import { expect } from 'chai';
import type { ApiServer } from '../crd/api-server.ts';

/** Who does it, where ('': in all namespaces), and what: `verb group/resource[/subresource] [name]`. */
export interface Question {
  readonly user: string;
  readonly namespace: string;
  readonly deed: string;
}

/** Whether the API server would let a user do something. */
export async function isAllowed(server: ApiServer, { user, namespace, deed }: Question): Promise<boolean> {
  const [verb, path = '', name] = deed.split(' ');
  const [group, resource, subresource] = path.split('/');
  const { status, body } = await server.request<{ status: { allowed: boolean } }>({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user, resourceAttributes: { namespace, verb, group, resource, subresource, name } },
    },
  });
  expect(status, body.message).to.equal(201);
  return body.status.allowed;
}
