import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { MaintenanceWindowSpec } from '../../src/api/generated/maintenance-window.ts';
import { appRequests } from './toolkit/access-log.ts';
import { setChartValue } from './toolkit/chart.ts';
import { scenario } from './toolkit/closures.ts';
import { eventually } from './toolkit/eventually.ts';
import type { Site } from './toolkit/site.ts';
import { createIngress, isServed, openSite, removeSite, staysClosed } from './toolkit/site.ts';
import type { Answer, Visit } from './toolkit/visitor.ts';
import { tryToVisit, visit } from './toolkit/visitor.ts';
import type { Modifier } from './toolkit/window.ts';
import { aWindow } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow, readWindow } from './toolkit/windows.ts';

const only =
  (part: NonNullable<MaintenanceWindowSpec['only']>): Modifier =>
  (spec) => ({ ...spec, only: part });
const letting =
  (access: NonNullable<MaintenanceWindowSpec['access']>): Modifier =>
  (spec) => ({ ...spec, access });

/** Other spellings of /checkout: what an app might take for it. */
const spellings = [
  '/checkout',
  '/checkout/',
  '/checkout/pay?step=2',
  '/checkout?x=/open',
  '/CHECKOUT',
  '/%63heckout',
  '/chec%6Bout',
  '/%2563heckout',
  '//checkout',
  '/./checkout',
  '/open/../checkout',
  '/open/%2e%2e/checkout',
  '/open/%2E./checkout',
  '/open/..;/checkout',
  '/checkout;v=1',
  '/checkout%2fpay',
  '/checkout%5cpay',
  '/%2fcheckout',
  '/open%2f..%2fcheckout',
  '/checkout%00',
  '/checkout%ff',
  '/checkout%zz',
  '/open\\..\\checkout',
] as const;

interface Tried {
  readonly answer: Answer;
  readonly admitted: boolean;
  /** What the app was asked for; Traefik takes dot segments and double slashes out before anybody sees them. */
  readonly path: string | undefined;
}

/** A visit that can be found in the app's log. */
async function attempt(host: string, how: Visit): Promise<Tried> {
  const agent = `visitor-${randomUUID()}`;
  const answer = await tryToVisit(host, { ...how, headers: { ...how.headers, 'user-agent': agent } });
  const seen = appRequests(host, answer.sentAt - 1_000, Date.now());
  const found = seen.find(({ headers }) => headers['user-agent'] === agent);
  return { answer, admitted: found !== undefined, path: found?.path };
}

