import { expect } from 'chai';
import { signOutPath } from '../../../src/api/names.ts';
import type { Network, Policy } from '../../../src/policy/policy.ts';
import { at, buildPolicy, network, otherToken, type PolicyOverrides, token } from '../policy/build.ts';
import { type Answered, eventually, RunningResponder } from './running-responder.ts';

const closedAt = at('2026-12-01T22:00:00Z');
const stranger = { 'x-forwarded-for': '198.51.100.10', 'x-forwarded-host': 'shop.example.com' };

const seeing = (sees: Network['classes'][string]['sees']): Network => ({
  ...network,
  classes: { traefik: { ...network.classes['traefik']!, sees } },
});

describe('answers of a closed gate', function () {
  this.timeout(30_000);

  let running: RunningResponder;
  let generation = 10;
  const close = async (overrides: PolicyOverrides): Promise<void> => {
    const policy: Policy = buildPolicy(overrides);
    generation += 1;
    await running.enforce({ ...policy, window: { ...policy.window, generation } });
  };
  const ask = async (headers: Record<string, string>): Promise<Answered> =>
    running.gate({ headers: { ...stranger, ...headers } });

  before(async () => {
    running = await RunningResponder.start(closedAt, (server) => {
      server.putNetwork(network);
      server.putPolicy(buildPolicy());
    });
    await running.isReady();
  });
  after(async () => running.stop());
  beforeEach(() => (running.nowMs = closedAt));
  afterEach(async () => running.enforceNetwork(network));

  describe('page', () => {
    const page = {
      title: 'Moving',
      translations: { de: { title: 'Umzug', message: null }, fy: { title: 'Ferhúzje', message: null } },
    };

    it("is in the visitor's language, in the window's words where it has them", async () => {
      await close({ page });
      const table = [
        ['de-AT,en;q=0.5', 'de', 'Umzug'],
        ['fr', 'fr', 'Moving'],
        ['fy', 'fy', 'Ferhúzje'],
        ['xx, *;q=0.1', 'en', 'Moving'],
        ['', 'en', 'Moving'],
      ] as const;
      for (const [accepted, language, title] of table) {
        const { headers, body } = await ask({ accept: 'text/html', 'accept-language': accepted });
        expect(headers['content-language'], accepted).to.include(language);
        expect(body, accepted).to.include(`>${title}</h1>`);
        expect(headers['vary']).to.include('Accept-Language');
      }
      const problem = await ask({ accept: 'application/json', 'accept-language': 'de' });
      expect(JSON.parse(problem.body)).to.include({ title: 'Umzug' });
      expect(problem.headers['content-language']).to.include('de');
    });

    it("is the policy's template, with the visitor's own parts in it, and follows a change of it", async () => {
      await close({ page: { ...page, template: '<h1>{{title}}</h1><p>{{address}} {{requestId}}</p>' } });
      const first = await ask({ accept: 'text/html' });
      expect(first.body).to.match(/<h1>Moving<\/h1><p>198\.51\.100\.10 [\w-]+<\/p>/);
      expect(first.headers['content-security-policy']).to.include("style-src 'unsafe-inline'");
      await close({ page: { ...page, template: '<h2>{{title}}</h2>' } });
      expect((await ask({ accept: 'text/html' })).body).to.include('<h2>Moving</h2>');
      // Other formats have no template.
      expect((await ask({ accept: 'text/plain' })).body).to.match(/^Moving\n/);
    });

    it('has a request id of its own for each visitor', async () => {
      await close({});
      const ids = new Set<unknown>();
      for (let visit = 0; visit < 3; visit++) {
        const { body } = await ask({ accept: 'application/json' });
        ids.add((JSON.parse(body) as Record<string, unknown>)['requestId']);
      }
      expect(ids.size).to.equal(3);
    });

    const reloads: readonly (readonly [string, string | undefined, boolean, boolean])[] = [
      ['GET', 'GET', true, true],
      ['HEAD of an unseen method', 'HEAD', false, false],
      ['POST', 'POST', true, false],
      ['an unknown method', undefined, true, false],
      ['a method that the class does not show', 'GET', false, false],
    ];
    for (const [what, method, isSeen, reloads_] of reloads) {
      it(`${reloads_ ? 'reloads' : 'never reloads'} itself as the answer to ${what}`, async () => {
        await running.enforceNetwork(seeing({ host: true, path: true, method: isSeen }));
        await close({ page: { template: '<p>{{title}}</p>' } });
        const { body } = await ask({
          accept: 'text/html',
          ...(method !== undefined && { 'x-forwarded-method': method }),
        });
        expect(body).to.match(reloads_ ? /data-reload="yes"/ : /data-reload="no"/);
      });
    }
  });

  describe('parts', () => {
    const uri = (target: string): Record<string, string> => ({ 'x-forwarded-uri': target });

    it('close what `only` names, and its every spelling', async () => {
      await close({ only: { hosts: ['shop.example.com'], paths: ['/checkout'] } });
      const table = [
        ['/checkout', 503],
        ['/checkout/pay?x=1', 503],
        ['/Checkout', 503],
        ['/%63heckout', 503],
        ['//checkout', 503],
        ['/x/../checkout', 503],
        ['/checkouts', 200],
        ['/cart', 200],
      ] as const;
      for (const [target, status] of table) expect(await ask(uri(target)), target).to.include({ status });
      expect(await ask({ ...uri('/checkout'), 'x-forwarded-host': 'api.example.com' })).to.include({
        status: 200,
      });
    });

    it('pass by path and by method where the class shows them, else not', async () => {
      await close({ access: { paths: ['/hooks'], methods: ['GET', 'HEAD'] } });
      const asked = async (method: string, target: string): Promise<number> =>
        (await ask({ 'x-forwarded-method': method, ...uri(target) })).status;
      expect(await asked('POST', '/hooks/1')).to.equal(200);
      expect(await asked('POST', '/cart')).to.equal(503);
      expect(await asked('GET', '/cart')).to.equal(200);
      await running.enforceNetwork(seeing({ host: false, path: false, method: false }));
      expect(await asked('POST', '/hooks/1')).to.equal(503);
      expect(await asked('GET', '/cart')).to.equal(503);
    });

    it('pass nobody by method whose second Content-Type may be gRPC', async () => {
      await close({ access: { methods: ['POST'] } });
      const typed = async (...types: string[]): Promise<number> => {
        const headers = { ...stranger, 'x-forwarded-method': 'POST', 'content-type': types };
        return (await running.gate({ headers })).status;
      };
      expect(await typed('text/plain')).to.equal(200);
      expect(await typed('text/plain', 'application/grpc')).to.equal(503);
      expect(await typed('text/plain', 'text/plain')).to.equal(503);
    });

    it('pass only who passes every closed window', async () => {
      await close({ access: { paths: ['/hooks'] } });
      await close({ name: 'other', access: { tokens: [] } });
      expect((await ask(uri('/hooks'))).status).to.equal(503);
      expect((await ask({ ...uri('/hooks'), 'x-forwarded-for': '203.0.113.7' })).status).to.equal(200);
      expect((await ask({ ...uri('/hooks'), 'backsoon-token': token })).status).to.equal(503);
      running.server.remove('backsoon-policy-uid-other');
      await eventually(
        async () => running.status(),
        ({ policies }) => !('uid-other' in policies),
      );
    });
  });

  describe('to scripts of other origins', () => {
    before(async () => close({ access: { methods: [] } }));
    const origin = 'https://app.example';

    it('may be read: page, gRPC and upgrade, but neither an exchange nor signing out', async () => {
      for (const headers of [
        {},
        { 'content-type': 'application/grpc' },
        { upgrade: 'websocket', connection: 'upgrade' },
      ]) {
        const answer = await ask({ origin, ...headers });
        expect(answer.headers).to.include({
          'access-control-allow-origin': origin,
          'access-control-expose-headers': 'Backsoon-Window, Retry-After',
        });
      }
      for (const headers of [{ 'backsoon-exchange': otherToken }, { 'x-forwarded-uri': signOutPath }]) {
        const answer = await ask({ origin, ...headers });
        const names = Object.keys(answer.headers);
        expect(names.filter((name) => name.startsWith('access-control'))).to.deep.equal([]);
        expect(answer.status).to.equal(503);
      }
    });

    it('are the page for a preflight whose method is not shown', async () => {
      const preflight = { origin, 'access-control-request-method': 'PUT' };
      expect((await ask({ ...preflight, 'x-forwarded-method': 'OPTIONS' })).status).to.equal(200);
      await running.enforceNetwork(seeing({ host: true, path: true, method: false }));
      expect((await ask({ ...preflight, 'x-forwarded-method': 'OPTIONS' })).status).to.equal(503);
    });
  });

  it('put no character into a header that a visitor or a window chose', async () => {
    await close({ page: { title: 'Ärger\r\nSet-Cookie: a=b', message: '☂' } });
    for (const origin of ['https://a.example\tb', 'null', 'https://ä.example', 'javascript:x']) {
      const { headers } = await running.gate({
        headers: { ...stranger, origin: Buffer.from(origin).toString('latin1') },
      });
      expect(headers['access-control-allow-origin'], origin).to.equal('*');
      expect(headers).not.to.have.property('set-cookie');
    }
  });
});
