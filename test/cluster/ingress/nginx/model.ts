import type { Annotations, Canary } from './annotations.ts';
import type { Endpoint } from './endpoints.ts';
import type { Ingress, PathType } from './objects.ts';

/** An Ingress with the annotations that the controller last understood. */
export interface ParsedIngress {
  readonly ingress: Ingress;
  readonly annotations: Annotations;
}

export interface Upstream {
  readonly name: string;
  endpoints: readonly Endpoint[];
  /** The endpoints are names to be looked up: the Service is of type ExternalName. */
  areNames: boolean;
  /** It takes a share of another upstream's requests and has no location of its own. */
  canary: Canary | undefined;
  /** Canaries of this upstream. */
  readonly alternatives: string[];
}

export interface Location {
  path: string;
  readonly pathType: PathType;
  /** The path as the Ingress has it, when nginx's is another. */
  ingressPath: string;
  upstream: string;
  /** Made for a host so that nothing of it is undefined; any Ingress may take it over. */
  isDefault: boolean;
  source: ParsedIngress | undefined;
  /** Who answers the errors of `custom-http-errors`. */
  errorUpstream: string;
}

export interface Server {
  readonly host: string;
  readonly locations: Location[];
  /** `namespace/name` of the Secret with its certificate, or `default`; undefined when no Ingress asks for TLS. */
  certificate: string | undefined;
}

export interface Routing {
  readonly servers: readonly Server[];
  readonly upstreams: ReadonlyMap<string, Upstream>;
}

/** The server of hosts that no Ingress names. */
export const anyHost = '_';

/** The built-in backend: 404 to everything. */
export const builtInUpstream = 'upstream-default-backend';
