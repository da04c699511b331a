import type { Pod } from '../../../src/kube/kinds.ts';
import { resources } from '../../../src/kube/resources.ts';
import { api, installNamespace } from './cluster.ts';

/** A Pod of the install, as far as tests care. */
export interface InstalledPod {
  readonly name: string;
  readonly isReady: boolean;
}

const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

/** The install's Pods with this label that are not on their way out. */
export async function podsOf(labelSelector: string): Promise<readonly InstalledPod[]> {
  const { items } = await api.list(resources.pods, { namespace: installNamespace, labelSelector });
  return items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map((pod) => ({ name: pod.metadata.name, isReady: isReady(pod) }));
}
