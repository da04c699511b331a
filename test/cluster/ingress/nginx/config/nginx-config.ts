import { anyHost, builtInUpstream, type Routing, type Server } from '../model.ts';
import type { Settings } from '../settings.ts';
import { authLocation } from './auth.ts';
import { clientAddress, requestFacts } from './client-address.ts';
import { errorLocation, errorLocations, errorPage } from './error-pages.ts';
import { authOf, locationDirective } from './location.ts';
import { block, quoted, when, write, type Directive } from './text.ts';
import { upstreamDirectives } from './upstreams.ts';

/** Where nginx lives. */
export interface Place {
  readonly directory: string;
  /** The file of nginx's headers-more module. */
  readonly headersMore: string;
  readonly workers: number;
  readonly ports: {
    readonly http: number;
    readonly https: number;
    readonly builtIn: number;
    readonly status: number;
  };
  /** The PEM files of a server's certificate. */
  readonly certificate: (key: string) => { readonly certificate: string; readonly key: string };
}

export interface NginxInput {
  readonly routing: Routing;
  readonly settings: Settings;
  readonly place: Place;
}

/** HTTP/2 is for TLS alone here: this nginx takes it or HTTP/1 on a port without, not both. */
function listens({ host }: Server, { settings, place }: NginxInput): Directive[] {
  const words = [
    ...(settings.useProxyProtocol ? ['proxy_protocol'] : []),
    ...(host === anyHost ? ['default_server', 'backlog=511'] : []),
  ];
  return [
    ['listen', place.ports.http, ...words].join(' '),
    ['listen', place.ports.https, ...words, 'ssl', 'http2'].join(' '),
  ];
}

/** A wildcard is a regular expression: one label in its place. */
const serverName = (host: string): string =>
  host.startsWith('*.')
    ? quoted(String.raw`~^(?<subdomain>[\w-]+)\.${host.slice(2).replaceAll('.', String.raw`\.`)}$`)
    : quoted(host);

function serverDirective(server: Server, input: NginxInput): Directive {
  const { routing, settings, place } = input;
  const files = server.certificate === undefined ? undefined : place.certificate(server.certificate);
  const roots = new Set(server.locations.map(({ source }) => source?.annotations.appRoot));
  const isNamed = server.host !== anyHost;
  return block(
    'server',
    `server_name ${serverName(server.host)}`,
    listens(server, input),
    files === undefined ? [] : [`ssl_certificate ${files.certificate}`, `ssl_certificate_key ${files.key}`],
    `set $pass_port ${settings.useProxyProtocol ? '$proxy_protocol_server_port' : '$server_port'}`,
    errorLocations(server, routing),
    [...roots]
      .filter((root) => root !== undefined)
      .map((root) => block('if ($uri = /)', `return 302 $scheme://$http_host${root}`)),
    server.locations.flatMap((location) => {
      const auth = authOf(location, settings);
      const scene = { location, server, routing, settings };
      return [
        ...(auth === undefined ? [] : [authLocation(location, auth, settings)]),
        locationDirective(scene),
      ];
    }),
    settings.customHttpErrors.map((code) => errorLocation(builtInUpstream, code, routing)),
    when(!isNamed, block('location /healthz', 'access_log off', 'return 200')),
  );
}

function basics({ directory }: Place): Directive[] {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return [
    ...temporary.map((name) => `${name}_temp_path ${directory}/${name}`),
    'tcp_nopush on',
    'tcp_nodelay on',
    'log_subrequest on',
    'reset_timedout_connection on',
    'keepalive_timeout 75s',
    'keepalive_requests 1000',
    'client_header_buffer_size 1k',
    'client_header_timeout 60s',
    'large_client_header_buffers 4 8k',
    'client_body_buffer_size 8k',
    'client_body_timeout 60s',
    'http2_max_concurrent_streams 128',
    'types_hash_max_size 2048',
    'server_names_hash_max_size 4096',
    'server_names_hash_bucket_size 128',
    'map_hash_bucket_size 256',
    'proxy_headers_hash_max_size 512',
    'proxy_headers_hash_bucket_size 128',
    'variables_hash_bucket_size 256',
    'variables_hash_max_size 2048',
    'underscores_in_headers off',
    'ignore_invalid_headers on',
    'default_type text/html',
    'server_tokens off',
    'more_clear_headers Server',
    'uninitialized_variable_warn off',
    'server_name_in_redirect off',
    'port_in_redirect off',
  ];
}

/** The access log that every controller has by default, on the container's output. */
const accessLog: readonly Directive[] = [
  `log_format upstreaminfo '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" ` +
    `"$http_user_agent" $request_length $request_time [$upstream_addr] $upstream_status $req_id'`,
  'access_log /dev/stdout upstreaminfo',
];

function httpDirective(input: NginxInput): Directive {
  const { routing, settings, place } = input;
  const fallback = place.certificate('default');
  return block(
    'http',
    basics(place),
    accessLog,
    clientAddress(settings),
    block('map $http_upgrade $connection_upgrade', 'default upgrade', '"" ""'),
    block('map $http_x_request_id $req_id', 'default $http_x_request_id', '"" $request_id'),
    block('map $scheme $hsts', 'https "max-age=31536000; includeSubDomains"', 'default ""'),
    requestFacts(settings),
    'ssl_protocols TLSv1.2 TLSv1.3',
    'ssl_session_cache shared:SSL:10m',
    'ssl_session_timeout 10m',
    'ssl_session_tickets off',
    `ssl_certificate ${fallback.certificate}`,
    `ssl_certificate_key ${fallback.key}`,
    when(
      settings.customHttpErrors.length > 0 && !settings.disableProxyInterceptErrors,
      'proxy_intercept_errors on',
    ),
    settings.customHttpErrors.map((code) => errorPage(builtInUpstream, code)),
    settings.httpSnippet
      .split(';')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
    upstreamDirectives(routing),
    routing.servers.map((server) => serverDirective(server, input)),
    block(
      'server',
      `listen 127.0.0.1:${place.ports.builtIn}`,
      'access_log off',
      block('location /', 'return 404'),
    ),
    block(
      'server',
      `listen 127.0.0.1:${place.ports.status}`,
      'access_log off',
      block('location /healthz', 'return 200'),
      block('location /', 'return 404'),
    ),
  );
}

/** nginx.conf as the controller 1.15.1 would write it, in the words of an nginx without Lua. */
export function nginxConfig(input: NginxInput): string {
  const { directory, headersMore, workers } = input.place;
  return write([
    `load_module ${headersMore}`,
    'daemon off',
    'user root root',
    `pid ${directory}/nginx.pid`,
    `worker_processes ${workers}`,
    'worker_shutdown_timeout 240s',
    'error_log stderr notice',
    block('events', 'multi_accept on', 'worker_connections 4096', 'use epoll'),
    httpDirective(input),
  ]);
}
