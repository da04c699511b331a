import { gatePaths } from '../api/names.ts';

const prefix = gatePaths.forward;
const syntax = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\/[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;

/**
 * `namespace/ingress` of a gate's URL `/gate/forward/<namespace>/<ingress>`, exactly so: no query, no escapes,
 * no slash at the end. Undefined for any other target.
 */
export function gateOfTarget(target: string): string | undefined {
  if (!target.startsWith(prefix)) return undefined;
  const gate = target.slice(prefix.length);
  return syntax.test(gate) ? gate : undefined;
}
