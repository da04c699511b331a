import { globalAuth, type ExternalAuth } from '../annotations.ts';
import { anyHost, type Location, type Routing, type Server } from '../model.ts';
import type { ServiceBackend } from '../objects.ts';
import { usesRegex } from '../paths.ts';
import type { Settings } from '../settings.ts';
import { authDirectives } from './auth.ts';
import { forwardedFor } from './client-address.ts';
import { corsDirectives } from './cors.ts';
import { errorHeaders, errorPage } from './error-pages.ts';
import { block, quoted, when, type Directive } from './text.ts';
import { hasPeers, targetOf } from './upstreams.ts';

/** What a location is written from. */
export interface LocationScene {
  readonly location: Location;
  readonly server: Server;
  readonly routing: Routing;
  readonly settings: Settings;
}

/** Who is asked before a request of this location is let in: the Ingress's own wins, and then the global one is gone. */
export function authOf({ source }: Location, settings: Settings): ExternalAuth | undefined {
  if (source === undefined) return undefined;
  const { auth, enableGlobalAuth } = source.annotations;
  return auth ?? (enableGlobalAuth ? globalAuth(settings) : undefined);
}

const isUnder = (path: string, prefixes: readonly string[]): boolean =>
  prefixes.some((prefix) => path.startsWith(prefix));

function head({ location, server }: LocationScene): string {
  const { path, pathType } = location;
  if (server.locations.some(usesRegex)) return `location ~* ${quoted(`^${path}`)}`;
  return pathType === 'Exact' ? `location = ${quoted(path)}` : `location ${quoted(path)}`;
}

/** The Service that the location's rule names. */
function namedService({ location, server }: LocationScene): ServiceBackend | undefined {
  const { rules = [], defaultBackend } = location.source?.ingress.spec ?? {};
  const paths = rules
    .filter(({ host = anyHost }) => host === server.host)
    .flatMap(({ http }) => http?.paths ?? []);
  const same = paths.find(({ path = '/' }) => path === location.ingressPath);
  return same?.backend.service ?? defaultBackend?.service;
}

/** Which rule of which Ingress a request met, as the error backend is told. */
function rule(scene: LocationScene): Directive[] {
  const { namespace = '', name = '' } = scene.location.source?.ingress.metadata ?? {};
  const { name: service = '', port } = namedService(scene) ?? {};
  return [
    `set $namespace ${quoted(namespace)}`,
    `set $ingress_name ${quoted(name)}`,
    `set $service_name ${quoted(service)}`,
    `set $service_port ${quoted(String(port?.number ?? port?.name ?? ''))}`,
  ];
}

/** To https when the host has a certificate of its own or the Ingress insists. Before anybody is asked. */
function toHttps({ location, server, settings }: LocationScene): Directive[] {
  const { annotations } = location.source ?? {};
  const hasCertificate = server.certificate !== undefined && server.host !== anyHost;
  const isOn =
    annotations?.forceSslRedirect === true || (annotations?.sslRedirect === true && hasCertificate);
  if (!isOn || isUnder(location.path, settings.noTlsRedirectLocations)) return [];
  const uri = annotations.preserveTrailingSlash ? '$request_uri' : '$redirect_uri';
  return [
    block(
      'if ($pass_access_scheme = http)',
      `return ${settings.httpRedirectCode} https://$redirect_host${uri}`,
    ),
  ];
}

/** The rewrite phase, in its order. All of it runs before a gate is asked. */
function rewrites(scene: LocationScene): Directive[] {
  const { location, routing } = scene;
  const { annotations } = location.source ?? {};
  const target = annotations?.rewriteTarget;
  return [
    ...(annotations?.cors === undefined ? [] : corsDirectives(annotations.cors)),
    ...(annotations?.redirect === undefined
      ? []
      : [`return ${annotations.redirect.code} ${annotations.redirect.url}`]),
    ...toHttps(scene),
    ...when(!hasPeers(routing.upstreams.get(location.upstream)), 'return 503'),
    ...when(
      target !== undefined && target !== location.path,
      `rewrite ${quoted(`(?i)${location.path}`)} ${target} break`,
    ),
  ];
}

