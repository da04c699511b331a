import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { headers as names } from '../../../src/api/headers.ts';
import { addressOf } from './dns.ts';

/** Visitors' addresses: any of 198.51.100.0/24 may be chosen. */
export const stranger = '198.51.100.66';
export const colleague = '198.51.100.7';

export interface Visit {
  readonly method?: string;
  readonly path?: string;
  /** The visitor's address. */
  readonly from?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A staff token to present. */
  readonly token?: string;
  /** When the visitor gives up, in milliseconds. */
  readonly timeoutMs?: number;
  /** A proxy to go through instead of straight to the ingress. */
  readonly through?: { readonly host: string; readonly port: number };
}

export interface Answer {
  /** 0: no answer came. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Epoch milliseconds: when the request was sent, and when its answer was there. */
  readonly sentAt: number;
  readonly answeredAt: number;
}

const patienceMs = 8_000;

/** The User-Agent of who presents this token: the shop logs that, and never the token. */
export const holderOf = (sha256: string): string => `holder-of-${sha256}`;

export const sha256Of = (token: string): string => createHash('sha256').update(token).digest('hex');

/** One request of one visitor, on a connection of its own. */
export async function visit(host: string, how: Visit = {}): Promise<Answer> {
  const { method = 'GET', path = '/', from = stranger, token, through, timeoutMs = patienceMs } = how;
  const sentAt = Date.now();
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const identity: Record<string, string> =
    token === undefined
      ? { 'user-agent': 'visitor' }
      : { 'user-agent': holderOf(sha256Of(token)), [names.token]: token };
  const outgoing = request({
    host: through?.host ?? addressOf(host),
    port: through?.port ?? 80,
    localAddress: from,
    method,
    path,
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
    headers: { accept: 'text/plain', ...identity, ...how.headers, host },
  });
  outgoing.on('error', reject).on('response', resolve).end();
  const response = await promise;
  const body = await text(response);
  const { statusCode = 0, headers } = response;
  return { status: statusCode, headers, body, sentAt, answeredAt: Date.now() };
}

/** As {@link visit}, but an error of the connection is an answer too: status 0. */
export async function tryToVisit(host: string, how: Visit = {}): Promise<Answer> {
  const sentAt = Date.now();
  try {
    return await visit(host, how);
  } catch (error) {
    return { status: 0, headers: {}, body: String(error), sentAt, answeredAt: Date.now() };
  }
}
