import { expect } from 'chai';
import { request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { as, configure, Lab, roles, visitor } from './lab.ts';

describe('ingress-nginx, what gets around a gate', () => {
  const lab = new Lab();
  const elsewhere = 'https://elsewhere.test/x';

  before(async () => {
    await lab.start();
    await lab.sites({
      closed: {},
      open: { gate: false },
      either: { annotations: { satisfy: 'any', 'whitelist-source-range': `${visitor}/32` } },
      listed: { annotations: { 'whitelist-source-range': '10.0.0.0/8' } },
      cors: { annotations: { 'enable-cors': 'true' } },
      temporal: { annotations: { 'temporal-redirect': elsewhere } },
      permanent: { annotations: { 'permanent-redirect': elsewhere } },
      root: { annotations: { 'app-root': '/start' } },
      secure: { tls: true },
      split: {},
      'split-canary': {
        gate: false,
        host: 'split',
        service: 'next',
        annotations: { canary: 'true', 'canary-by-header': 'X-Canary' },
      },
    });
  });
  after(async () => await lab.stop());

  it('satisfy: any and an address on the list: open', async () => {
    const answer = await lab.visit('either');
    expect([answer.status, roles(answer)]).to.deep.equal([200, 'app']);
  });

  it('a preflight with enable-cors: 204, and nobody is asked', async () => {
    const headers = { origin: 'https://a.test', 'access-control-request-method': 'PUT' };
    const answer = await lab.visit('cors', { method: 'OPTIONS', headers });
    expect([answer.status, roles(answer)]).to.deep.equal([204, '']);
    expect((await lab.visit('cors', { headers })).status).to.equal(503);
  });

  for (const [site, status, location] of [
    ['temporal', 302, elsewhere],
    ['permanent', 301, elsewhere],
  ] as const) {
    it(`a ${site} redirect: ${status}`, async () => {
      const answer = await lab.visit(site);
      expect([answer.status, answer.headers.location, roles(answer)]).to.deep.equal([status, location, '']);
    });
  }

  it('app-root: 302 of `/`, and the page for everything else', async () => {
    const { status, headers } = await lab.visit('root');
    expect([status, headers.location]).to.deep.equal([302, `http://${lab.hostOf('root')}/start`]);
    expect((await lab.visit('root', { path: '/start' })).status).to.equal(503);
  });

  it('the way to https: 308 first, the page then', async () => {
    const { status, headers } = await lab.visit('secure', { path: '/a/?b' });
    expect([status, headers.location]).to.deep.equal([308, `https://${lab.hostOf('secure')}/a/?b`]);
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const host = lab.hostOf('secure');
    const to = {
      host: process.env['INGRESS_ADDRESS_INGRESS_NGINX'],
      localAddress: visitor,
      servername: host,
    };
    request({ ...to, headers: { host }, agent: false, rejectUnauthorized: false }, resolve)
      .on('error', reject)
      .end();
    expect((await promise).resume().statusCode).to.equal(503);
  });

  it('an address that is on no list does not get to the gate, staff or not, and meets the page', async () => {
    const answer = await lab.visit('listed', { staff: true });
    expect([answer.status, roles(answer)]).to.deep.equal([503, 'page']);
    expect(as(answer, 'page').headers['x-code']).to.equal('403');
  });

  it('paths of ACME do not by themselves', async () => {
    const answer = await lab.visit('closed', { path: '/.well-known/acme-challenge/token' });
    expect([answer.status, roles(answer)]).to.deep.equal([503, 'gate page']);
  });

  it('a canary: it gets its share of what was meant for the page', async () => {
    const page = await lab.visit('split');
    expect([page.status, roles(page)]).to.deep.equal([503, 'gate page']);
    const answer = await lab.visit('split', { path: '/a', headers: { 'x-canary': 'always' } });
    expect([answer.status, roles(answer), as(answer, 'app').url]).to.deep.equal([200, 'gate app', '/']);
  });

  it('an Ingress that the controller refuses stays as it was: open', async () => {
    await lab.sites({ open: { annotations: { 'auth-url': `http://${lab.responder}/gate/a%20b` } } });
    expect((await lab.visit('open')).status).to.equal(200);
  });

  describe('by the ConfigMap', () => {
    const keys = { 'annotations-risk-level': null, 'global-auth-url': null, 'custom-http-errors': null };
    const use = async (data: Partial<Record<keyof typeof keys, string>>): Promise<void> => {
      await configure({ ...keys, ...data });
      await lab.settled();
    };

    after(async () => await use({}));

    it('annotations-risk-level below High: a gate that comes then is not there', async () => {
      await lab.sites({ cautious: { gate: false } });
      await use({ 'annotations-risk-level': 'Medium' });
      await lab.sites({ cautious: {} });
      expect((await lab.visit('cautious')).status).to.equal(200);
    });

    it('custom-http-errors with 403: the app’s own 403 is the page for staff', async () => {
      await use({ 'custom-http-errors': '403' });
      const answer = await lab.visit('closed', { path: '/status/403', staff: true });
      expect([answer.status, roles(answer)]).to.deep.equal([503, 'gate app page']);
    });

    it('global-auth-url: a gate takes its place, and staff need no login any more', async () => {
      await configure({ ...keys, 'global-auth-url': `http://${lab.responder}/gate/sso` });
      await lab.eventually('cors', { staff: true }, ({ status }) => status === 200);
      await lab.eventually('other', { staff: true }, ({ status }) => status === 404);
      const gate = as(await lab.visit('closed', { staff: true }), 'gate');
      expect(gate.url).to.contain('/gate/nginx/');
    });
  });

  describe('what is on its way when a gate comes', () => {
    it('a WebSocket and an upload go on', async () => {
      await lab.sites({ busy: { gate: false } });
      const socket = await lab.dial();
      const head = (line: string, more: string): string =>
        `${line}\r\nHost: ${lab.hostOf('busy')}\r\n${more}\r\n\r\n`;
      socket.setEncoding('latin1');
      const heard = socket[Symbol.asyncIterator]() as AsyncIterator<string>;
      socket.write(
        head(
          'GET /ws HTTP/1.1',
          'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        ),
      );
      expect((await heard.next()).value).to.match(/^HTTP\/1\.1 101 /);
      const upload = await lab.dial();
      upload
        .setEncoding('latin1')
        .write(`${head('POST /up HTTP/1.1', 'Content-Length: 10\r\nConnection: close')}first`);
      await lab.sites({ busy: {} });
      expect((await lab.visit('busy')).status).to.equal(503);
      upload.write('later');
      const [answer] = (await upload.toArray()) as [string];
      expect(answer).to.match(/^HTTP\/1\.1 200 /);
      socket.write('still there');
      expect((await heard.next()).value).to.equal('still there');
      socket.destroy();
    });
  });
});
