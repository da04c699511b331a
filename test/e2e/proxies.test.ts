import { expect } from 'chai';
import { appRequests } from './toolkit/access-log.ts';
import { closureBegins, scenario } from './toolkit/closures.ts';
import { Crowd } from './toolkit/crowd.ts';
import type { Site } from './toolkit/site.ts';
import { openSite, removeSite } from './toolkit/site.ts';
import { Squid } from './toolkit/squid.ts';
import { colleague, visit } from './toolkit/visitor.ts';
import { allowing, aWindow, newToken, withToken } from './toolkit/window.ts';
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
