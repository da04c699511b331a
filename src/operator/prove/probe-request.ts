import type { IncomingHttpHeaders } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { startDeadline } from '../../kube/deadline.ts';

/** One request to an ingress controller, as a visitor of the host would send it. */
export interface ProbeRequest {
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
  /** undefined: the Ingress has no host, the controller is asked by its address. */
  readonly host: string | undefined;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface ProbeResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

const timeoutMs = 3_000;

/** The Host field of a request without a host: the address, in brackets when it is IPv6 (RFC 9110 §7.2, RFC 3986 §3.2.2). */
export const hostField = (host: string | undefined, address: string): string =>
  host ?? (address.includes(':') ? `[${address}]` : address);

/** Sends the request and resolves with the answer's head. Rejects when there is none in time. */
export async function sendProbe(probe: ProbeRequest): Promise<ProbeResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<ProbeResponse>();
  const host = hostField(probe.host, probe.address);
  const deadline = startDeadline(probe.signal, timeoutMs);
  const options = {
    host: probe.address,
    port: probe.port,
    path: probe.path,
    agent: false,
    signal: deadline.signal,
    headers: { ...probe.headers, host, accept: 'text/plain', 'user-agent': 'backsoon-probe' },
  };
  // The signature is the proof: a certificate that expired last night must not keep a site from being proven closed.
  const request = probe.tls
    ? requestHttps({
        ...options,
        rejectUnauthorized: false,
        ...(probe.host === undefined ? {} : { servername: host }),
      })
    : requestHttp(options);
  request.on('response', (response) => {
    response.on('error', () => undefined);
    resolve({ status: response.statusCode ?? 0, headers: response.headers });
    response.destroy();
  });
  request.on('error', reject);
  request.end();
  return promise.finally(() => deadline.release());
}
