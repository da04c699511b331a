import type { IncomingMessage, ServerResponse } from 'node:http';
import { gatePaths } from '../api/names.ts';

/** One HTTP answer, whole. */
export interface Answer {
  readonly status: 200 | 403 | 405 | 503;
  /** Names and values in turn, without Content-Length. */
  readonly headers: readonly string[];
  /** In pieces, one character per byte (latin1). */
  readonly body: readonly string[];
  /** The visitor asked by HEAD, whatever the method on the wire is: say the headers alone. */
  readonly withoutBody?: boolean;
}

/** An answer that lets nobody in. */
export type Closed = Answer & { readonly status: Exclude<Answer['status'], 200> };

/** How many bytes a body has. */
export function lengthOf(body: Answer['body']): number {
  let length = 0;
  for (const piece of body) length += piece.length;
  return length;
}

/** Lets the request in. */
export const admission: Answer = { status: 200, headers: ['Cache-Control', 'no-store'], body: [] };

/** Keeps the request out where its page comes from somewhere else, or there is none. */
export const forbidden: Closed = { status: 403, headers: ['Cache-Control', 'no-store'], body: [] };

const failed: Closed = { status: 503, headers: [], body: [] };

/** The answer to a request when making or sending its own failed. */
export const failureAt = (target: string): Closed =>
  target.startsWith(gatePaths.nginx) ? forbidden : failed;

/** Sends the answer; `close` ends the connection after it. */
export function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  close: boolean,
): void {
  const headers = [...answer.headers];
  // A wrong Content-Length would reach the visitor through the ingress controller (RFC 9110 §8.6): rather none.
  const silent = answer.withoutBody === true && request.method !== 'HEAD';
  if (!silent) headers.push('Content-Length', String(lengthOf(answer.body)));
  if (close) headers.push('Connection', 'close');
  response.writeHead(answer.status, headers);
  const body = silent ? '' : answer.body.join('');
  if (!hasBody(request)) {
    response.end(body, 'latin1');
    return;
  }
  // Closing a socket before all was read resets it, and the client may lose the answer. So it gets the answer now, and
  // its end when the request's body, which nobody keeps, has come in.
  if (body === '' || request.method === 'HEAD') response.flushHeaders();
  else response.write(body, 'latin1');
  request.once('end', () => response.end());
  request.resume();
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
