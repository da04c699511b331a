import { expect } from 'chai';
import { appRequests } from './toolkit/access-log.ts';
import { setChartValue } from './toolkit/chart.ts';
import { scenario } from './toolkit/closures.ts';
import { Layer7Proxy } from './toolkit/layer7-proxy.ts';
import type { Site } from './toolkit/site.ts';
import { openSite, removeSite } from './toolkit/site.ts';
import type { Visit } from './toolkit/visitor.ts';
import { colleague, stranger, visit } from './toolkit/visitor.ts';
import { allowing, aWindow, newToken, passing, withToken } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow } from './toolkit/windows.ts';

const trustedProxies = 'ingressControllers.traefik.trustedProxies';
const preflight = { origin: 'https://elsewhere.test', 'access-control-request-method': 'PUT' };
const challenge = '/.well-known/acme-challenge/Zm9yZ2Vk';

type Headers = Readonly<Record<string, string>>;

/** What a stranger writes to look like somebody, or something, that passes. */
const forgeries: readonly (readonly [string, Headers])[] = [
  ['a colleague’s address', { 'X-Forwarded-For': colleague }],
  ['a list of colleagues’ addresses', { 'X-Forwarded-For': `${colleague}, ${colleague},${colleague}` }],
  ['an address that ends a line', { 'X-Forwarded-For': `${colleague},` }],
  ['loopback', { 'X-Forwarded-For': '127.0.0.1, ::1' }],
  ['the proxy’s own address', { 'X-Forwarded-For': '192.0.2.7' }],
  ['a real address', { 'X-Real-Ip': colleague, 'X-Client-Ip': colleague, 'True-Client-Ip': colleague }],
  ['Forwarded', { Forwarded: `for=${colleague};proto=https;host=forged.test` }],
  ['an exempt path', { 'X-Forwarded-Uri': '/exempt/x' }],
  ['an exempt path, otherwise', { 'X-Original-Uri': '/exempt/x', 'X-Rewrite-Url': '/exempt/x' }],
  ['a path with an underscore', { X_Forwarded_Uri: '/exempt/x' }],
  ['an exempt method', { 'X-Forwarded-Method': 'HEAD' }],
  ['an exempt method, overridden', { 'X-Http-Method-Override': 'HEAD', 'X-Original-Method': 'HEAD' }],
  ['a certificate authority', { 'X-Forwarded-Uri': challenge, 'X-Forwarded-Method': 'GET' }],
  ['a preflight', { 'X-Forwarded-Method': 'OPTIONS', ...preflight }],
  ['another host', { 'X-Forwarded-Host': 'elsewhere.test', 'X-Forwarded-Server': 'elsewhere.test' }],
  ['https', { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Port': '443', 'X-Forwarded-Ssl': 'on' }],
  ['headers that go no further', { Connection: 'close, X-Forwarded-For, X-Forwarded-Uri' }],
  ['a probe', { 'Backsoon-Probe': 'v1.k1.0.0.0', 'Backsoon-Echo': 'v1' }],
];

/** Who passes by right, so that a test of forgeries can fail. */
const rightful: readonly (readonly [string, Visit])[] = [
  ['a colleague', { from: colleague }],
  ['an exempt path', { path: '/exempt/x' }],
  ['an exempt method', { method: 'HEAD' }],
  ['a certificate authority', { path: challenge }],
  ['a preflight', { method: 'OPTIONS', headers: preflight }],
];

scenario('traefik: forged headers', function () {
  this.timeout(90_000);
  const token = newToken();
  let site: Site;
  let proxy: Layer7Proxy;

  before(async () => {
    await setChartValue(trustedProxies, ['192.0.2.7']);
    proxy = await Layer7Proxy.start();
    site = await openSite('forged');
    const window = aWindow(
      { namespace: site.namespace },
      allowing(colleague),
      withToken(token),
      passing({ paths: ['/exempt'], methods: ['HEAD'] }),
    );
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
  });
  after(async () => {
    await deleteWindow(aWindow({ namespace: site.namespace }));
    await removeSite(site);
    await proxy?.[Symbol.asyncDispose]();
    await setChartValue(trustedProxies, []);
  });

  const ways = [
    ['straight to the ingress', () => ({})],
    ['through a trusted proxy that passes them on', () => ({ through: proxy })],
  ] as const;
  for (const [way, how] of ways) {
    it(`open nothing ${way}, and who has a pass gets in`, async () => {
      await site.crowd.leave();
      for (const [who, visitor] of rightful) {
        const { status } = await visit(site.host, { ...how(), ...visitor });
        // The shop knows neither path: any answer of its own will do.
        expect(status, `${who}, by right`).to.be.oneOf([200, 204, 404, 405]);
      }
      expect((await visit(site.host, { ...how(), token })).status, 'a token').to.equal(200);

      const since = Date.now();
      const opened: string[] = [];
      for (const [what, headers] of forgeries) {
        for (const method of ['GET', 'POST']) {
          const { status } = await visit(site.host, { ...how(), from: stranger, headers, method });
          if (status !== 503) opened.push(`${what}: ${method} ${status}`);
        }
      }
      const all = Object.assign({}, ...forgeries.map(([, headers]) => headers)) as Headers;
      const { status } = await visit(site.host, { ...how(), from: stranger, headers: all });
      expect([...opened, ...(status === 503 ? [] : [`all at once: ${status}`])]).to.deep.equal([]);
      expect(appRequests(site.host, since, Date.now()), 'what the app saw of them').to.deep.equal([]);
    });
  }
});
