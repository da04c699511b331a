import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { connect } from 'node:http2';
import { connect as dial } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { addressOf } from './dns.ts';
import { stranger } from './visitor.ts';

/** One request, to the byte. */
export interface Outgoing {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Send the body in chunks, without saying how long it is. */
  readonly chunked?: boolean;
  readonly from?: string;
}

export interface Incoming {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const patienceMs = 10_000;
const pieceBytes = 64 * 1024;

/** By HTTP/1.1, on a connection of its own. */
export async function send(host: string, outgoing: Outgoing = {}): Promise<Incoming> {
  const { method = 'GET', path = '/', headers = {}, body, chunked = false, from = stranger } = outgoing;
  const length: Record<string, string> =
    body === undefined || chunked ? {} : { 'content-length': String(body.length) };
  const sent = request({
    host: addressOf(host),
    port: 80,
    localAddress: from,
    agent: false,
    method,
    path,
    signal: AbortSignal.timeout(patienceMs),
    headers: { host, accept: 'text/html', ...length, ...headers },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Incoming>();
  // An answer that comes before the body is through may end the connection under it: the answer counts.
  let hasAnswer = false;
  sent.on('error', (error) => {
    if (!hasAnswer) reject(error);
  });
  sent.on('response', (response: IncomingMessage) => {
    hasAnswer = true;
    text(response).then(
      (answer) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answer }),
      reject,
    );
  });
  sent.on('upgrade', (response, socket) => {
    socket.destroy();
    resolve({ status: response.statusCode ?? 0, headers: response.headers, body: '' });
  });
  await sendBody(sent, body);
  try {
    return await promise;
  } finally {
    sent.destroy();
  }
}

/**
 * Sends the body as patient clients do: who is answered before it is through stops sending, for a server that has answered
 * may close the connection, and what is sent into that takes the answer with it.
 */
async function sendBody(sent: ClientRequest, body: Buffer | undefined): Promise<void> {
  const answered = new AbortController();
  sent.once('response', () => answered.abort());
  sent.once('error', () => answered.abort());
  const bytes = body?.length ?? 0;
  for (let at = 0; at < bytes && !answered.signal.aborted; at += pieceBytes) {
    sent.write(body?.subarray(at, at + pieceBytes));
    if (at === 0) await pause(200, undefined, { signal: answered.signal }).catch(() => undefined);
  }
  if (!answered.signal.aborted) sent.end();
}

/** By HTTP/2 over TLS. Resolves with undefined where the controller does not speak it. */
export async function sendByHttp2(
  host: string,
  { path = '/', headers = {} }: Outgoing = {},
): Promise<Incoming | undefined> {
  const socket = connectTls({
    socket: dial({ host: addressOf(host), port: 443, localAddress: stranger }),
    servername: host,
    rejectUnauthorized: false,
    ALPNProtocols: ['h2', 'http/1.1'],
  });
  await once(socket, 'secureConnect');
  if (socket.alpnProtocol !== 'h2') {
    socket.destroy();
    return undefined;
  }
  const session = connect(`https://${host}`, { createConnection: () => socket });
  try {
    const stream = session.request({ ':path': path, accept: 'text/html', ...headers });
    stream.setTimeout(patienceMs, () => stream.close());
    stream.end();
    const [fields] = (await once(stream, 'response')) as [IncomingHttpHeaders & { ':status'?: number }];
    const { ':status': status = 0, ...rest } = fields;
    return { status, headers: rest, body: await text(stream) };
  } finally {
    session.destroy();
  }
}

/** A WebSocket handshake; where it is taken, one word is sent and waited for. */
export async function webSocket(
  host: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly echoed: string }> {
  const sent = request({
    host: addressOf(host),
    port: 80,
    localAddress: stranger,
    agent: false,
    path: '/ws',
    signal: AbortSignal.timeout(patienceMs),
    headers: {
      host,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
      ...headers,
    },
  });
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; echoed: string }>();
  sent.on('error', reject);
  sent.on('response', (response) => {
    response.resume();
    resolve({ status: response.statusCode ?? 0, echoed: '' });
  });
  sent.on('upgrade', (response, socket) => {
    socket.once('data', (data) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, echoed: data.toString() });
    });
    socket.write('hello');
  });
  sent.end();
  return promise;
}
