import type { Ingress } from '../api/ingress.ts';

/** The hosts that an Ingress serves, `*.x` among them; undefined stands for whatever no rule names. */
export function hostsOf({ spec }: Ingress): readonly (string | undefined)[] {
  const named = (spec.rules ?? []).map(({ host }) => (host === '' ? undefined : host?.toLowerCase()));
  return named.length === 0 || spec.defaultBackend !== undefined ? [...named, undefined] : named;
}

/** Does the pattern name this host, or all that this wildcard stands for? `*.x` stands for one label more. */
const names = (pattern: string, host: string): boolean =>
  pattern === host || (pattern.startsWith('*.') && host.slice(host.indexOf('.') + 1) === pattern.slice(2));

/** Can a visitor of the host, which may be a wildcard, be one of a host that these name? */
export const namesHost = (patterns: readonly string[], host: string): boolean =>
  patterns.some((pattern) => names(pattern, host) || names(host, pattern));

/** Is every host that the Ingress serves among these? Then whoever comes through it came for one of them. */
export const namesAllHosts = (patterns: readonly string[], ingress: Ingress): boolean =>
  hostsOf(ingress).every((host) => host !== undefined && patterns.some((pattern) => names(pattern, host)));

/** Can a visitor of one of these hosts come through this Ingress? */
export const servesOneOf = (patterns: readonly string[], ingress: Ingress): boolean =>
  hostsOf(ingress).some((host) => host === undefined || namesHost(patterns, host));
