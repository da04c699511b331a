import type { Ingress, IngressRule } from '../../api/ingress.ts';
import type { ProbedHost } from './plan.ts';

/** A pattern of Traefik or nginx, not a path that could be asked for. */
const isRegularExpression = (path: string): boolean => /[\^$()[\]{}*+?|\\]/.test(path);

const nameUnder = (host: string | undefined): string | undefined => host?.replace(/^\*\./, 'backsoon-probe.');

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

const known = new WeakMap<Ingress['spec'], readonly ProbedHost[]>();

/** The hosts of an Ingress, each as a visitor of it would come. */
export const probedHosts = ({ spec }: Pick<Ingress, 'spec'>): readonly ProbedHost[] =>
  known.getOrInsertComputed(spec, hostsToProbe);

function hostsToProbe(spec: Ingress['spec']): readonly ProbedHost[] {
  const hosts = [...new Set((spec.rules ?? []).map(({ host }) => host))];
  return (hosts.length === 0 ? [undefined] : hosts).map((host) => ({
    host: nameUnder(host),
    tls: hasTls(host, spec.tls ?? []),
    path: pathOf(host, spec.rules ?? []),
  }));
}
