import type { RequestOptions } from 'node:https';
import { KubeConfig, type Cluster } from '@kubernetes/client-node';
import { Agent, buildConnector, ProxyAgent, Socks5ProxyAgent, type Dispatcher } from 'undici';
import {
  joinHeaders,
  requestTarget,
  tcpKeepAlive,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from './transport.ts';

export interface KubeconfigSource {
  /** A kubeconfig file; absent: $KUBECONFIG, then ~/.kube/config. */
  readonly file?: string | undefined;
  /** Absent: the file's current context. */
  readonly context?: string | undefined;
  /** Use the Pod's service account and no file at all. */
  readonly inCluster?: boolean | undefined;
}

/**
 * The way to the API server that a kubeconfig describes, with client-node's credentials (tokens, certificates, exec
 * plug-ins) over one shared undici pool: client-node itself opens a new TLS connection for each call.
 */
export class KubeconfigTransport implements Transport {
  readonly #source: KubeconfigSource;
  #config: KubeConfig;
  #pool: { readonly fingerprint: string; readonly dispatcher: Dispatcher } | undefined;

  /** @throws {Error} when there is no such file or context, or it cannot be read. */
  constructor(source: KubeconfigSource = {}) {
    this.#source = source;
    this.#config = load(source);
    if (this.#config.getCurrentCluster() === null) {
      throw new Error(`the kubeconfig has no cluster for context ${this.#config.getCurrentContext()}`);
    }
  }

  /** The namespace that the context names. */
  get namespace(): string | undefined {
    return this.#config.getContextObject(this.#config.getCurrentContext())?.namespace;
  }

  async request(request: TransportRequest): Promise<TransportResponse> {
    const first = await this.#send(request);
    if (first.status !== 401) return first;
    // A new KubeConfig has read no token and run no plug-in yet; a 401 means that nothing was done.
    await first.text();
    this.#config = load(this.#source);
    return this.#send(request);
  }

  async close(): Promise<void> {
    await this.#pool?.dispatcher.destroy();
  }

  async #send(request: TransportRequest): Promise<TransportResponse> {
    const cluster = this.#config.getCurrentCluster();
    if (cluster === null) throw new Error('the kubeconfig has no current cluster');
    const credentials: RequestOptions = {};
    await this.#config.applyToHTTPSOptions(credentials);
    const server = new URL(cluster.server);
    const pool = this.#dispatcher(cluster, credentials);
    const { statusCode, headers, body } = await checked(pool, request.beforeSending).request({
      origin: server.origin,
      path: server.pathname.replace(/\/$/, '') + requestTarget(request),
      method: request.method,
      headers: { ...request.headers, ...authorization(credentials) },
      body: request.body ?? null,
      signal: request.signal,
    });
    return { status: statusCode, headers: joinHeaders(headers), body, text: async () => body.text() };
  }

  /** A new pool when what TLS is made of has changed. The old one ends with the requests that it still serves. */
  #dispatcher(cluster: Cluster, credentials: RequestOptions): Dispatcher {
    const tls = tlsOptions(credentials);
    const fingerprint = JSON.stringify([cluster.server, cluster.proxyUrl, tls]);
    if (this.#pool?.fingerprint === fingerprint) return this.#pool.dispatcher;
    this.#pool?.dispatcher.close().catch(() => undefined);
    const dispatcher = connectTo(cluster.proxyUrl, tls);
    this.#pool = { fingerprint, dispatcher };
    return dispatcher;
  }
}

/** undici starts a request in the moment in which it writes it to a connection: what starting throws, it rejects with. */
const checked = (pool: Dispatcher, beforeSending: TransportRequest['beforeSending']): Dispatcher =>
  beforeSending === undefined
    ? pool
    : pool.compose((dispatch) => (options, handler) => {
        const start = handler.onRequestStart?.bind(handler);
        // A handler belongs to one request.
        handler.onRequestStart = (...started) => {
          beforeSending();
          start?.(...started);
        };
        return dispatch(options, handler);
      });

/** What client-node calls http://localhost:8080, which it takes when it finds nothing. */
const fallbackContext = 'loaded-context';

const load = ({ file, context, inCluster }: KubeconfigSource): KubeConfig => {
  const config = new KubeConfig();
  if (inCluster === true) config.loadFromCluster();
  else if (file === undefined) config.loadFromDefault();
  else config.loadFromFile(file);
  if (config.getCurrentContext() === fallbackContext) {
    throw new Error('no kubeconfig found: neither $KUBECONFIG nor ~/.kube/config is there');
  }
  if (context !== undefined) config.setCurrentContext(context);
  return config;
};

interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

const tlsOptions = (credentials: RequestOptions): TlsOptions => {
  const { ca, cert, key, servername, rejectUnauthorized } = credentials;
  return {
    ...(ca ? { ca: pem(ca) } : {}),
    ...(cert ? { cert: pem(cert) } : {}),
    ...(key ? { key: pem(key) } : {}),
    ...(servername === undefined ? {} : { servername }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
  };
};

/** client-node gives strings or Buffers, never lists. */
const pem = (value: unknown): string => (Buffer.isBuffer(value) ? value.toString('utf8') : String(value));

const poolOptions = {
  headersTimeout: 30_000,
  // A watch may be silent; its reader has a watchdog.
  bodyTimeout: 0,
  // One connection per watch: with HTTP/2 a single stalled one would hold up all of them and every call.
  allowH2: false,
} as const;

/** `connect` and `requestTls` of client-node's kinds of proxies. */
const connectTo = (proxyUrl: string | undefined, tls: TlsOptions): Dispatcher => {
  if (proxyUrl === undefined) return new Agent({ ...poolOptions, connect: connector(tls) });
  if (/^socks/i.test(proxyUrl)) return new Socks5ProxyAgent(proxyUrl, { ...poolOptions, requestTls: tls });
  return new ProxyAgent({ ...poolOptions, uri: proxyUrl, requestTls: tls });
};

const connector = (tls: TlsOptions): buildConnector.connector => {
  const connect = buildConnector({ ...tls, allowH2: false });
  return (options, callback) => {
    connect(options, (...result) => {
      result[1]?.setKeepAlive(tcpKeepAlive);
      callback(...result);
    });
  };
};

const authorization = ({ headers, auth }: RequestOptions): Record<string, string> => {
  const given = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
  if (auth) given.push(['authorization', `Basic ${Buffer.from(auth).toString('base64')}`]);
  return Object.fromEntries(given) as Record<string, string>;
};
