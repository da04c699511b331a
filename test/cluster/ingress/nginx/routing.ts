import { endpointsOf, portFor, type Endpoint } from './endpoints.ts';
import {
  anyHost,
  builtInUpstream,
  type Location,
  type ParsedIngress,
  type Routing,
  type Server,
  type Upstream,
} from './model.ts';
import type { EndpointSlice, IngressPath, Secret, Service, ServiceBackend } from './objects.ts';
import { nginxLocations } from './paths.ts';
import { mergeCanaries } from './canaries.ts';
import { useErrorBackends } from './error-backends.ts';

/** What the controller knows besides the Ingresses: `namespace/name` → object. */
export interface Surroundings {
  readonly services: ReadonlyMap<string, Service>;
  /** Service → its slices. */
  readonly slices: ReadonlyMap<string, readonly EndpointSlice[]>;
  readonly secrets: ReadonlyMap<string, Secret>;
  /** Where the built-in backend listens. */
  readonly builtIn: Endpoint;
}

const upstreamName = (namespace: string, { name, port }: ServiceBackend): string =>
  port === undefined ? `${namespace}-INVALID` : `${namespace}-${name}-${port.number ?? port.name ?? ''}`;

/** All paths of an Ingress with their hosts. */
function pathsOf({ ingress }: ParsedIngress): { host: string; path: IngressPath }[] {
  return (ingress.spec.rules ?? []).flatMap(({ host, http }) =>
    (http?.paths ?? []).map((path) => ({ host: host ?? anyHost, path })),
  );
}

function upstreamOf(parsed: ParsedIngress, backend: ServiceBackend, around: Surroundings): Upstream {
  const { namespace } = parsed.ingress.metadata;
  const key = `${namespace}/${backend.name}`;
  const service = around.services.get(key);
  const port = service && portFor(service, backend);
  return {
    name: upstreamName(namespace, backend),
    endpoints: service && port ? endpointsOf(service, port, around.slices.get(key) ?? []) : [],
    areNames: service?.spec.type === 'ExternalName',
    canary: parsed.annotations.canary,
    alternatives: [],
  };
}

function createUpstreams(ingresses: readonly ParsedIngress[], around: Surroundings): Map<string, Upstream> {
  const builtIn = { endpoints: [around.builtIn], areNames: false, canary: undefined, alternatives: [] };
  const upstreams = new Map<string, Upstream>([[builtInUpstream, { name: builtInUpstream, ...builtIn }]]);
  for (const parsed of ingresses) {
    const { spec } = parsed.ingress;
    const backends = [
      spec.defaultBackend?.service,
      ...pathsOf(parsed).map(({ path }) => path.backend.service),
    ];
    for (const backend of backends) {
      if (backend === undefined) continue;
      const upstream = upstreamOf(parsed, backend, around);
      if (!upstreams.has(upstream.name)) upstreams.set(upstream.name, upstream);
    }
  }
  return upstreams;
}

function defaultLocation(upstream: string, source: ParsedIngress | undefined): Location {
  const where = { path: '/', pathType: 'Prefix', ingressPath: '/' } as const;
  return { ...where, upstream, isDefault: true, source, errorUpstream: builtInUpstream };
}

/** The Secret of a host's certificate; `default` when the host wants TLS and has no usable one. */
function certificateOf(
  host: string,
  { ingress }: ParsedIngress,
  secrets: Surroundings['secrets'],
): string | undefined {
  const { tls = [] } = ingress.spec;
  if (tls.length === 0) return undefined;
  const names = tls.find(({ hosts = [] }) => hosts.some((name) => name.toLowerCase() === host.toLowerCase()));
  const key = `${ingress.metadata.namespace}/${names?.secretName ?? ''}`;
  const data = secrets.get(key)?.data;
  return data?.['tls.crt'] === undefined || data['tls.key'] === undefined ? 'default' : key;
}

/** The upstream that an Ingress names for what its rules do not. */
function fallbackOf({ ingress }: ParsedIngress): string | undefined {
  const service = ingress.spec.defaultBackend?.service;
  return service && upstreamName(ingress.metadata.namespace, service);
}

/** One server for each host, with a location for everything in it. */
function createServers(
  ingresses: readonly ParsedIngress[],
  secrets: Surroundings['secrets'],
): Map<string, Server> {
  const catchAll = defaultLocation(builtInUpstream, undefined);
  const servers = new Map<string, Server>();
  const serverOf = (host: string, location: Location): Server => {
    const server = servers.get(host) ?? { host, locations: [location], certificate: undefined };
    servers.set(host, server);
    return server;
  };
  serverOf(anyHost, catchAll).certificate = 'default';
  for (const parsed of ingresses.filter(({ annotations }) => annotations.canary === undefined)) {
    const { rules = [] } = parsed.ingress.spec;
    const upstream = fallbackOf(parsed);
    if (upstream !== undefined && rules.length === 0 && catchAll.isDefault) {
      Object.assign(catchAll, { upstream, isDefault: false, source: parsed });
    }
    for (const { host = anyHost } of rules) {
      const server = serverOf(host, defaultLocation(upstream ?? builtInUpstream, parsed));
      server.certificate ??= certificateOf(host, parsed, secrets);
    }
  }
  return servers;
}

/** Puts a path into its server; of two Ingresses with the same path the older one has it. */
function addPath(
  server: Server,
  { path = '/', pathType }: IngressPath,
  upstream: string,
  source: ParsedIngress,
): void {
  const same = server.locations.find((location) => location.path === path && location.pathType === pathType);
  if (same === undefined) {
    const where = { path, pathType, ingressPath: path };
    server.locations.push({ ...where, upstream, isDefault: false, source, errorUpstream: builtInUpstream });
  } else if (same.isDefault) {
    Object.assign(same, { upstream, isDefault: false, source });
  }
}

function addPaths(ingresses: readonly ParsedIngress[], servers: ReadonlyMap<string, Server>): void {
  for (const parsed of ingresses) {
    if (parsed.annotations.canary !== undefined) continue;
    for (const { host, path } of pathsOf(parsed)) {
      const server = servers.get(host) ?? servers.get(anyHost);
      const { service } = path.backend;
      if (server === undefined || service === undefined) continue;
      addPath(server, path, upstreamName(parsed.ingress.metadata.namespace, service), parsed);
    }
  }
}

/** The longest path first, as the controller writes them. */
const byLength = (a: Location, b: Location): number =>
  b.path.length - a.path.length || (a.path < b.path ? 1 : a.path > b.path ? -1 : 0);

/** Works out all servers, locations and upstreams. The Ingresses come oldest first. */
export function route(ingresses: readonly ParsedIngress[], around: Surroundings): Routing {
  const upstreams = createUpstreams(ingresses, around);
  const servers = createServers(ingresses, around.secrets);
  addPaths(ingresses, servers);
  mergeCanaries(
    ingresses.flatMap((parsed) =>
      pathsOf(parsed).flatMap(({ host, path }) => {
        const { service } = path.backend;
        if (parsed.annotations.canary === undefined || service === undefined) return [];
        return [{ host, path, upstream: upstreamName(parsed.ingress.metadata.namespace, service) }];
      }),
    ),
    { servers, upstreams },
  );
  useErrorBackends(servers.values(), upstreams, around.slices);
  const sorted = [...servers.values()].map(({ host, certificate, locations }) => ({
    host,
    certificate,
    locations: nginxLocations([...locations].sort(byLength)),
  }));
  return { servers: sorted.sort((a, b) => (a.host < b.host ? -1 : 1)), upstreams };
}
