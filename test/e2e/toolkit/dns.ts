import { ingressAddress, inside } from './cluster.ts';

/** Hosts of a zone lead to the ingress controller of its IngressClass; all other hosts lead to Traefik. */
const zones = [
  { className: 'haproxy', zone: 'haproxy.test', address: 'INGRESS_ADDRESS_HAPROXY_INGRESS' },
  { className: 'traefik-nginx', zone: 'traefik-nginx.test', address: 'INGRESS_ADDRESS_TRAEFIK_NGINX' },
  { className: 'nginx', zone: 'nginx.test', address: 'INGRESS_ADDRESS_INGRESS_NGINX' },
];

/** What a site's host looks like that the controller of this class serves. */
export function hostOf(name: string, className: string): string {
  const zone = zones.find((each) => each.className === className)?.zone ?? 'test';
  return `${name}.${zone}`;
}

/** What a host resolves to: the load balancer in front of its ingress controller. */
export function addressOf(host: string): string {
  const found = zones.find(({ zone }) => host.endsWith(`.${zone}`));
  return found === undefined ? ingressAddress : inside(found.address);
}

/** The same in Chromium's words. */
export const resolverRules = (): string =>
  [...zones.map(({ zone, address }) => `MAP *.${zone} ${inside(address)}`), `MAP * ${ingressAddress}`].join(
    ', ',
  );
