import type { Routing, Server } from '../model.ts';
import { targetOf } from './upstreams.ts';
import { block, type Directive } from './text.ts';

const nameOf = (upstream: string, code: number): string => `@custom_${upstream}_${code}`;

/** Sends an error to its upstream; the status is the one that comes from there. */
export const errorPage = (upstream: string, code: number): Directive =>
  `error_page ${code} = ${nameOf(upstream, code)}`;

/** What is said about a request to whoever answers for the app. */
export const errorHeaders = (code: number): Directive[] => [
  `proxy_set_header X-Code ${code}`,
  'proxy_set_header X-Format $http_accept',
  'proxy_set_header X-Namespace $namespace',
  'proxy_set_header X-Ingress-Name $ingress_name',
  'proxy_set_header X-Service-Name $service_name',
  'proxy_set_header X-Service-Port $service_port',
  'proxy_set_header X-Request-ID $req_id',
];

/** HTTP/1.0 to `/` and the query: method and body are the client's, and so is every header that is not set here. */
export function errorLocation(upstream: string, code: number, routing: Routing): Directive {
  return block(
    `location ${nameOf(upstream, code)}`,
    'internal',
    'proxy_intercept_errors off',
    errorHeaders(code),
    'proxy_set_header X-Original-URI $request_uri',
    'proxy_set_header X-Forwarded-For $remote_addr',
    'proxy_set_header Host $best_http_host',
    'rewrite (.*) / break',
    `proxy_pass http://${targetOf(routing.upstreams.get(upstream), routing)}`,
  );
}

/** The upstreams and codes that the locations of a server ask for. */
export function errorLocations({ locations }: Server, routing: Routing): Directive[] {
  const wanted = new Map<string, { upstream: string; code: number }>();
  for (const { errorUpstream: upstream, source } of locations) {
    for (const code of source?.annotations.customHttpErrors ?? [])
      wanted.set(nameOf(upstream, code), { upstream, code });
  }
  return [...wanted.values()].map(({ upstream, code }) => errorLocation(upstream, code, routing));
}