/** The access phase: addresses first, then the gate. */
function access({ location, settings }: LocationScene): Directive[] {
  const { allow = settings.whitelistSourceRange, satisfy } = location.source?.annotations ?? {};
  const auth = authOf(location, settings);
  return [
    ...when(allow.length > 0, ...allow.map((cidr) => `allow ${cidr}`), 'deny all'),
    ...(auth === undefined || isUnder(location.path, settings.noAuthLocations)
      ? []
      : authDirectives(location, auth)),
    ...when(satisfy !== undefined, `satisfy ${satisfy}`),
  ];
}

function requestHeaders({ location, settings }: LocationScene): Directive[] {
  const vhost = location.source?.annotations.upstreamVhost;
  const headers = {
    Host: vhost === undefined ? '$best_http_host' : quoted(vhost),
    Upgrade: '$http_upgrade',
    Connection: '$connection_upgrade',
    'X-Request-ID': '$req_id',
    'X-Real-IP': '$remote_addr',
    'X-Forwarded-For': forwardedFor(settings),
    'X-Forwarded-Host': '$best_http_host',
    'X-Forwarded-Port': '$pass_port',
    'X-Forwarded-Proto': '$pass_access_scheme',
    'X-Forwarded-Scheme': '$pass_access_scheme',
    'X-Scheme': '$pass_access_scheme',
    'X-Original-Forwarded-For': '$http_x_forwarded_for',
    'X-Original-Forwarded-Host': '$http_x_forwarded_host',
    Proxy: '""',
  };
  return Object.entries(headers).map(([name, value]) => `proxy_set_header ${name} ${value}`);
}

function proxy({ location, settings, routing }: LocationScene): Directive[] {
  const { bodySize = settings.proxyBodySize, backendProtocol = 'http' } = location.source?.annotations ?? {};
  return [
    `client_max_body_size ${bodySize}`,
    'proxy_connect_timeout 5s',
    'proxy_send_timeout 60s',
    'proxy_read_timeout 60s',
    'proxy_buffering off',
    'proxy_buffer_size 4k',
    'proxy_buffers 4 4k',
    'proxy_max_temp_file_size 1024m',
    'proxy_request_buffering on',
    'proxy_http_version 1.1',
    'proxy_next_upstream error timeout',
    'proxy_next_upstream_timeout 0',
    'proxy_next_upstream_tries 3',
    `proxy_pass ${backendProtocol}://${targetOf(routing.upstreams.get(location.upstream), routing)}`,
    'proxy_redirect off',
  ];
}

/** Which errors go to the error backend; the app's own among them unless the Ingress says otherwise. */
function errors({ location }: LocationScene): Directive[] {
  const { customHttpErrors = [], disableProxyInterceptErrors } = location.source?.annotations ?? {};
  return [
    ...when(location.upstream.startsWith('custom-default-backend-'), ...errorHeaders(503)),
    ...when(customHttpErrors.length > 0 && disableProxyInterceptErrors !== true, 'proxy_intercept_errors on'),
    ...customHttpErrors.map((code) => errorPage(location.errorUpstream, code)),
  ];
}

/** One path of one host. */
export function locationDirective(scene: LocationScene): Directive {
  const { settings, location } = scene;
  if (location.source?.annotations.denied !== undefined) return block(head(scene), rule(scene), 'return 503');
  return block(
    head(scene),
    rule(scene),
    'port_in_redirect off',
    rewrites(scene),
    access(scene),
    requestHeaders(scene).filter((header) => !alreadySaid(header, scene)),
    errors(scene),
    when(settings.hsts, 'add_header Strict-Transport-Security $hsts always'),
    proxy(scene),
  );
}

/** nginx would send a header twice that is set twice. */
const alreadySaid = (header: Directive, scene: LocationScene): boolean =>
  typeof header === 'string' &&
  header.startsWith('proxy_set_header X-Request-ID') &&
  scene.location.upstream.startsWith('custom-default-backend-');
