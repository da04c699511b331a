import { expect } from 'chai';
import { as, configure, controllerAddress, Lab, visitor } from './lab.ts';

/** What a client may try to say for the controller. */
const forged = {
  'x-original-uri': '/forged',
  'x-original-url': 'http://forged.test/',
  'x-original-method': 'FORGED',
  'x-forwarded-host': 'forged.test',
  'x-forwarded-proto': 'forged',
  'x-forwarded-for': '1.2.3.4, 5.6.7.8',
  'x-real-ip': '9.9.9.9',
  'x-namespace': 'forged',
  'x-ingress-name': 'forged',
  'x-service-name': 'forged',
  'x-sent-from': 'forged',
  'x-code': '999',
  'x-format': 'forged',
} as const;

type Forged = keyof typeof forged;
const names = Object.keys(forged) as Forged[];

describe('ingress-nginx, headers', () => {
  const lab = new Lab();

  before(async () => {
    await lab.start();
    const url = `http://${lab.responder}:80/gate/nginx/$namespace/$ingress_name?h=$host`;
    await lab.sites({ closed: {}, open: { gate: false }, variables: { annotations: { 'auth-url': url } } });
  });
  after(async () => await lab.stop());

  it('the gate is asked by GET, HTTP/1.1, without a body, and its Host is the address without the port', async () => {
    const answer = await lab.visit('closed', { method: 'POST', body: 'secret', path: '/a/b?q=1' });
    const { method, httpVersion, body, url, headers } = as(answer, 'gate');
    const path = `/gate/nginx/${lab.namespace.name}/closed`;
    expect({ method, httpVersion, body, url }).to.deep.equal({
      method: 'GET',
      httpVersion: '1.1',
      body: '',
      url: path,
    });
    expect(headers).to.include({
      host: lab.responder,
      'x-original-url': `http://${lab.hostOf('closed')}/a/b?q=1`,
      'x-original-method': 'POST',
      'x-sent-from': 'nginx-ingress-controller',
      'x-real-ip': visitor,
      'x-forwarded-for': visitor,
      'x-auth-request-redirect': '/a/b?q=1',
    });
    expect(headers)
      .to.have.property('x-request-id')
      .that.matches(/^[0-9a-f]{32}$/);
    expect(headers).not.to.have.any.keys('x-forwarded-proto', 'content-length', 'transfer-encoding');
  });

  it('the client’s own headers come along to the gate', async () => {
    const headers = {
      cookie: 'a=b',
      authorization: 'Bearer x',
      'accept-language': 'de',
      'backsoon-token': 'bsn_x',
    };
    expect(as(await lab.visit('closed', { headers }), 'gate').headers).to.include(headers);
  });

  it('the page is told what it is about', async () => {
    const answer = await lab.visit('closed', { path: '/a/b?q=1', headers: { accept: 'text/html' } });
    expect(as(answer, 'page').headers).to.include({
      host: lab.hostOf('closed'),
      connection: 'close',
      'x-code': '403',
      'x-format': 'text/html',
      'x-original-uri': '/a/b?q=1',
      'x-namespace': lab.namespace.name,
      'x-ingress-name': 'closed',
      'x-service-name': 'app',
      'x-service-port': '80',
      'x-forwarded-for': visitor,
    });
  });

  for (const [role, writable] of [
    [
      'gate',
      [
        'x-original-uri',
        'x-forwarded-host',
        'x-namespace',
        'x-ingress-name',
        'x-service-name',
        'x-code',
        'x-format',
      ],
    ],
    [
      'page',
      [
        'x-original-url',
        'x-original-method',
        'x-forwarded-host',
        'x-forwarded-proto',
        'x-real-ip',
        'x-sent-from',
      ],
    ],
  ] as const) {
    it(`at the ${role} the client can write ${writable.join(', ')}, and nothing else of these`, async () => {
      const { headers } = as(await lab.visit('closed', { headers: forged }), role);
      const kept = names.filter((name) => headers[name] === forged[name]);
      expect(kept).to.have.members([...writable]);
    });
  }

  it('the URL of the gate may hold variables', async () => {
    const { url } = as(await lab.visit('variables'), 'gate');
    expect(url).to.equal(`/gate/nginx/${lab.namespace.name}/variables?h=${lab.hostOf('variables')}`);
  });

  describe('an absolute request line chooses the site by its own host', () => {
    const ask = async (line: string, host: string) =>
      await lab.raw(
        `GET http://${lab.hostOf(line)}/x?y HTTP/1.1\r\nHost: ${lab.hostOf(host)}\r\nConnection: close\r\n\r\n`,
      );

    it('and gate and page are told the host of the Host header: the client can write it', async () => {
      const { answer, seen } = await ask('closed', 'open');
      expect(answer).to.match(/^HTTP\/1\.1 503 /);
      expect(as({ seen }, 'gate').url).to.match(/\/closed$/);
      expect(as({ seen }, 'gate').headers['x-original-url']).to.equal(`http://${lab.hostOf('open')}/x?y`);
      expect(as({ seen }, 'page').headers).to.include({
        host: lab.hostOf('open'),
        'x-ingress-name': 'closed',
      });
    });

    it('so that the Host of a closed site does not close another one', async () => {
      expect((await ask('open', 'closed')).answer).to.match(/^HTTP\/1\.1 200 /);
    });
  });

  describe('whose address is seen, by the ConfigMap', () => {
    const defaults = {
      'use-proxy-protocol': 'true',
      'use-forwarded-headers': null,
      'compute-full-forwarded-for': null,
      'proxy-real-ip-cidr': null,
    };
    const headers = { 'x-forwarded-for': '1.2.3.4, 5.6.7.8' };
    let at = '';

    before(async () => (at = await controllerAddress()));
    after(async () => {
      await configure(defaults);
      await lab.settled();
    });

    const forwarded = { 'use-forwarded-headers': 'true' };
    const full = { ...forwarded, 'compute-full-forwarded-for': 'true' };
    for (const [what, data, gate, page] of [
      ['by default the peer', {}, visitor, visitor],
      ['use-forwarded-headers: what the client wrote first', forwarded, '1.2.3.4', '1.2.3.4'],
      [
        'and compute-full-forwarded-for: the whole chain at the gate',
        full,
        `1.2.3.4, 5.6.7.8, ${visitor}`,
        '1.2.3.4',
      ],
      [
        'and proxy-real-ip-cidr with the peer: what came before it',
        { ...forwarded, 'proxy-real-ip-cidr': `${visitor}/32` },
        '5.6.7.8',
        '5.6.7.8',
      ],
      [
        'and proxy-real-ip-cidr without the peer: the peer',
        { ...forwarded, 'proxy-real-ip-cidr': '10.0.0.0/8' },
        visitor,
        visitor,
      ],
    ] as const) {
      it(what, async () => {
        await configure({ ...defaults, 'use-proxy-protocol': 'false', ...data });
        await lab.settled({ at });
        const answer = await lab.visit('closed', { headers, at });
        expect(as(answer, 'gate').headers['x-forwarded-for']).to.equal(gate);
        expect(as(answer, 'page').headers['x-forwarded-for']).to.equal(page);
      });
    }

    describe('behind a load balancer that speaks PROXY protocol', () => {
      const balancer = process.env['INGRESS_ADDRESS_INGRESS_NGINX'] ?? '';

      for (const [what, data, more, address] of [
        ['the visitor', {}, {}, visitor],
        ['use-forwarded-headers: what the client wrote first', forwarded, {}, '1.2.3.4'],
        [
          'and proxy-real-ip-cidr with the load balancer alone: the visitor',
          { ...forwarded, 'proxy-real-ip-cidr': `${balancer}/32` },
          {},
          visitor,
        ],
        [
          'but what the client wrote into a header of nginx’s own',
          { ...forwarded, 'proxy-real-ip-cidr': `${balancer}/32` },
          { 'x-forwarded-for-proxy-protocol': '7.7.7.7' },
          '7.7.7.7',
        ],
        [
          'and proxy-real-ip-cidr with the visitor alone: the load balancer',
          { ...forwarded, 'proxy-real-ip-cidr': `${visitor}/32` },
          {},
          balancer,
        ],
      ] as const) {
        it(what, async () => {
          await configure({ ...defaults, ...data });
          await lab.settled();
          const answer = await lab.visit('closed', { headers: { ...headers, ...more } });
          expect(as(answer, 'gate').headers['x-forwarded-for']).to.equal(address);
        });
      }
    });
  });
});
