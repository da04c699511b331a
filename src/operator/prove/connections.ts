import type { AgentOptions, ClientRequestArgs } from 'node:http';
import { Agent as HttpAgent } from 'node:http';
import type { RequestOptions } from 'node:https';
import { Agent as HttpsAgent } from 'node:https';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * The header of PROXY protocol version 2 with the command LOCAL: the connection is the sender's own, so its real addresses
 * count (haproxy.org/download/3.0/doc/proxy-protocol.txt §2.2). Every receiver has to take it: health checks come like this.
 */
export const proxyHeader: Buffer = Buffer.from([
  0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a, 0x20, 0x00, 0x00, 0x00,
]);

/** How a connection to an ingress controller is made. */
export interface ConnectionKind {
  readonly tls: boolean;
  readonly proxyProtocol: boolean;
  /** May the next probe of the same kind come by the same connection? Only one Pod's own address says which Pod answers. */
  readonly keep: boolean;
}

type Done = (error: Error | null, socket: Duplex) => void;

/** The header goes first; what the request writes waits behind it. */
class ProxyHttpAgent extends HttpAgent {
  override createConnection(options: ClientRequestArgs, done?: Done): Duplex | null | undefined {
    const socket = super.createConnection(options, done);
    socket?.write(proxyHeader);
    return socket;
  }
}

/** In the clear, before the first byte of TLS. */
class ProxyHttpsAgent extends HttpsAgent {
  override createConnection(options: RequestOptions, done?: Done): Duplex | null | undefined {
    const raw = connect({ host: options.host ?? '', port: Number(options.port), timeout: connectMs });
    const fail = (error: Error): void => done?.(error, raw);
    raw.once('error', fail);
    raw.once('timeout', () => raw.destroy(new Error(`no connection within ${connectMs} ms`)));
    raw.once('connect', () => {
      raw.off('error', fail).removeAllListeners('timeout').setTimeout(0);
      raw.write(proxyHeader);
      done?.(null, this.#wrap(options, raw));
    });
    return undefined;
  }

  #wrap(options: RequestOptions, socket: Socket): Duplex {
    const wrapping: RequestOptions & { readonly socket: Socket } = { ...options, socket };
    const secure = super.createConnection(wrapping);
    if (secure === null || secure === undefined) throw new Error('https.Agent made no connection');
    return secure;
  }
}

const connectMs = 3_000;
/** Shorter than ingress controllers keep them (Traefik 180 s, nginx 75 s): who reuses should not find it closed. */
const plainIdleMs = 60_000;
/** Each host has TLS connections of its own, so they only bridge the pauses between tries. */
const tlsIdleMs = 2_000;
const mostIdle = 64;

/** The connections of probes. */
export class Connections {
  readonly #agents = new Map<string, HttpAgent>();

  /** What makes connections of this kind, and keeps those that may be kept. */
  agent(kind: ConnectionKind): HttpAgent {
    return this.#agents.getOrInsertComputed(JSON.stringify([kind.tls, kind.proxyProtocol, kind.keep]), () =>
      makeAgent(kind),
    );
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }
}

function makeAgent({ tls, proxyProtocol, keep }: ConnectionKind): HttpAgent {
  const options: AgentOptions = keep
    ? { keepAlive: true, maxFreeSockets: mostIdle, timeout: tls ? tlsIdleMs : plainIdleMs }
    : { keepAlive: false };
  if (tls) return proxyProtocol ? new ProxyHttpsAgent(options) : new HttpsAgent(options);
  return proxyProtocol ? new ProxyHttpAgent(options) : new HttpAgent(options);
}
