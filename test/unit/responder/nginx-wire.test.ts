import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import { at, buildPolicy, network } from '../policy/build.ts';
import { raw, RawClient, statuses } from './hostile-client.ts';
import { eventually, RunningResponder } from './running-responder.ts';

const closedAt = at('2026-12-01T22:00:00Z');

/** A request for the page as nginx writes it. */
const request = (method: string, ...lines: readonly string[]): string =>
  [
    `${method} /?q=1 HTTP/1.0`,
    'X-Code: 403',
    'X-Original-URI: /upload?q=1',
    'X-Namespace: shop',
    'X-Ingress-Name: web',
    'X-Forwarded-For: 198.51.100.10',
    'Host: shop.example.com',
    'Connection: close',
    'Accept: text/plain',
    ...lines,
    '',
    '',
  ].join('\r\n');

describe('page of ingress-nginx, on the wire', function () {
  this.timeout(30_000);

  let running: RunningResponder;
  before(async () => {
    running = await RunningResponder.start(closedAt, (server) => {
      server.putNetwork(network);
      server.putPolicy(buildPolicy({ class: 'nginx', page: { title: 'Moving' } }));
    });
    await running.isReady();
  });
  after(async () => running.stop());

  /** It is there from its status to the last byte that it says there are. */
  const isWhole = (received: string): void => {
    const [head = '', body = ''] = received.split('\r\n\r\n');
    expect(head)
      .to.match(/^HTTP\/1\.1 503 /)
      .and.to.match(/\r\nConnection: close/i);
    expect(Number(/Content-Length: (\d+)/i.exec(head)?.[1])).to.equal(body.length);
    expect(body).to.match(/^Moving\n/);
  };

  it('answers HTTP/1.0 and closes', async () => {
    isWhole(await raw(running.gatePort, request('GET')));
  });

  it('gives HEAD the headers alone', async () => {
    const received = await raw(running.gatePort, request('HEAD'));
    expect(received).to.match(/^HTTP\/1\.1 503 [^]*\r\nContent-Length: [1-9]\d+\r\n[^]*\r\n\r\n$/i);
  });

  it('reads a body of 8 MB to its end, so that no reset takes the answer away', async () => {
    const body = Buffer.alloc(8 * 1024 * 1024, 'x');
    const socket = connect({ port: running.gatePort, host: '127.0.0.1' }).setEncoding('latin1');
    const errors: Error[] = [];
    socket.on('error', (error) => errors.push(error));
    const sent = Promise.withResolvers<void>();
    socket.write(request('POST', `Content-Length: ${body.length}`), 'latin1');
    socket.write(body, () => sent.resolve());
    const closed = once(socket, 'close');
    await Promise.race([sent.promise, closed]);
    // Who reads only now finds the answer.
    let received = '';
    socket.on('data', (text: string) => (received += text));
    await closed;
    expect(errors).to.deep.equal([]);
    isWhole(received);
  });

  it('answers before the body is complete: nobody waits for what nobody wants', async () => {
    const client = new RawClient(running.gatePort);
    client.socket.write(request('POST', 'Content-Length: 1000000') + 'x'.repeat(1000), 'latin1');
    await eventually(
      async () => client.received,
      (received) => received.includes('Moving'),
    );
    isWhole(client.received);
    client.socket.destroy();
    isWhole(await raw(running.gatePort, request('GET')));
  });

  it('goes on with the next request after a chunked body', async () => {
    const keepsAlive = (text: string): string =>
      text.replace('HTTP/1.0', 'HTTP/1.1').replace('Connection: close\r\n', '');
    const chunks = `ffff\r\n${'x'.repeat(0xffff)}\r\n0\r\n\r\n`;
    const posted = keepsAlive(request('POST', 'Transfer-Encoding: chunked')) + chunks;
    const asked = 'GET /gate/nginx/shop/web HTTP/1.1\r\nHost: x\r\n\r\n';
    const received = await raw(running.gatePort, posted + posted + asked);
    expect(statuses(received)).to.deep.equal(['503', '503', '403']);
  });
});
