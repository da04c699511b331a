/**
 * What the facts about ingress-nginx are measured with: an app, and a responder that is gate and page. Both tell who asks
 * what they have seen. Runs in a Pod; `app` and `responder` are its arguments.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { appPort, passHeader, responderPort, testHeader, type Seen } from '../seen.ts';

const seen: Seen[] = [];

async function remember(role: Seen['role'], request: IncomingMessage): Promise<Seen> {
  const { method = '', url = '', httpVersion, headers } = request;
  const body = await text(request);
  const entry: Seen = { role, method, url, httpVersion, headers, body };
  seen.push(entry);
  return entry;
}

/** What was seen of the requests of one test. */
function tell(request: IncomingMessage, response: ServerResponse): void {
  const id = new URL(request.url ?? '/', 'http://lab').searchParams.get('test');
  response.end(JSON.stringify(seen.filter(({ headers }) => headers[testHeader] === id)));
}

/** 200 with the pass, 403 without, and another answer for everybody when the URL asks for one. */
async function gate(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await remember('gate', request);
  const { searchParams } = new URL(request.url ?? '/', 'http://lab');
  const wanted = searchParams.get('answer');
  const may = request.headers[passHeader] === 'yes';
  const headers = { 'x-gate': 'was here', 'set-cookie': 'from=gate', location: 'https://login.test/' };
  response.writeHead(wanted === null ? (may ? 200 : 403) : Number(wanted), headers).end('from the gate');
}

async function page(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await remember('page', request);
  if (request.url?.includes('exchange')) {
    response.writeHead(303, { location: './next', 'set-cookie': ['one=1', 'two=2'] }).end();
    return;
  }
  response.writeHead(503, { 'retry-after': '120', 'content-type': 'text/plain', 'x-page': 'yes' });
  response.end('back soon\n');
}

async function app(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const entry = await remember('app', request);
  const status = /^\/status\/(\d{3})/.exec(entry.url)?.[1];
  response.writeHead(Number(status ?? 200), { 'content-type': 'application/json', 'x-app': 'yes' });
  response.end(JSON.stringify(entry));
}

function listen(port: number, answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>) {
  return createServer((request, response) => {
    if (request.url?.startsWith('/seen?')) tell(request, response);
    else answer(request, response).catch(() => response.destroy());
  }).listen(port, '0.0.0.0');
}

if (process.argv.includes('responder')) {
  const server = listen(responderPort, async (request, response) =>
    request.url?.startsWith('/gate/') ? gate(request, response) : page(request, response),
  );
  server.on('upgrade', (request: IncomingMessage, socket) => {
    void remember('page', request);
    socket.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 120\r\nConnection: close\r\n\r\n');
  });
}

if (process.argv.includes('app')) {
  const accept = (key: string): string =>
    createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  listen(appPort, app).on('upgrade', (request: IncomingMessage, socket) => {
    const key = request.headers['sec-websocket-key'] ?? '';
    socket.on('error', () => socket.destroy());
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept(key)}\r\n\r\n`,
    );
    // Whatever comes goes back: the frames are nobody's business here.
    socket.pipe(socket);
  });
}

process.on('SIGTERM', () => process.exit(0));
