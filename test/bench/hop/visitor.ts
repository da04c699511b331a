import { connect, type Socket } from 'node:net';
import { addresses } from '../../cluster/addresses.ts';
import { appBody, hostOf, type Site } from './sites.ts';

const browserHeaders = [
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Accept-Language: en-GB,en;q=0.7',
  'Accept-Encoding: gzip, deflate, br, zstd',
  'Cookie: sessionid=8f2c1d0a7b6e4f3c9a1b2c3d4e5f6071; csrftoken=Zm9vYmFyYmF6cXV4',
];

export interface Answer {
  readonly status: number;
  readonly isApp: boolean;
  /** From the request's first byte out to the answer's last byte in. */
  readonly milliseconds: number;
}

const deadlineMs = 5000;

/** One visitor on one kept-alive connection to Traefik's Service, past the local cluster's load balancer. */
export class Visitor {
  readonly #socket: Socket;
  #text = '';
  #whole: (() => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      this.#text += chunk;
      if (isWhole(this.#text)) this.#whole?.();
    });
    socket.on('error', (error) => this.#failed?.(error));
    socket.on('close', () => this.#failed?.(new Error('Traefik ended the connection')));
    socket.on('timeout', () =>
      socket.destroy(new Error(`no whole answer in ${deadlineMs} ms: ${this.#text}`)),
    );
  }

  /** @param from an address that a visitor may have. */
  static async arrive(from: string = addresses.defaultVisitor): Promise<Visitor> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const socket = connect(
      { host: addresses.ingressServices.traefik, port: 80, localAddress: from },
      resolve,
    );
    socket.once('error', reject);
    await promise;
    socket.off('error', reject);
    return new Visitor(socket);
  }

  /** @throws Error when the connection fails or no whole answer comes in time. */
  async ask(site: Site): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (this.#socket.destroyed) throw new Error('the connection has ended');
    // An idle connection has no deadline.
    this.#socket.setTimeout(deadlineMs);
    this.#text = '';
    this.#whole = resolve;
    this.#failed = reject;
    const request = [`GET / HTTP/1.1`, `Host: ${hostOf(site)}`, ...browserHeaders, '', ''].join('\r\n');
    const startedAt = performance.now();
    this.#socket.write(request, 'latin1');
    await promise;
    const milliseconds = performance.now() - startedAt;
    this.#socket.setTimeout(0);
    const status = Number(this.#text.slice(9, 12));
    return { status, isApp: status === 200 && this.#text.endsWith(`\r\n\r\n${appBody}`), milliseconds };
  }

  leave(): void {
    this.#failed = undefined;
    this.#socket.destroy();
  }
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(text.slice(0, end + 2))?.[1];
  if (length === undefined) throw new Error(`an answer without Content-Length: ${text}`);
  return text.length >= end + 4 + Number(length);
}
