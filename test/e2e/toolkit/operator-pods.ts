import { names } from '../../../src/api/names.ts';
import { isKubeError } from '../../../src/kube/errors.ts';
import { resources } from '../../../src/kube/resources.ts';
import type { Hold } from '../../cluster/control.ts';
import { api, control, installNamespace } from './cluster.ts';
import type { InstalledPod } from './pods.ts';
import { podsOf } from './pods.ts';

/** The installed operator's Pods, for `control.hold`. */
export const operators = {
  namespace: installNamespace,
  labels: { 'app.kubernetes.io/component': 'operator' },
};

/** The operator's Pods that are not on their way out. */
export const operatorPods = async (): Promise<readonly InstalledPod[]> =>
  podsOf('app.kubernetes.io/component=operator');

/** Forgets who leads: nobody waits for the lease of somebody who was killed to run out. */
export async function forgetLease(): Promise<void> {
  try {
    await api.delete(resources.leases, { namespace: installNamespace, name: names.lease });
  } catch (error) {
    if (!isKubeError(error, 'NotFound')) throw error;
  }
}

/** Kills the operator and keeps it from running until it is released; the next one leads at once. */
export async function withoutOperator(): Promise<Hold> {
  const hold = await control.hold(operators);
  return {
    release: async () => {
      await forgetLease();
      await hold.release();
    },
  };
}
