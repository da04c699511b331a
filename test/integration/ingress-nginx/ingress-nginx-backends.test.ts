import { expect } from 'chai';
import { as, Lab, roles } from './lab.ts';

describe('ingress-nginx, error backends and failing gates', () => {
  const lab = new Lab();

  /** A Service without Pods that leads to these addresses. */
  async function selectorless(name: string, addresses: readonly string[]): Promise<void> {
    const ports = [{ name: 'http', port: 80, targetPort: 8080 }];
    await lab.namespace.apply('Service', name, { spec: { ports } });
    await lab.namespace.apply('EndpointSlice', name, {
      apiVersion: 'discovery.k8s.io/v1',
      metadata: {
        name,
        namespace: lab.namespace.name,
        labels: { 'kubernetes.io/service-name': name },
      },
      addressType: 'IPv4',
      endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
      ports: [{ name: 'http', port: 8080 }],
    });
  }

  before(async () => {
    await lab.start();
    await lab.externalName('name', 'page.example.com');
    await lab.externalName('portless', lab.responder, []);
    await selectorless('pods', [lab.podIp]);
    await selectorless('empty', []);
    // Nothing listens on the node's port: connections are refused there.
    await selectorless('half', [lab.podIp, '172.30.0.1']);
    const half = await lab.clusterIP('half');
    const empty = await lab.clusterIP('empty');
    await lab.externalName('half-page', half);
    const backend = (name: string) => ({ 'default-backend': name });
    const gateAt = (host: string) => ({ 'auth-url': `http://${host}/gate/x` });
    await lab.sites({
      address: {},
      name: { annotations: backend('name') },
      portless: { annotations: backend('portless') },
      slice: { annotations: backend('pods') },
      nothing: { annotations: backend('no-such-service') },
      'app-gone': { service: 'empty' },
      'app-gone-bare': { service: 'empty', gate: false },
      'answers-503': { gate: '?answer=503' },
      'answers-302': { gate: '?answer=302' },
      'answers-401': { gate: '?answer=401' },
      refused: { annotations: gateAt(`${lab.podIp}:9`) },
      'without-endpoints': { annotations: gateAt(empty) },
      'unknown-name': { annotations: gateAt(`responder.${lab.namespace.name}.svc`) },
      'half-gate': { annotations: gateAt(half) },
      'half-page': { annotations: backend('half-page') },
    });
  });
  after(async () => await lab.stop());

  for (const [what, site, status] of [
    ['an ExternalName that is an address works', 'address', 503],
    ['a selectorless Service with endpoints works', 'slice', 503],
    ['an ExternalName that is a name does not', 'name', 502],
    ['an ExternalName without ports is the built-in 404', 'portless', 404],
    ['a Service that does not exist is the built-in 404', 'nothing', 404],
  ] as const) {
    it(`${what}: ${status}`, async () => {
      expect((await lab.visit(site)).status).to.equal(status);
    });
  }

  it('a Service that is created afterwards stays 404 until the Ingress is touched', async () => {
    const annotations = { 'default-backend': 'later' };
    await lab.sites({ early: { annotations } });
    expect((await lab.visit('early')).status).to.equal(404);
    await lab.externalName('later', lab.responder);
    await lab.settled();
    expect((await lab.visit('early')).status).to.equal(404);
    await lab.sites({ early: { annotations: { ...annotations, 'proxy-body-size': '3m' } } });
    expect((await lab.visit('early')).status).to.equal(503);
  });

  it('an app without endpoints: visitors get the page, staff too, with their own path and no X-Original-URI', async () => {
    const visitor = await lab.visit('app-gone', { path: '/a' });
    expect([visitor.status, as(visitor, 'page').url]).to.deep.equal([503, '/']);
    const staff = await lab.visit('app-gone', { path: '/a?b', staff: true });
    expect(roles(staff)).to.equal('gate page');
    expect(as(staff, 'page').url).to.equal('/a?b');
    expect(as(staff, 'page').headers)
      .to.include({ 'x-code': '503' })
      .and.not.to.have.property('x-original-uri');
  });

  it('an app without endpoints and without an error backend is nginx’s own 503', async () => {
    const { status, body } = await lab.visit('app-gone-bare');
    expect(status).to.equal(503);
    expect(body).to.contain('503 Service Temporarily Unavailable');
  });

  for (const [site, status] of [
    ['answers-503', 500],
    ['answers-302', 500],
    ['answers-401', 401],
    ['refused', 500],
    ['without-endpoints', 500],
    ['unknown-name', 500],
  ] as const) {
    it(`a gate that is ${site} is ${status} for everybody`, async () => {
      const staff = await lab.visit(site, { staff: true });
      expect([(await lab.visit(site)).status, staff.status]).to.deep.equal([status, status]);
      expect(staff.seen.filter(({ role }) => role !== 'gate')).to.deep.equal([]);
    });
  }

  it('a gate of which one replica is dead and Ready is 500 for many: nothing is tried again', async () => {
    const statuses = new Set<number>();
    for (let count = 0; count < 40; count += 1) statuses.add((await lab.visit('half-gate')).status);
    expect([...statuses]).to.have.members([500, 503]);
  });

  it('a page of which one replica is dead and Ready is there for all: nginx tries again', async () => {
    const statuses = new Set<number>();
    for (let count = 0; count < 40; count += 1) statuses.add((await lab.visit('half-page')).status);
    expect([...statuses]).to.deep.equal([503]);
  });
});
