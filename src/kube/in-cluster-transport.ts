import { readFile } from 'node:fs/promises';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent, request as startRequest } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { systemClock, type Clock } from './clock.ts';
import {
  joinHeaders,
  requestTarget,
  tcpKeepAlive,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from './transport.ts';

export interface InClusterOptions {
  /** `https://10.96.0.1:443`; see `inClusterServer`. */
  readonly server: string;
  /** Where `token` and `ca.crt` are mounted. */
  readonly directory?: string;
  readonly clock?: Pick<Clock, 'monotonic'>;
}

const serviceAccountDirectory = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The kubelet renews a token long before it ends; client-go looks as often. */
const rereadMs = 60_000;

/**
 * The API server's address as every container is told it.
 * @throws {Error} outside a cluster.
 */
export const inClusterServer = (environment: Readonly<Record<string, string | undefined>>): string => {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = environment;
  if (!host || !port) {
    throw new Error('not in a cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set');
  }
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
};

/** A Pod's way to the API server: node's own https and the Pod's service account, nothing else. */
export class InClusterTransport implements Transport {
  readonly #server: URL;
  readonly #directory: string;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #agents = new Set<Agent>();
  #account: Promise<Account> | undefined;
  #readAt = 0;

  constructor(options: InClusterOptions) {
    this.#server = new URL(options.server);
    this.#directory = options.directory ?? serviceAccountDirectory;
    this.#clock = options.clock ?? systemClock;
  }

  async request(request: TransportRequest): Promise<TransportResponse> {
    const first = await this.#send(request);
    if (first.status !== 401) return first;
    // The token may have been renewed since it was read; a 401 means that nothing was done yet.
    await first.text();
    this.#account = undefined;
    return this.#send(request);
  }

  async close(): Promise<void> {
    for (const agent of this.#agents) agent.destroy();
    this.#agents.clear();
  }

  async #send(request: TransportRequest): Promise<TransportResponse> {
    const { token, agent } = await this.#current();
    try {
      return await exchange(this.#server, agent, {
        ...request,
        headers: { ...request.headers, authorization: `Bearer ${token}` },
      });
    } catch (error) {
      // Perhaps the authority was replaced: look again before the next call.
      if (!request.signal.aborted) this.#account = undefined;
      throw error;
    }
  }

  async #current(): Promise<Account> {
    const now = this.#clock.monotonic();
    if (this.#account === undefined || now - this.#readAt >= rereadMs) {
      this.#readAt = now;
      const reading = this.#read();
      this.#account = reading;
      // A failed read is not kept; whoever waits for it hears of it.
      reading.catch(() => {
        if (this.#account === reading) this.#account = undefined;
      });
    }
    return this.#account;
  }

  async #read(): Promise<Account> {
    const [token, ca] = await Promise.all([
      readFile(join(this.#directory, 'token'), 'utf8'),
      readFile(join(this.#directory, 'ca.crt'), 'utf8'),
    ]);
    return { token: token.trim(), agent: this.#agentFor(ca) };
  }

  /** Connections of an agent with an old authority serve their watches until these end; then they fall idle and close. */
  #agentFor(ca: string): Agent {
    for (const agent of this.#agents) {
      if (agent.options.ca === ca) return agent;
    }
    const agent = new Agent({ ca, keepAlive: true, timeout: 60_000 });
    this.#agents.add(agent);
    return agent;
  }
}

interface Account {
  readonly token: string;
  readonly agent: Agent;
}

const exchange = async (server: URL, agent: Agent, request: TransportRequest): Promise<TransportResponse> => {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { method, signal, body } = request;
  const headers: Record<string, string> = { ...request.headers };
  // node:http sends the body of a DELETE without any framing unless told.
  if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body));
  const url = new URL(requestTarget(request), server);
  const sent = startRequest(url, { method, headers, agent, signal }, resolve);
  sent.on('error', reject);
  sent.on('socket', (socket) => socket.setKeepAlive(tcpKeepAlive));
  if (request.beforeSending === undefined) sent.end(body);
  else sendChecked(sent, body, request.beforeSending);
  const response = await promise;
  return {
    status: response.statusCode ?? 0,
    headers: joinHeaders(response.headers),
    body: response,
    text: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
    },
  };
};

/** Nothing is written before the connection stands, so that the check is the last thing before the request goes out. */
function sendChecked(sent: ClientRequest, body: string | undefined, beforeSending: () => void): void {
  const send = (): void => {
    try {
      beforeSending();
    } catch (error) {
      sent.destroy(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    sent.end(body);
  };
  sent.on('socket', (socket) => {
    if ((socket as TLSSocket & { secureConnecting?: boolean }).secureConnecting === true) {
      socket.once('secureConnect', send);
    } else send();
  });
}
