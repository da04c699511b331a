/**
 * The one thing that the Kubernetes client needs from the outside: an HTTP exchange with the API server.
 * Whoever implements it knows the server's address, trusts its certificate and adds the credentials.
 */
export interface Transport {
  /**
   * Sends one request and resolves as soon as the response's header is there.
   * Rejects when no response came (connection, TLS, aborted signal); any HTTP status resolves.
   */
  request(request: TransportRequest): Promise<TransportResponse>;
  /** Closes all connections; requests under way fail. */
  close(): Promise<void>;
}

export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute path, already percent-encoded, without the query. */
  readonly path: string;
  /** Raw values; the transport encodes them. */
  readonly query?: Readonly<Record<string, string>>;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /**
   * Called each time that the request is about to go out on a connection that stands: what it throws ends the request
   * unsent. Finding credentials and connecting take time, and a process may be frozen in between.
   */
  readonly beforeSending?: (() => void) | undefined;
  /** Ends the request and the reading of its body. */
  readonly signal: AbortSignal;
}

export interface TransportResponse {
  readonly status: number;
  /** Lower-case names; repeated fields are joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it arrives. Read it or `text()`, one of them, once. */
  readonly body: AsyncIterable<Uint8Array>;
  text(): Promise<string>;
}

/** Path and query as they go on the request line. */
export const requestTarget = ({ path, query }: Pick<TransportRequest, 'path' | 'query'>): string => {
  const search = new URLSearchParams(query).toString();
  return search === '' ? path : `${path}?${search}`;
};

/**
 * TCP keep-alive of every connection: a peer that vanished without a word (half-open) is noticed within 30 s, as
 * client-go does. On HTTP/1.1 nothing else would tell before the reflector's watchdog.
 */
export const tcpKeepAlive = { enable: true, initialDelay: 15_000, interval: 5000, count: 3 } as const;

/** A repeated header field as one value. */
export const joinHeaders = (
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(', ')]],
    ),
  );
