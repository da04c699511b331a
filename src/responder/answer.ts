import type { IncomingMessage, ServerResponse } from 'node:http';
import { gatePaths } from '../api/names.ts';

/** One HTTP answer, whole. */
export interface Answer {
  readonly status: 200 | 403 | 404 | 405 | 503;
  /** Names and values in turn, without Content-Length. */
  readonly headers: readonly string[];
  /** In pieces, one character per byte (latin1). */
  readonly body: readonly string[];
  /** The visitor asked by HEAD, whatever the method on the wire is: say the headers alone. */
  readonly withoutBody?: boolean;
}

/** How many bytes a body has. */
export function lengthOf(body: Answer['body']): number {
  let length = 0;
  for (const piece of body) length += piece.length;
  return length;
}

/** Lets the request in. */
export const admission: Answer = { status: 200, headers: ['Cache-Control', 'no-store'], body: [] };

/** Keeps the request out where its page comes from somewhere else, or there is none. */
export const forbidden: Answer = { status: 403, headers: ['Cache-Control', 'no-store'], body: [] };

const failed: Answer = { status: 503, headers: [], body: [] };

/** The answer to a request when making or sending its own failed. */
export const failureAt = (target: string): Answer =>
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
  if (silent) response.end();
  else response.end(answer.body.join(''), 'latin1');
}
