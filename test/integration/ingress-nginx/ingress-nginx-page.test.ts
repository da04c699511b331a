import { expect } from 'chai';
import { connect as http2, constants } from 'node:http2';
import { text } from 'node:stream/consumers';
import { as, Lab, roles, visitor } from './lab.ts';
import { passHeader } from './seen.ts';

const upgrade = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-version': '13',
};

/** Each of these was measured on the real controller, too. */
describe('ingress-nginx, the page and who is let in', () => {
  const lab = new Lab();

  before(async () => {
    await lab.start();
    await lab.sites({
      closed: {},
      intercepting: { annotations: { 'disable-proxy-intercept-errors': '' } },
      secure: { tls: true, annotations: { 'ssl-redirect': 'false' } },
      roomy: { annotations: { 'proxy-body-size': '2m' } },
      rewritten: { annotations: { 'rewrite-target': '/$1' } },
    });
  });
  after(async () => await lab.stop());

  describe('a visitor gets the page’s own answer', () => {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      it(`to ${method}`, async () => {
        const body = ['POST', 'PUT', 'PATCH'].includes(method) ? 'name=value' : undefined;
        const answer = await lab.visit('closed', {
          method,
          path: '/cart?x=1',
          ...(body === undefined ? {} : { body }),
        });
        expect(answer.status).to.equal(503);
        expect(answer.headers).to.include({ 'retry-after': '120', 'x-page': 'yes' });
        expect(answer.body).to.equal(method === 'HEAD' ? '' : 'back soon\n');
        expect(roles(answer)).to.equal('gate page');
        expect(as(answer, 'page')).to.include({ method, url: '/?x=1', httpVersion: '1.0', body: body ?? '' });
      });
    }

    it('to a body that comes in chunks', async () => {
      const { answer, seen } = await lab.raw(
        `POST / HTTP/1.1\r\nHost: ${lab.hostOf('closed')}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n` +
          '5\r\nhello\r\n0\r\n\r\n',
      );
      expect(answer).to.match(/^HTTP\/1\.1 503 /);
      expect(as({ seen }, 'page').body).to.equal('hello');
    });

    it('to HTTP/1.0', async () => {
      const { answer } = await lab.raw(`GET / HTTP/1.0\r\nHost: ${lab.hostOf('closed')}\r\n\r\n`);
      expect(answer)
        .to.match(/^HTTP\/1\.1 503 /)
        .and.to.contain('retry-after: 120');
    });

    it('to a WebSocket handshake', async () => {
      const answer = await lab.visit('closed', { headers: upgrade });
      expect(answer.status).to.equal(503);
      expect(as(answer, 'gate').headers).not.to.have.any.keys('upgrade');
    });

    it('to HTTP/2 with TLS', async () => {
      const session = http2(`https://${lab.hostOf('secure')}`, {
        host: process.env['INGRESS_ADDRESS_INGRESS_NGINX'],
        localAddress: visitor,
        rejectUnauthorized: false,
        servername: lab.hostOf('secure'),
      } as object);
      try {
        const stream = session.request({ ':path': '/' });
        const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>();
        stream.on('response', (headers) => resolve(headers)).on('error', reject);
        const headers = await promise;
        expect(headers[constants.HTTP2_HEADER_STATUS]).to.equal(503);
        expect(headers).to.include({ 'retry-after': '120' });
        expect(headers).not.to.have.property('strict-transport-security');
        expect(await text(stream)).to.equal('back soon\n');
      } finally {
        session.destroy();
      }
    });
  });

  it('a body above proxy-body-size, 1 MB by default, is a bare 413 and nobody is asked', async () => {
    const body = 'x'.repeat(1_100_000);
    const answer = await lab.visit('closed', { method: 'POST', body });
    expect(answer.status).to.equal(413);
    expect(roles(answer)).to.equal('');
  });

  it('a larger proxy-body-size counts for staff and for the page', async () => {
    const body = 'x'.repeat(1_100_000);
    const { status, seen } = await lab.visit('roomy', { method: 'POST', body, staff: true });
    expect([status, as({ seen }, 'app').body.length]).to.deep.equal([200, body.length]);
    const page = await lab.visit('roomy', { method: 'POST', body });
    expect([page.status, as(page, 'page').body.length]).to.deep.equal([503, body.length]);
  });

  it('the headers of the gate’s refusal are dropped', async () => {
    const { headers } = await lab.visit('closed');
    expect(headers).not.to.have.any.keys('x-gate', 'set-cookie', 'location');
  });

  it('a cookie of the gate’s consent reaches the client', async () => {
    const { status, headers } = await lab.visit('closed', { staff: true });
    expect(status).to.equal(200);
    expect(headers['set-cookie']).to.deep.equal(['from=gate']);
    expect(headers).not.to.have.property('x-gate');
  });

  it('an admitted request reaches the app unchanged', async () => {
    const path = '/adm/%C3%A9?q=%2F';
    const answer = await lab.visit('closed', { method: 'POST', path, body: 'a=b', staff: true });
    expect(as(answer, 'app')).to.include({ method: 'POST', url: path, body: 'a=b', httpVersion: '1.1' });
    expect(as(answer, 'app').headers).to.include({ host: lab.hostOf('closed'), 'x-real-ip': visitor });
  });

  it('an admitted WebSocket works', async () => {
    const socket = await lab.dial();
    const lines = Object.entries({ host: lab.hostOf('closed'), ...upgrade, [passHeader]: 'yes' });
    socket.write(
      `GET /ws HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n`,
    );
    let said = '';
    for await (const chunk of socket.setEncoding('latin1') as AsyncIterable<string>) {
      said += chunk;
      if (said.endsWith('\r\n\r\n')) socket.write('ping');
      if (said.endsWith('ping')) break;
    }
    expect(said).to.match(/^HTTP\/1\.1 101 /);
  });

  for (const code of [401, 403, 404, 500, 503]) {
    it(`the app’s own ${code} reaches staff`, async () => {
      const { status, headers } = await lab.visit('closed', { path: `/status/${code}`, staff: true });
      expect([status, headers['x-app']]).to.deep.equal([code, 'yes']);
    });
  }

  it('without disable-proxy-intercept-errors the app’s 403 is the page', async () => {
    const answer = await lab.visit('intercepting', { path: '/status/403', staff: true });
    expect(answer.status).to.equal(503);
    expect(roles(answer)).to.equal('gate app page');
    const other = await lab.visit('intercepting', { path: '/status/404', staff: true });
    expect(other.headers['x-app']).to.equal('yes');
  });

  it('the page may answer 303 with several cookies and a relative Location', async () => {
    const { status, headers } = await lab.visit('closed', { path: '/any?exchange' });
    expect(status).to.equal(303);
    expect(headers.location).to.equal('./next');
    expect(headers['set-cookie']).to.deep.equal(['one=1', 'two=2']);
  });

  it('rewrite-target is for staff and no matter of the page', async () => {
    const answer = await lab.visit('rewritten', { path: '/a' });
    expect([answer.status, as(answer, 'page').url]).to.deep.equal([503, '/']);
  });
});