scenario('a part of a site', function () {
  this.timeout(60_000);
  const namespace = 'e2e-parts';
  const other = 'parts-other.test';
  let site: Site;

  before(async () => {
    site = await openSite('parts', { perSecond: 2 });
    await createIngress({ ...site, name: site.ingress, aliases: [other] });
    await isServed({ ...site, host: other });
  });
  after(async () => removeSite(site));

  const closing = async (...modifiers: readonly Modifier[]): Promise<ReturnType<typeof aWindow>> => {
    const window = aWindow({ namespace }, ...modifiers);
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
    return window;
  };

  it('by host: the other host stays open', async () => {
    const window = await closing(only({ hosts: [site.host] }));
    const closure = staysClosed(site, [window]);
    await eventually('closed', async () => expect((await visit(site.host)).status).to.equal(503));
    expect((await visit(other)).status).to.equal(200);
    expect((await visit(other, { headers: { 'x-forwarded-host': site.host } })).status).to.equal(200);
    expect((await visit(site.host, { headers: { 'x-forwarded-host': other } })).status).to.equal(503);
    closure.end();
  });

  it('by path: the rest stays open, and no spelling of the path gets through', async () => {
    await closing(only({ paths: ['/checkout'] }));
    await eventually('the new policy', async () => {
      expect((await visit(site.host, { path: '/checkout' })).status).to.equal(503);
      expect((await visit(site.host)).status).to.equal(200);
    });
    for (const path of ['/', '/api/products', '/checkouts', '/open/checkout']) {
      expect((await attempt(site.host, { path })).admitted, path).to.equal(true);
    }
    for (const path of spellings) {
      const { answer, admitted } = await attempt(site.host, { path });
      expect(admitted, `${path}: ${answer.status}`).to.equal(false);
      expect(answer.status, path).not.to.be.within(200, 299);
    }
    const forged = { 'x-forwarded-uri': '/', 'x-original-uri': '/', 'x-rewrite-url': '/' };
    expect((await visit(site.host, { path: '/checkout', headers: forged })).status).to.equal(503);
  });

  it('all but some paths: no spelling makes more of them', async () => {
    const window = await closing(letting({ paths: ['/api/products', '/healthz'] }));
    await eventually('the new policy', async () => expect((await visit(site.host)).status).to.equal(503));
    const closure = staysClosed(site, [window]);
    for (const path of ['/api/products', '/api/products?x=1', '/api/products/7']) {
      expect((await attempt(site.host, { path })).admitted, path).to.equal(true);
    }
    const closed = [
      '/api',
      '/api/productsx',
      '/API/products',
      '/api/products/../../',
      '/api/products/%2e%2e/%2e%2e/',
      '/api/products/..;/..;/',
      '/api/products%2f..%2f..',
      '/api//products',
      '//api/products',
      '/api/products;x',
    ];
    for (const path of closed) {
      const { answer, path: asked } = await attempt(site.host, { path });
      expect(asked ?? '/api/products', `${path}: ${answer.status}`).to.equal('/api/products');
    }
    closure.end();
  });

  it('all but reading', async () => {
    const window = await closing(letting({ methods: ['GET', 'HEAD'] }));
    await eventually('the new policy', async () => expect((await visit(site.host)).status).to.equal(200));
    expect((await visit(site.host, { method: 'HEAD' })).status).to.equal(200);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const forged = { 'x-forwarded-method': 'GET', 'x-http-method-override': 'GET' };
      const { answer, admitted } = await attempt(site.host, { method, headers: forged });
      expect([answer.status, admitted], method).to.deep.equal([503, false]);
    }
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' };
    const { admitted } = await attempt(site.host, {
      headers: { ...upgrade, 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' },
    });
    expect(admitted, 'an upgrade').to.equal(false);
    await deleteWindow(window);
    await eventually('open', async () =>
      expect((await visit(site.host, { method: 'POST' })).status).to.equal(200),
    );
  });
});

scenario('one host of two, behind proxies', function () {
  this.timeout(120_000);
  const namespace = 'e2e-unseen';
  const other = 'unseen-other.test';
  const trustedProxies = 'ingressControllers.traefik.trustedProxies';
  let site: Site;

  before(async () => {
    site = await openSite('unseen', { perSecond: 5 });
    await createIngress({ ...site, name: site.ingress, aliases: [other] });
    await isServed({ ...site, host: other });
  });
  after(async () => {
    await removeSite(site);
    await setChartValue(trustedProxies, []);
  });

  it('stays closed, all of it, when proxies are named; then it is refused, until it names all hosts', async () => {
    const part = aWindow({ namespace }, only({ hosts: [site.host] }));
    await applyWindow(part);
    await conditionBecomes(part, 'Closed', { status: 'True' });
    const closure = staysClosed(site, [part]);
    expect((await visit(other)).status, 'the other host').to.equal(200);

    await setChartValue(trustedProxies, ['192.0.2.7']);
    const blind = { status: 'False', reason: 'DriverCannotSee' } as const;
    const { message } = await conditionBecomes(part, 'Armable', blind, { within: 40 });
    for (const words of ['spec.only.hosts', 'X-Forwarded-Host', site.host, other]) {
      expect(message).to.include(words);
    }
    expect((await visit(site.host)).status).to.equal(503);
    await eventually('the other host closes with it', async () => {
      expect((await visit(other)).status).to.equal(503);
    });
    closure.end();

    await deleteWindow(part);
    await eventually('open', async () => expect((await visit(site.host)).status).to.equal(200));
    await applyWindow(part);
    await conditionBecomes(part, 'Closed', { status: 'False', reason: 'Partial' });
    expect((await readWindow(part)).status?.gates).to.include({ total: 1, refused: 1 });
    expect((await visit(site.host)).status, 'a site that is not gated').to.equal(200);

    const whole = aWindow({ namespace }, only({ hosts: [other, site.host] }));
    await applyWindow(whole);
    await conditionBecomes(whole, 'Closed', { status: 'True' });
    expect((await visit(site.host)).status).to.equal(503);
  });
});
