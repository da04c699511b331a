import type { IngressRule } from '../../api/ingress.ts';
import type { Gate } from './gates.ts';
import { plannedOf } from './gates.ts';
import type { ProbeTarget } from './plan.ts';
import { expectedDecision } from './verdicts.ts';

/** A pattern of Traefik or nginx, not a path that could be asked for. */
const isRegularExpression = (path: string): boolean => /[\^$()[\]{}*+?|\\]/.test(path);

const probeHost = (host: string | undefined): string | undefined => host?.replace(/^\*\./, 'backsoon-probe.');

/** The first path of a host that can be asked for; undefined when all of its paths are patterns. */
function pathOf(host: string | undefined, rules: readonly IngressRule[]): string | undefined {
  const ofHost = rules.filter((rule) => rule.host === host).flatMap(({ http }) => http?.paths ?? []);
  const paths = ofHost.map(({ path }) => path ?? '/');
  return paths.length === 0 ? '/' : paths.find((path) => !isRegularExpression(path));
}

/** Does a certificate of the Ingress stand for this host? Then the probe comes by TLS, with SNI. */
function hasTls(host: string | undefined, tls: readonly { readonly hosts?: readonly string[] }[]): boolean {
  return host !== undefined && tls.some(({ hosts }) => (hosts ?? []).includes(host));
}

/** The probe that a gate should answer now: only a gate that is on has one. */
export function probeOf(gate: Gate): ProbeTarget | undefined {
  const planned = plannedOf(gate.outcome);
  if (!gate.on || gate.wanted === undefined || planned === undefined) return undefined;
  const { spec, status } = gate.ingress;
  const hosts = [...new Set((spec.rules ?? []).map(({ host }) => host))];
  return {
    gate: gate.key,
    class: planned.settings,
    hosts: (hosts.length === 0 ? [undefined] : hosts).map((host) => ({
      host: probeHost(host),
      tls: hasTls(host, spec.tls ?? []),
      path: pathOf(host, spec.rules ?? []),
    })),
    addresses: (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []),
    expect: expectedDecision(gate),
  };
}
