import type { PolicyGate } from '../../policy/policy.ts';
import type { StoredPolicy } from './observed.ts';

/** The gates of each policy by their Ingress: every gate of a namespace looks for itself, and there may be thousands. */
const known = new WeakMap<StoredPolicy['gates'], ReadonlyMap<string, PolicyGate>>();

/** The gate of an Ingress as a policy has it; undefined: the policy does not cover it. */
export const storedGate = ({ gates }: Pick<StoredPolicy, 'gates'>, ingress: string): PolicyGate | undefined =>
  known.getOrInsertComputed(gates, () => new Map(gates.map((gate) => [gate.ingress, gate]))).get(ingress);
