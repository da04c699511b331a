import { expect } from 'chai';
import { forgedProbeAddress, signProbe, verifyEcho } from '../../../src/access/probe.ts';
import { signOutPath } from '../../../src/api/names.ts';
import { at, buildPolicy, network, token } from '../policy/build.ts';
import { type Answered, keys, RunningResponder } from './running-responder.ts';
import { raw } from './hostile-client.ts';

const closedAt = at('2026-12-01T22:00:00Z');

const cookiesOf = ({ headers }: Answered): string[] => headers['set-cookie'] ?? [];
const pairOf = (setCookie = ''): string => setCookie.slice(0, setCookie.indexOf(';'));

const closing = async (ingressClass: string): Promise<RunningResponder> => {
  const running = await RunningResponder.start(closedAt, (server) => {
    server.putNetwork(network);
    server.putPolicy(buildPolicy({ class: ingressClass, access: { paths: ['/hooks'], methods: ['HEAD'] } }));
  });
  await running.isReady();
  return running;
};

const nonce = 'nonce-nonce-nonce';
const probe = (host: string): string =>
  signProbe(keys.current, { gate: 'shop/web', host, nonce, expires: closedAt / 1000 + 8 });
const echoIn = ({ headers }: Answered): ReturnType<typeof verifyEcho> =>
  verifyEcho(headers['backsoon-echo'], { gate: 'shop/web', nonce }, keys);

describe('gate of haproxy-ingress, which shows nothing but the address', function () {
  this.timeout(30_000);

  let running: RunningResponder;
  /** As its Lua script asks: by GET, with the headers that the driver names. */
  const ask = async (headers: Record<string, string> = {}): Promise<Answered> =>
    running.gate({ headers: { 'x-real-ip': '198.51.100.10', ...headers } });

  before(async () => (running = await closing('hidden')));
  after(async () => running.stop());

  it('gives a stranger the page, whose method is not known: so it never reloads itself', async () => {
    const page = await ask({ accept: 'text/html', 'accept-language': 'de' });
    expect(page).to.include({ status: 503 });
    expect(page.headers).to.include.keys('retry-after', 'backsoon-window', 'content-security-policy');
    expect(page.body).to.include('data-reload="no"').and.to.include('198.51.100.10');
  });

  it('lets in by address and by token', async () => {
    expect(await ask({ 'x-real-ip': '203.0.113.7' })).to.include({ status: 200, body: '' });
    expect(await ask({ 'backsoon-token': token })).to.include({ status: 200, body: '' });
  });

  it('lets in by nothing that it does not show, whatever a visitor writes', async () => {
    const forged = {
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-method': 'HEAD',
      'x-forwarded-uri': '/hooks/1',
      'x-forwarded-host': 'shop.example.com',
      'x-original-method': 'HEAD',
      'x-original-url': 'http://shop.example.com/hooks/1',
    };
    expect(await ask(forged)).to.include({ status: 503 });
    expect(await ask({ 'x-real-ip': '203.0.113.7, 198.51.100.10' })).to.include({ status: 503 });
  });

  it('gives the page to a preflight', async () => {
    const preflight = { origin: 'https://a.example', 'access-control-request-method': 'PUT' };
    const answer = await ask(preflight);
    expect(answer).to.include({ status: 503 });
    expect(answer.headers).to.include({ 'access-control-allow-origin': 'https://a.example' });
  });

  it('gives an upgrade a bare 503, with or without Connection', async () => {
    for (const connection of ['', 'Connection: Upgrade\r\n', 'Connection: close\r\n']) {
      const received = await raw(
        running.gatePort,
        `GET /gate/forward/shop/web HTTP/1.1\r\nHost: x\r\nX-Real-IP: 198.51.100.10\r\nUpgrade: websocket\r\n${connection}\r\n`,
      );
      expect(received, connection).to.match(/^HTTP\/1\.1 503 [^]*\r\nContent-Length: 0\r\n[^]*\r\n\r\n$/i);
      expect(received, connection).to.include('Retry-After');
    }
  });

  it('gives gRPC its status', async () => {
    const answer = await ask({ 'content-type': 'application/grpc' });
    expect(answer.headers).to.include({ 'grpc-status': '14' });
  });

  it('makes a link a cookie that is bound to no host, and signs nobody out', async () => {
    const [setCookie = '', ...others] = cookiesOf(await ask({ 'backsoon-exchange': token }));
    expect(others).to.deep.equal([]);
    const cookie = pairOf(setCookie);
    for (const host of ['shop.example.com', 'a.example'])
      expect(await ask({ cookie, 'x-forwarded-host': host })).to.include({ status: 200, body: '' });
    const elsewhere = await ask({ cookie, 'x-forwarded-uri': signOutPath });
    expect(elsewhere).to.include({ status: 200 });
    expect(cookiesOf(elsewhere)).to.deep.equal([]);
  });

  it('answers a probe that is bound to no host, and no other', async () => {
    const echo = echoIn(await ask({ 'backsoon-probe': probe('') }));
    expect(echo).to.include({ decision: 'closed', spoofed: false });
    const other = await ask({ 'backsoon-probe': probe('shop.example.com') });
    expect(echoIn(other)).to.equal(undefined);
    expect(other.headers).to.have.property('backsoon-window');
  });

  it('tells when the address is the one that the probe made up', async () => {
    const believed = await ask({ 'backsoon-probe': probe(''), 'x-real-ip': forgedProbeAddress });
    expect(echoIn(believed)).to.include({ spoofed: true });
  });

  it('knows a proxy by the header in which the controller keeps what came', async () => {
    const headers = { 'x-real-ip': '203.0.113.7', 'x-original-forwarded-for': '198.51.100.10' };
    expect(await ask(headers)).to.include({ status: 503 });
  });
});

