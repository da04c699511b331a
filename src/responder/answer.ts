import type { IncomingMessage, ServerResponse } from 'node:http';

/** One HTTP answer, whole. */
export interface Answer {
  readonly status: 200 | 404 | 405 | 503;
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

/** When making or sending an answer failed. */
export const failed: Answer = { status: 503, headers: [], body: [] };

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
