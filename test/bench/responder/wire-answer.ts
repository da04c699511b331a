import { connect } from 'node:net';

/** An answer as it came over the wire, without what belongs to the connection. */
export interface WireAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** One character for each byte. */
  readonly body: string;
}

const ofTheConnection = new Set(['connection', 'keep-alive', 'date', 'server', 'content-length']);

/** Sends these bytes to a server on loopback. @returns its first answer. @throws Error when it is not whole in 5 s. */
export async function ask(port: number, request: string): Promise<WireAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<WireAnswer>();
  const socket = connect({ host: '127.0.0.1', port }, () => socket.write(request, 'latin1'));
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    text += chunk;
    const answer = parse(text);
    if (answer !== undefined) resolve(answer);
  });
  socket.on('error', reject);
  const tooLate = (): void =>
    reject(new Error(`no whole answer from :${port}, only ${JSON.stringify(text)}`));
  socket.on('close', tooLate);
  socket.setTimeout(5000, tooLate);
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}

/** Undefined while it is not whole. */
function parse(text: string): WireAnswer | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const fields = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const all = Object.fromEntries(fields);
  const length = Number(all['content-length']);
  const body = text.slice(end + 4);
  if (!(body.length >= length)) return undefined;
  if (body.length > length) throw new Error(`the answer goes on after its Content-Length: ${text}`);
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(fields.filter(([name]) => !ofTheConnection.has(name))),
    body,
  };
}

/** @throws Error that says in what an answer differs from the one that is expected, byte by byte. */
export function requireSame(name: string, seen: WireAnswer, expected: WireAnswer): void {
  if (seen.status !== expected.status)
    throw new Error(`${name} answers ${seen.status}, not ${expected.status}`);
  for (const [field, value] of Object.entries(expected.headers)) {
    if (seen.headers[field] !== value) {
      throw new Error(`${name} sends ${field}: ${seen.headers[field]}; expected ${value}`);
    }
  }
  if (seen.body !== expected.body) throw new Error(`${name} serves another body`);
}

/** Bytes of a page that may differ per request: its id and the seconds until a visitor may come again. */
const mostDifferences = 64;

/** @throws Error when two answers to one request differ in more than the parts that are made per request. */
export function requireAlike(name: string, first: WireAnswer, second: WireAnswer): void {
  const { 'retry-after': _, ...headers } = first.headers;
  const differences = Buffer.from(first.body, 'latin1').filter(
    (byte, index) => byte !== second.body.charCodeAt(index),
  ).length;
  if (differences > mostDifferences || Math.abs(first.body.length - second.body.length) > mostDifferences) {
    throw new Error(`${name} answers the same request with different pages`);
  }
  requireSame(name, { ...second, body: '' }, { ...first, headers, body: '' });
}
