import { isIP } from 'node:net';
import type { EndpointSlice, Service, ServiceBackend, ServicePort } from './objects.ts';

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

const isLoopback = (name: string): boolean =>
  name === 'localhost' || name === '::1' || name.startsWith('127.');

const targetNumber = ({ port, targetPort }: ServicePort): number =>
  typeof targetPort === 'number' ? targetPort : port;

/** The one endpoint of a Service that is only a name. Which names can be used is decided later. */
function ofExternalName(service: Service, port: ServicePort): Endpoint[] {
  const address = service.spec.externalName?.replace(/\.$/, '') ?? '';
  return address === '' || isLoopback(address) ? [] : [{ address, port: targetNumber(port) }];
}

function portsOf(slice: EndpointSlice, port: ServicePort): number[] {
  const ports = slice.ports ?? [];
  const numeric = typeof port.targetPort === 'number' ? [port.targetPort] : [];
  if (ports.length === 0) return numeric;
  return ports
    .filter(({ protocol = 'TCP' }) => protocol === 'TCP')
    .flatMap((own) => {
      const byName = port.name === undefined || port.name === '' || port.name === own.name;
      return byName && own.port !== undefined ? [own.port] : numeric;
    });
}

/** The endpoints behind one port of a Service that are ready. */
export function endpointsOf(
  service: Service,
  port: ServicePort,
  slices: readonly EndpointSlice[],
): Endpoint[] {
  if (service.spec.type === 'ExternalName') return ofExternalName(service, port);
  const found = slices.flatMap((slice) =>
    portsOf(slice, port).flatMap((number) =>
      (slice.endpoints ?? [])
        .filter(({ conditions }) => conditions?.ready !== false)
        .flatMap(({ addresses }) => addresses.map((address) => ({ address, port: number }))),
    ),
  );
  return [...new Map(found.map((endpoint) => [`${endpoint.address} ${endpoint.port}`, endpoint])).values()];
}

/** The port of a Service that an Ingress means, by number or name. */
export function portFor(service: Service, { port: wanted }: ServiceBackend): ServicePort | undefined {
  const text = String(wanted?.number ?? wanted?.name ?? '');
  const ports = service.spec.ports ?? [];
  const found = ports.find(({ port, targetPort, name }) =>
    [String(port), String(targetPort), name].includes(text),
  );
  if (found !== undefined || service.spec.type !== 'ExternalName' || wanted?.number === undefined)
    return found;
  // A name without this port is dialled there all the same.
  return { port: wanted.number, targetPort: wanted.number };
}

/** What a request is sent to: nothing, addresses, or a place that nobody can reach. */
export type Peers = 'none' | 'nowhere' | readonly Endpoint[];

/**
 * The controller looks endpoints up as names when the Service that it *remembers for the upstream* is of type ExternalName,
 * and takes them as addresses when it is not. An error backend remembers the app's Service, not its own; hence the
 * table of what works. Names are never found here: there is no cluster DNS.
 */
export function peersOf(endpoints: readonly Endpoint[], areNames: boolean): Peers {
  // Looking an address up yields that address, and the controller drops just that.
  if (endpoints.length === 0 || areNames) return 'none';
  const addresses = endpoints.filter(({ address }) => isIP(address) !== 0);
  return addresses.length === 0 ? 'nowhere' : addresses;
}
