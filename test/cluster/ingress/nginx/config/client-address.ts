import type { Settings } from '../settings.ts';
import { block, when, type Directive } from './text.ts';

const header = 'X-Forwarded-For-Proxy-Protocol';

/** What of X-Forwarded-For reaches the gate and the app: the whole of it, or the one address that nginx believes. */
export const forwardedFor = ({ useForwardedHeaders, computeFullForwardedFor }: Settings): string =>
  useForwardedHeaders && computeFullForwardedFor ? '$full_x_forwarded_for' : '$remote_addr';

/**
 * Behind the PROXY protocol the header counts only when the address of that protocol is trusted. nginx's real_ip_header takes
 * no variable, so the verdict is written into a header of the request; the client may send that header, too.
 */
function forwardedBehindProxyProtocol({ proxyRealIpCidr }: Settings): Directive[] {
  return [
    block(
      'geo $proxy_protocol_addr $proxy_protocol_addr_trusted',
      'default 0',
      proxyRealIpCidr.map((cidr) => `${cidr} 1`),
    ),
    block(
      'map $proxy_protocol_addr_trusted $forwarded_for_proxy_protocol',
      'default $proxy_protocol_addr',
      '1 $http_x_forwarded_for',
    ),
    `more_set_input_headers "${header}: $forwarded_for_proxy_protocol"`,
  ];
}

/** Whose address $remote_addr is. */
export function clientAddress(settings: Settings): Directive[] {
  const { useForwardedHeaders, useProxyProtocol, enableRealIp, computeFullForwardedFor, proxyRealIpCidr } =
    settings;
  const both = useForwardedHeaders && useProxyProtocol;
  const source = both ? header : useProxyProtocol ? 'proxy_protocol' : 'X-Forwarded-For';
  const peer = useProxyProtocol ? '$proxy_protocol_addr' : '$realip_remote_addr';
  return [
    ...when(
      useForwardedHeaders || useProxyProtocol || enableRealIp,
      `real_ip_header ${source}`,
      'real_ip_recursive on',
      ...proxyRealIpCidr.map((cidr) => `set_real_ip_from ${cidr}`),
    ),
    ...when(
      useForwardedHeaders && computeFullForwardedFor,
      block(
        'map $http_x_forwarded_for $full_x_forwarded_for',
        `default "$http_x_forwarded_for, ${peer}"`,
        `"" "${peer}"`,
      ),
    ),
    ...(both ? forwardedBehindProxyProtocol(settings) : []),
  ];
}

/** Scheme and host as the controller's Lua code works them out before a request is judged. */
export function requestFacts({ useForwardedHeaders, useProxyProtocol }: Settings): Directive[] {
  return [
    block(
      `map ${useForwardedHeaders ? '$http_x_forwarded_proto' : '""'} $forwarded_scheme`,
      'default $http_x_forwarded_proto',
      '"" $scheme',
    ),
    block(
      `map ${useProxyProtocol ? '$proxy_protocol_server_port' : '""'} $pass_access_scheme`,
      '443 https',
      'default $forwarded_scheme',
    ),
    block(
      `map ${useForwardedHeaders ? '$http_x_forwarded_host' : '""'} $best_http_host`,
      String.raw`"~^(?<first_host>[^,]+)" $first_host`,
      'default $http_host',
    ),
    block(
      String.raw`map $best_http_host $redirect_host`,
      String.raw`"~^(?<bare_host>[^:]+)" $bare_host`,
      'default ""',
    ),
    block(
      String.raw`map $request_uri $redirect_uri`,
      String.raw`"~^(?<bare_uri>.*)/$" $bare_uri`,
      'default $request_uri',
    ),
  ];
}
