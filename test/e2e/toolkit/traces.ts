import { expect } from 'chai';
import { labels } from '../../../src/api/names.ts';
import type { Ingress } from '../../../src/kube/kinds.ts';
import { resources } from '../../../src/kube/resources.ts';
import { api, installNamespace } from './cluster.ts';
import type { Patience } from './eventually.ts';
import { eventually } from './eventually.ts';

/** All of an Ingress apart from what any write to it changes. */
export type IngressAsItIs = Omit<Ingress, 'metadata'> & {
  readonly metadata: Omit<Ingress['metadata'], 'resourceVersion' | 'managedFields'>;
};

interface IngressName {
  readonly namespace: string;
  readonly ingress: string;
}

/** The Ingress now, without resourceVersion and managedFields. Its generation, which counts changes of the spec, stays. */
export async function ingressNow({ namespace, ingress }: IngressName): Promise<IngressAsItIs> {
  const live = await api.get(resources.ingresses, { namespace, name: ingress });
  const { resourceVersion: _version, managedFields: _fields, ...metadata } = live.metadata;
  return { ...live, metadata };
}

export async function becomesAsBefore(
  site: IngressName,
  before: IngressAsItIs,
  patience?: Patience,
): Promise<void> {
  await eventually(
    `Ingress ${site.namespace}/${site.ingress} as before`,
    async () => expect(await ingressNow(site)).to.deep.equal(before),
    patience,
  );
}

/** Everything that Backsoon made for the windows of a namespace. */
async function madeFor(namespace: string): Promise<readonly string[]> {
  const [middlewares, policies] = await Promise.all([
    api.list(resources.middlewares, { namespace }),
    api.list(resources.configMaps, {
      namespace: installNamespace,
      labelSelector: `${labels.windowNamespace}=${namespace}`,
    }),
  ]);
  return [...middlewares.items, ...policies.items].map(({ kind, metadata }) => `${kind}/${metadata.name}`);
}

/** Resolves when nothing is left of what Backsoon made for a namespace: no Middleware, no policy. */
export async function leavesNoTrace(namespace: string, patience?: Patience): Promise<void> {
  await eventually(
    `no trace of Backsoon in ${namespace}`,
    async () => expect(await madeFor(namespace)).to.deep.equal([]),
    patience,
  );
}