describe("gate of Traefik's reading of ingress-nginx, which passes all headers on", function () {
  this.timeout(30_000);

  let running: RunningResponder;
  const visit = (uri: string, method: string, more: Record<string, string> = {}): Record<string, string> => ({
    'x-forwarded-for': '198.51.100.10',
    'x-forwarded-host': 'shop.example.com',
    'x-forwarded-method': method,
    'x-forwarded-uri': uri,
    'x-forwarded-proto': 'https',
    ...more,
  });
  /** What ingress-nginx would set, and Traefik leaves as the visitor wrote it; and what is the app's own. */
  const passedOn = {
    'x-original-url': 'http://shop.example.com/hooks/1',
    'x-original-method': 'HEAD',
    'x-original-uri': '/hooks/1',
    'x-sent-from': 'nginx-ingress-controller',
    'x-namespace': 'shop',
    'x-ingress-name': 'free',
    'x-request-id': '0123456789abcdef0123456789abcdef',
    'x-real-ip': '203.0.113.7',
    authorization: 'Basic eDp5',
    'accept-encoding': 'gzip, br',
    'content-type': 'application/json',
  };

  before(async () => (running = await closing('traefik')));
  after(async () => running.stop());

  it('is a gate like any of the forward flavour, whatever comes along', async () => {
    expect(await running.gate({ headers: visit('/cart', 'POST', passedOn) })).to.include({ status: 503 });
    expect(await running.gate({ headers: visit('/hooks/1', 'POST', passedOn) })).to.include({ status: 200 });
    expect(await running.gate({ headers: visit('/', 'HEAD', passedOn) })).to.include({ status: 200 });
    const colleague = { ...passedOn, 'x-forwarded-for': '203.0.113.7' };
    expect(await running.gate({ headers: visit('/cart', 'POST', colleague) })).to.include({ status: 200 });
  });

  it('gives links and takes cookies bound to the host', async () => {
    const link = visit('/', 'GET', { ...passedOn, 'backsoon-exchange': token });
    const cookie = pairOf(cookiesOf(await running.gate({ headers: link }))[0]);
    expect(await running.gate({ headers: visit('/', 'GET', { cookie }) })).to.include({ status: 200 });
    const elsewhere = visit('/', 'GET', { cookie, 'x-forwarded-host': 'a.example' });
    expect(await running.gate({ headers: elsewhere })).to.include({ status: 503 });
  });

  it('answers probes, and reports none as a gate of ingress-nginx', async () => {
    const headers = visit('/', 'GET', { ...passedOn, 'backsoon-probe': probe('shop.example.com') });
    expect(echoIn(await running.gate({ headers }))).to.include({ decision: 'closed', spoofed: false });
    expect((await running.status()).nonces).to.deep.equal([]);
  });
});
