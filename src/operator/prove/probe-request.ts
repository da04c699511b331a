import type { ClientRequest, IncomingHttpHeaders } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { startDeadline } from '../../kube/deadline.ts';
import type { Connections } from './connections.ts';

/** One request to an ingress controller, as a visitor of the host would send it. */
export interface ProbeRequest {
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
  readonly proxyProtocol: boolean;
  /** One Pod's own address, see {@link Connections}. */
  readonly isPod: boolean;
  /** undefined: the Ingress has no host, the controller is asked by its address. */
  readonly host: string | undefined;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
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
export async function sendProbe(
  probe: ProbeRequest,
  connections: Connections,
  signal: AbortSignal,
): Promise<ProbeResponse> {
  const deadline = startDeadline(signal, timeoutMs);
  try {
    return await exchange(probe, connections, { keep: probe.isPod, signal: deadline.signal });
  } catch (error) {
    throw deadline.signal.aborted ? deadline.signal.reason : error;
  } finally {
    deadline.release();
  }
}

interface Attempt {
  readonly keep: boolean;
  readonly signal: AbortSignal;
}

async function exchange(
  probe: ProbeRequest,
  connections: Connections,
  attempt: Attempt,
): Promise<ProbeResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<ProbeResponse>();
  const request = requestOf(probe, connections, attempt);
  request.on('response', (response) => {
    response.on('error', () => undefined);
    resolve({ status: response.statusCode ?? 0, headers: response.headers });
    // An echo has no body, so its connection can be used again; a site's page is not waited for.
    if (response.headers['content-length'] === '0') response.resume();
    else response.destroy();
  });
  request.on('error', reject);
  request.end();
  try {
    return await promise;
  } catch (error) {
    // A kept connection may end while the request is on its way: that says nothing of the controller.
    if (!request.reusedSocket || attempt.signal.aborted) throw error;
    return exchange(probe, connections, { ...attempt, keep: false });
  }
}

function requestOf(probe: ProbeRequest, connections: Connections, { keep, signal }: Attempt): ClientRequest {
  const { tls, proxyProtocol } = probe;
  const host = hostField(probe.host, probe.address);
  const options = {
    host: probe.address,
    port: probe.port,
    path: probe.path,
    agent: connections.agent({ tls, proxyProtocol, keep }),
    signal,
    headers: { ...probe.headers, host, accept: 'text/plain', 'user-agent': 'backsoon-probe' },
  };
  if (!tls) return requestHttp(options);
  // The signature is the proof: a certificate that expired last night must not keep a site from being proven closed.
  const servername = probe.host === undefined ? {} : { servername: host };
  return requestHttps({ ...options, rejectUnauthorized: false, ...servername });
}
