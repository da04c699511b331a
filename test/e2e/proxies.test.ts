import { expect } from 'chai';
import { appRequests } from './toolkit/access-log.ts';
import { closureBegins, scenario } from './toolkit/closures.ts';
import { Crowd } from './toolkit/crowd.ts';
import type { Site } from './toolkit/site.ts';
import { openSite, removeSite } from './toolkit/site.ts';
import { eventually } from './toolkit/eventually.ts';
import { Squid } from './toolkit/squid.ts';
import { colleague, visit } from './toolkit/visitor.ts';
import {
  allowing,
  aWindow,
  newToken,
  scheduled,
  secondsAhead,
  trustingShared,
  withToken,
} from './toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow } from './toolkit/windows.ts';

/** From so many requests on the responders judge who comes. */
const enough = 220;

scenario('a Squid in front that nobody told Backsoon about', () => {
  const token = newToken();
  let site: Site;
  let squid: Squid;
  let visitors: Crowd;

  before(async () => {
    // Nobody comes straight to the site: that would tell visitors apart.
    site = await openSite('proxies', { perSecond: 0.01 });
    await site.crowd.leave();
    squid = await Squid.start();
    visitors = new Crowd(site.host, { perSecond: 40, through: squid });
  });
  after(async () => {
    await visitors?.leave();
    await squid?.[Symbol.asyncDispose]();
    await removeSite(site);
  });

  it('does not open the site although its address is on the allowlist, and the window says what is wrong', async () => {
    const proxy = allowing(squid.host, colleague);
    const window = aWindow({ namespace: site.namespace }, proxy, withToken(token));
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
    // For the app's log everybody has the proxy's address: no address counts as a pass here.
    const strict = aWindow({ namespace: site.namespace }, withToken(token));
    const closedFrom = Date.now();
    const closure = closureBegins({ host: site.host, crowd: visitors, specs: [strict.spec] });

    expect((await visit(site.host, { through: squid })).status, 'a stranger').to.equal(503);
    expect((await visit(site.host, { through: squid, from: colleague })).status, 'a colleague').to.equal(503);
    expect((await visit(site.host, { through: squid, token })).status, 'a token').to.equal(200);
    const [admitted] = appRequests(site.host, closedFrom, Date.now());
    expect(admitted?.xForwardedFor, 'who the app thinks that was').to.equal(squid.host);
    expect(admitted?.headers['via']).to.match(/squid/i);

    const found = await conditionBecomes(
      window,
      'ClientAddressesPlausible',
      { status: 'False', reason: 'UnknownProxy' },
      { within: 30 },
    );
    expect(visitors.between(closedFrom, Date.now()).length, 'visitors until then').to.be.at.least(enough / 2);
    expect(found.message)
      .to.include(`address ${squid.host}, header via`)
      .and.to.include(`add ${squid.host} to the chart's value ingressControllers.traefik.trustedProxies`)
      .and.to.include('entryPoints.<name>.forwardedHeaders.trustedIPs in Traefik');
    closure.end();
    await deleteWindow(window);
  });
});

/** A responder knows a shared address by so many browsers; there are two responders, and each judges by what it sees. */
const tellingBrowsers = 20;
const replicas = 2;
/** Requests that were under way while a responder made up its mind. */
const underWay = 10;

