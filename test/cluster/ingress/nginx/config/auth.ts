import type { ExternalAuth } from '../annotations.ts';
import type { Location } from '../model.ts';
import type { Settings } from '../settings.ts';
import { forwardedFor } from './client-address.ts';
import { block, quoted, when, type Directive } from './text.ts';

/** Where the question of a location is asked. */
export const authPath = ({ path, pathType }: Location): string =>
  `/_external-auth-${Buffer.from(path).toString('base64url')}-${pathType}`;

/**
 * The location that asks. What is not set here, the client can write. The host's HTTP/1.1, no body, no time limit but nginx's
 * own of 60 s.
 */
export function authLocation(location: Location, auth: ExternalAuth, settings: Settings): Directive {
  const set = (name: string, value: string): string => `proxy_set_header ${name} ${value}`;
  return block(
    `location = ${authPath(location)}`,
    'internal',
    'access_log off',
    'proxy_intercept_errors off',
    'proxy_pass_request_body off',
    set('Content-Length', '""'),
    set('X-Forwarded-Proto', '""'),
    set('X-Request-ID', '$req_id'),
    when(
      auth.method !== undefined,
      `proxy_method ${auth.method}`,
      set('X-Original-URI', '$request_uri'),
      set('X-Scheme', '$pass_access_scheme'),
    ),
    set('Host', auth.host),
    set('X-Original-URL', '$scheme://$http_host$request_uri'),
    set('X-Original-Method', '$request_method'),
    set('X-Sent-From', '"nginx-ingress-controller"'),
    set('X-Real-IP', '$remote_addr'),
    set('X-Forwarded-For', forwardedFor(settings)),
    set('X-Auth-Request-Redirect', auth.requestRedirect ?? '$request_uri'),
    'proxy_buffering off',
    'proxy_buffer_size 4k',
    'proxy_buffers 4 4k',
    'proxy_request_buffering on',
    'proxy_ssl_server_name on',
    'proxy_pass_request_headers on',
    `client_max_body_size ${location.source?.annotations.bodySize ?? settings.proxyBodySize}`,
    'client_body_buffer_size 8k',
    'proxy_http_version 1.1',
    `set $target ${quoted(auth.url)}`,
    'proxy_pass $target',
  );
}

/** What the asking location has to say; of the answer a cookie reaches the client, one at most. */
export function authDirectives(location: Location, auth: ExternalAuth): Directive[] {
  return [
    `auth_request ${authPath(location)}`,
    'auth_request_set $auth_cookie $upstream_http_set_cookie',
    `add_header Set-Cookie $auth_cookie${auth.alwaysSetCookie ? ' always' : ''}`,
    ...auth.responseHeaders.flatMap((name, index) => [
      `auth_request_set $auth_header_${index} $upstream_http_${name.toLowerCase().replaceAll('-', '_')}`,
      `proxy_set_header ${quoted(name)} $auth_header_${index}`,
    ]),
  ];
}
