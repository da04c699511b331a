import { endpointsOf } from './endpoints.ts';
import { builtInUpstream, type Location, type Server, type Upstream } from './model.ts';
import { keyOf, type EndpointSlice } from './objects.ts';

type Slices = ReadonlyMap<string, readonly EndpointSlice[]>;

/** The error backend of a location whose app is this; undefined when it has none that answers. */
function errorBackendOf({ source }: Location, app: Upstream, slices: Slices): Upstream | undefined {
  const { defaultBackend: service, customHttpErrors = [] } = source?.annotations ?? {};
  // The first port, whatever its name.
  const port = service?.spec.ports?.[0];
  const isAsked = app.endpoints.length === 0 || customHttpErrors.length > 0;
  if (service === undefined || port === undefined || !isAsked) return undefined;
  const endpoints = endpointsOf(service, port, slices.get(keyOf(service)) ?? []);
  const name = `custom-default-backend-${service.metadata.namespace}-${service.metadata.name}`;
  return endpoints.length === 0 ? undefined : { ...app, name, endpoints };
}

/**
 * Gives each location with a `default-backend` its upstream for errors. That upstream is a copy of the app's with other
 * endpoints: whether they are names, and which canaries share the requests, comes along with the copy. An app
 * without endpoints is replaced by it altogether.
 */
export function useErrorBackends(
  servers: Iterable<Server>,
  upstreams: Map<string, Upstream>,
  slices: Slices,
): void {
  for (const location of [...servers].flatMap(({ locations }) => locations)) {
    const app = upstreams.get(location.upstream);
    const backend =
      app === undefined || app.name === builtInUpstream ? undefined : errorBackendOf(location, app, slices);
    if (app === undefined || backend === undefined) continue;
    // Of several copies the one with names is looked up last, and wins.
    if (upstreams.get(backend.name)?.areNames !== true) upstreams.set(backend.name, backend);
    location.errorUpstream = backend.name;
    if (app.endpoints.length === 0) location.upstream = backend.name;
  }
}
