import { connect, type Socket } from 'node:net';
import { token } from '../policy/build.ts';
import type { Random } from './front/random.ts';

/** The beginning of a request of the gate. */
export const head = 'GET /gate/forward/shop/web HTTP/1.1\r\nHost: 10.96.0.80\r\n';

export const from = (address: string): string => `X-Forwarded-For: ${address}\r\n`;
export const stranger = from('198.51.100.10');

/** The statuses of all answers in what was received. */
export const statuses = (received: string): string[] =>
  [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status = '']) => status);

/** A client that keeps what it is sent. A reset is an answer too. */
export class RawClient {
  readonly socket: Socket;
  received = '';
  readonly closed: Promise<void>;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1' });
    this.socket.setEncoding('latin1').on('data', (text: string) => (this.received += text));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.socket.on('error', () => undefined).on('close', () => resolve());
  }

  /** Sends it all in pieces of these sizes; each is on its way before the next one is written. */
  async sendInPieces(bytes: string, sizes: () => number): Promise<void> {
    this.socket.setNoDelay();
    for (let at = 0; at < bytes.length && this.socket.writable;) {
      const size = sizes();
      const { promise, resolve } = Promise.withResolvers<void>();
      this.socket.write(bytes.slice(at, at + size), 'latin1', () => resolve());
      await promise;
      at += size;
    }
  }

  get statuses(): string[] {
    return statuses(this.received);
  }
}

/** Sends bytes, half-closes, and returns all that came back until the server closed. */
export async function raw(port: number, bytes: string): Promise<string> {
  const client = new RawClient(port);
  client.socket.end(bytes, 'latin1');
  await client.closed;
  return client.received;
}

/** What visitors and controllers could write that is nearly a pass, or nothing at all. */
const nearly: Readonly<Record<string, readonly string[]>> = {
  'X-Forwarded-For': [
    '203.0.113.7, 198.51.100.1',
    '203.0.113.7,',
    '203.0.113.007',
    '203.0.113.7 198.51.100.1',
    '203.0.113.7\t198.51.100.1',
    '0xcb.0.113.7',
    '3405803783',
    '::ffff:203.0.113.7%eth0',
    '[203.0.113.7]',
    '203.0.113.7:99999',
    '203.0.113.7/24',
    'for=203.0.113.7',
    'unknown',
    '127.0.0.1',
    '',
  ],
  'X-Real-Ip': ['203.0.113.7', '127.0.0.1'],
  'X-Forwarded-Uri': [
    '/exempt/../cart',
    '/exempt/%2e%2e/cart',
    '/exempt//',
    '/exempt;/x',
    '/exempt%2fx',
    '/exemptx',
    'exempt',
    'http://x/exempt',
    '//exempt',
    '/%65xempt%00',
    '/cart?/exempt',
    '/cart#/exempt',
    '/.well-known/acme-challenge/',
    '/.well-known/acme-challenge/a/b',
    '/.well-known/acme-challenge/a%2e',
    '/x/.well-known/acme-challenge/a',
    '',
  ],
  'X-Forwarded-Method': ['OPTIONS', 'POST', 'head', 'HEAD,GET', 'GET HEAD', 'TRACE', 'é', ''],
  'X-Forwarded-Host': ['shop.example.com', 'a, b', '[::1]', '..', 'x'.repeat(300), '\u00ff'],
  'X-Original-Url': [
    'http://shop.example.com/cart?/exempt',
    'http://shop.example.com?x=/exempt',
    'http://shop.example.com#/exempt',
    'http://a?b/exempt',
    'http://a@b/exempt',
    'http://a/b/../exempt',
    'http://\u00ff/exempt',
    '/exempt',
    '',
  ],
  'X-Original-Method': ['POST', 'head', 'HEAD, HEAD', ''],
  'X-Original-Uri': ['/exempt', '/cart'],
  'X-Namespace': ['shop', '..', 'shop/web', ''],
  'X-Ingress-Name': ['web', '__proto__', '\u00e9', ''],
  'X-Code': ['403', '503', '200', ''],
  'X-Sent-From': ['nginx-ingress-controller'],
  'X-Request-Id': ['0'.repeat(32), 'bsn_', '\u00e9'],
  'Access-Control-Request-Methods': ['PUT', ''],
  'Backsoon-Token': [
    token.slice(0, -1),
    `${token}x`,
    token.toLowerCase(),
    `${token}, ${token}`,
    `bsn_${'C'.repeat(43)}`,
    `bsn_${'\u00e9'.repeat(43)}`,
    ' ',
  ],
  'Backsoon-Exchange': ['bsn_', token.slice(1), `"${token}"`],
  'Backsoon-Probe': ['v1', `v1.k1.${'0'.repeat(22)}.1.${'A'.repeat(43)}`, '.'.repeat(500), 'v1.k1'],
  Cookie: [
    '__Host-backsoon-x=',
    `__Host-backsoon-00000000=v1.k1.99999999999.ops.${'A'.repeat(43)}`,
    '__Host-backsoon-'.repeat(400),
    `${'; '.repeat(1000)}=`,
    '\u0080\u00ff=\u0001',
  ],
  Accept: ['*/*;q=\u00e9', 'text/html,'.repeat(500), ';;;', 'text/html;q=1e400', '*'],
  'Accept-Language': ['*', 'x-', 'de-'.repeat(900), 'de;q=NaN, zh-Hant-'],
  'Content-Type': ['application/grpc', 'application/grpc+\u00ff', ';'],
  Upgrade: ['websocket', 'h2c', '\u00ff'],
  Origin: ['null', 'https://x.test', '\u00e9'],
  Via: ['1.1 squid', ''],
  Forwarded: ['for=203.0.113.7', 'for="[::1]'],
};

const oddTargets = [
  '/gate/forward/shop/web?x',
  '/gate/forward/shop/web/',
  '/gate/forward/shop/%77eb',
  '/gate/forward/shop//web',
  '/gate/forward/shop/../shop/web',
  '/gate/forward/shop',
  '/gate/forward/__proto__/constructor',
  '/gate/forward/shop/web\u00e9',
  'http://x/gate/forward/shop/web',
  '*',
  '/',
  '/gate/nginx/shop/web',
  '/gate/nginx/shop/web?x',
  '/?/gate/nginx/shop/web',
  `/gate/forward/shop/${'w'.repeat(5000)}`,
];

/** One well-framed request that nobody should be let in for. */
export function hostileRequest(random: Random): string {
  const names = Object.keys(nearly).filter(() => random.chance(0.35));
  const lines = names.map((name) => `${name}: ${random.pick(nearly[name] ?? [])}\r\n`);
  // Without an address of its own the request would be nobody's; the last line is the one that the controller wrote.
  if (!names.includes('X-Forwarded-For')) lines.push(stranger);
  if (random.chance(0.1)) lines.push(`${noise(random, 12)}: ${noise(random, 40)}\r\n`);
  const method = random.mostly('GET', 0.2, ['HEAD', 'POST', 'OPTIONS', 'BREW', 'get']);
  const target = random.mostly('/gate/forward/shop/web', 0.2, oddTargets);
  return `${method} ${target} HTTP/1.1\r\nHost: x\r\n${lines.join('')}Connection: close\r\n\r\n`;
}

/** So many bytes, or fewer, of any kind. */
export const noise = (random: Random, length: number): string =>
  Array.from({ length: 1 + random.below(length) }, () => String.fromCharCode(random.below(256))).join('');
