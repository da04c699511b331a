import { validateHeaderName, validateHeaderValue } from 'node:http';
import { type Answer, lengthOf } from '../answer.ts';

const statusLines: Readonly<Record<Answer['status'], string>> = {
  200: 'HTTP/1.1 200 OK\r\n',
  403: 'HTTP/1.1 403 Forbidden\r\n',
  405: 'HTTP/1.1 405 Method Not Allowed\r\n',
  503: 'HTTP/1.1 503 Service Unavailable\r\n',
};

/** What the bytes of an answer depend on besides the answer. */
export interface ReplyOptions {
  /** The method on the wire. */
  readonly method: string;
  /** End the connection after the answer. */
  readonly close: boolean;
  /** As Keep-Alive says it. */
  readonly keepAliveSeconds: number;
  /** An HTTP date (RFC 9110 §5.6.7). */
  readonly date: string;
}

/**
 * The answer as node:http would send it, byte for byte; in pieces, one character per byte (latin1).
 * @throws TypeError when a header can not be sent, so that nothing of it reaches the wire.
 */
export function replyPieces(answer: Answer, options: ReplyOptions): readonly string[] {
  const { status, headers, body, withoutBody } = answer;
  const { method, close, keepAliveSeconds, date } = options;
  const isHead = method === 'HEAD';
  const isSilent = withoutBody === true && !isHead;
  let head = statusLines[status] + fieldLines(status, headers);
  if (!isSilent) head += `Content-Length: ${lengthOf(body)}\r\n`;
  head += close
    ? `Connection: close\r\nDate: ${date}\r\n`
    : `Date: ${date}\r\nConnection: keep-alive\r\nKeep-Alive: timeout=${keepAliveSeconds}\r\n`;
  if (isSilent) return [`${head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`];
  return isHead ? [`${head}\r\n`] : [`${head}\r\n`, ...body];
}

/** Field lines of the last answer, by status: most are the same in the next one, and need no checking again. */
const lastLines: Record<number, FieldLine[]> = { 200: [], 403: [], 405: [], 503: [] };

interface FieldLine {
  readonly name: string;
  readonly value: string;
  readonly text: string;
}

function fieldLines(status: Answer['status'], headers: readonly string[]): string {
  const last = (lastLines[status] ??= []);
  let text = '';
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] ?? '';
    const value = headers[at + 1] ?? '';
    let line = last[at / 2];
    if (line === undefined || line.name !== name || line.value !== value) {
      line = fieldLine(name, value);
      last[at / 2] = line;
    }
    text += line.text;
  }
  return text;
}

function fieldLine(name: string, value: string): FieldLine {
  validateHeaderName(name);
  validateHeaderValue(name, value);
  // Joined into one string once, rather than in every answer.
  return { name, value, text: `${name}: ${value}\r\n` };
}