scenario('a Squid in front that hides itself, with its address on the allowlist', function () {
  this.timeout(90_000);
  const token = newToken();
  let site: Site;
  let squid: Squid;
  let visitors: Crowd;
  const opened: { readonly site: Site; readonly visitors: Crowd }[] = [];
  const admitted = (from: number): number => visitors.statuses(from)[200] ?? 0;

  before(async () => {
    squid = await Squid.start({ isHidden: true });
  });
  after(async () => {
    for (const each of opened) {
      await each.visitors.leave();
      await removeSite(each.site);
    }
    await squid?.[Symbol.asyncDispose]();
  });

  /** A site of the test's own: no responder has ever seen anybody at it. */
  const openBehindSquid = async (name: string): Promise<void> => {
    site = await openSite(name, { perSecond: 0.01 });
    await site.crowd.leave();
    visitors = new Crowd(site.host, { perSecond: 60, through: squid, browsers: 50 });
    opened.push({ site, visitors });
  };

  /** For the app's log everybody has the proxy's address: no address counts as a pass here. */
  const nobodyGetsIn = (from: number): ReturnType<typeof closureBegins> => {
    const { spec } = aWindow({ namespace: site.namespace }, withToken(token));
    return closureBegins({ host: site.host, crowd: visitors, specs: [spec], from });
  };
  const allowingSquid = () => [allowing(squid.host, colleague), withToken(token)];

  it('is known when the site closes, if the window was armed ahead and every replica was asked', async () => {
    await openBehindSquid('hidden-ahead');
    const start = secondsAhead(11);
    const window = aWindow(
      { namespace: site.namespace, name: 'ahead' },
      ...allowingSquid(),
      scheduled(start, start + 60_000),
    );
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' }, { within: 25 });
    await eventually('the door is shut', () => {
      const lately = visitors.between(Date.now() - 1_000, Date.now());
      expect(lately.length).to.be.greaterThan(30);
      expect(lately.filter(({ status }) => status !== 503)).to.deep.equal([]);
    });
    const closure = nobodyGetsIn(Date.now());
    // Traefik keeps two connections and asks by them: a replica that it did not ask before the start has yet to learn.
    const gotIn = admitted(start + 250);
    console.log(`      a hidden proxy, armed ahead: ${gotIn} got in after the start`);
    expect(gotIn).to.be.at.most((replicas - 1) * tellingBrowsers + underWay);
    expect((await visit(site.host, { through: squid, from: colleague })).status, 'a colleague').to.equal(503);
    expect((await visit(site.host, { through: squid, token })).status, 'a token').to.equal(200);
    const [passed] = appRequests(site.host, start, Date.now());
    expect(passed?.xForwardedFor, 'who the app thinks that was').to.equal(squid.host);
    expect(passed?.headers['via'], 'what the proxy says of itself').to.equal(undefined);
    closure.end();
    await deleteWindow(window);
  });

  it('lets in the few that tell, and nobody after them, when a site is closed at once; the window says why', async () => {
    await openBehindSquid('hidden-at-once');
    const window = aWindow({ namespace: site.namespace }, ...allowingSquid());
    const appliedAt = Date.now();
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
    await eventually('the door is shut', () => {
      const lately = visitors.between(Date.now() - 1_000, Date.now());
      expect(lately.length).to.be.greaterThan(30);
      expect(lately.filter(({ status }) => status !== 503)).to.deep.equal([]);
    });
    const closure = nobodyGetsIn(Date.now());
    // What came before the gate was in place is not the gate's to answer for.
    const firstRefusal = visitors.between(appliedAt, Date.now()).find(({ status }) => status === 503);
    const gotIn = admitted(firstRefusal?.answeredAt ?? appliedAt);
    console.log(`      a hidden proxy: ${gotIn} got in after the first refusal`);
    expect(gotIn).to.be.at.most(replicas * tellingBrowsers + underWay);

    const { message } = await conditionBecomes(window, 'ClientAddressesPlausible', {
      status: 'False',
      reason: 'AllClientsLookAlike',
    });
    expect(message)
      .to.include(`the one address ${squid.host}, and 20 or more different browsers are behind it`)
      .and.to.include(`add ${squid.host} to the chart's value ingressControllers.traefik.trustedProxies`)
      .and.to.include('spec.access.trustSharedAddress: true');
    expect((await visit(site.host, { through: squid, token })).status, 'a token').to.equal(200);
    closure.end();

    const trusting = aWindow({ namespace: site.namespace }, ...allowingSquid(), trustingShared);
    await applyWindow(trusting);
    await eventually('all get in when the window says so', async () => {
      expect((await visit(site.host, { through: squid })).status).to.equal(200);
    });
    await eventually('the window says what that means', async () => {
      const told = await conditionBecomes(trusting, 'ClientAddressesPlausible', { status: 'False' });
      expect(told.message).to.include('because spec.access.trustSharedAddress is true');
    });
    await deleteWindow(window);
  });
});

scenario('ten colleagues behind the one address of their office', function () {
  this.timeout(90_000);
  let site: Site;
  let colleagues: Crowd;

  before(async () => {
    site = await openSite('office', { perSecond: 1 });
  });
  after(async () => {
    await colleagues?.leave();
    await removeSite(site);
  });

  it('stay in, whatever the window says of all the requests from there', async () => {
    const window = aWindow({ namespace: site.namespace }, allowing(colleague));
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
    const closedAt = Date.now();
    const closure = closureBegins({ host: site.host, crowd: site.crowd, specs: [window.spec] });
    colleagues = new Crowd(site.host, { perSecond: 80, from: colleague, browsers: 10 });
    const { message } = await conditionBecomes(
      window,
      'ClientAddressesPlausible',
      { status: 'False', reason: 'AllClientsLookAlike' },
      { within: 30 },
    );
    expect(message).to.include(`the one address ${colleague}`).and.not.to.include('browsers');
    await colleagues.leave();
    const met = colleagues.statuses(closedAt);
    expect(met).to.have.all.keys('200');
    expect(met[200]).to.be.at.least(enough);
    closure.end();
    await deleteWindow(window);
  });
});
