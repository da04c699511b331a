import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { appRequests } from './toolkit/access-log.ts';
import { expectNoComplaints, Guest } from './toolkit/browser/guest.ts';
import { theLooks } from './toolkit/browser/looks.ts';
import type { Closure } from './toolkit/closures.ts';
import { scenario } from './toolkit/closures.ts';
import { inside } from './toolkit/cluster.ts';
import { eventually } from './toolkit/eventually.ts';
import { ingressLog, ingressRequests } from './toolkit/ingress-log.ts';
import type { Site } from './toolkit/site.ts';
import { createIngress, isServed, openSite, removeSite, staysClosed } from './toolkit/site.ts';
import { holderOf, sha256Of } from './toolkit/visitor.ts';
import { aWindow, newToken, saying, withToken } from './toolkit/window.ts';
import { applyWindow, conditionBecomes } from './toolkit/windows.ts';

/** All that any program of the cluster has written down, the API server's audit log included. */
function allLogs(): string {
  const directory = inside('BACKSOON_CLUSTER_LOGS');
  const logs = readdirSync(directory).map((file) => readFileSync(join(directory, file), 'utf8'));
  return [...logs, ingressLog()].join('\n');
}

const isTheShop = async (page: Page): Promise<void> =>
  page.getByRole('heading', { name: 'The Corner Shop' }).waitFor({ timeout: 20_000 });

const isThePage = async (page: Page): Promise<void> =>
  page.getByRole('heading', { name: 'Back in the evening' }).waitFor({ timeout: 20_000 });

for (const look of theLooks) {
  scenario(`a staff link in a browser, with ${look.name}`, () => {
    const token = newToken();
    const other = `other-${look.id}.test`;
    const named = { namespace: `e2e-browser-link-${look.id}` };
    const page = saying({ title: 'Back in the evening', ...look.page });
    const window = aWindow(named, page, withToken(token));
    const withoutToken = aWindow(named, page);
    let site: Site;
    let closure: Closure;

    before(async () => {
      site = await openSite(`browser-link-${look.id}`, { perSecond: 2 });
      await createIngress({ ...site, name: site.ingress, aliases: [other] });
      await isServed({ ...site, host: other });
      await look.prepare(site.namespace);
      await applyWindow(window);
      await conditionBecomes(window, 'Closed', { status: 'True' });
      closure = staysClosed(site, [window]);
    });
    after(async () => removeSite(site));

    const link = (host = site.host, secret = token): string => `https://${host}/#backsoon=${secret}`;
    /** Somebody who is known in the app's log as the one with the token. */
    const aColleague = async (): Promise<Guest> => Guest.arrive({ userAgent: holderOf(sha256Of(token)) });

    it('leads to the real site, which stays open for this browser', async () => {
      await using guest = await aColleague();
      await guest.page.goto(link());
      await isTheShop(guest.page);
      await guest.page.reload();
      await isTheShop(guest.page);
      const tab = await guest.openTab();
      expect((await tab.goto(`https://${site.host}/api/products`))?.status(), 'a second tab').to.equal(200);
      expectNoComplaints(guest);
    });

    it('leaves the token in no place of the browser', async () => {
      await using guest = await aColleague();
      await guest.page.goto(link());
      await isTheShop(guest.page);
      expect(guest.page.url()).to.equal(`https://${site.host}/`);
      expect(await guest.history(), 'the history of the tab').to.not.include(token);
      expect(await guest.stored(), 'cookies and storage').to.not.include(token);
      expect(await guest.page.content()).to.not.include(token);
      expect(await guest.cookieNames()).to.have.length(1);
      expect(guest.requests.join('\n')).to.not.include(token);
    });

    it('leaves the token in no log', async () => {
      const asked = ingressRequests(holderOf(sha256Of(token)));
      expect(
        asked.map(({ status }) => status),
        'the exchange and then the site',
      ).to.include.members([503, 200]);
      expect(appRequests(site.host, 0, Date.now()).some(({ cookie }) => cookie)).to.equal(true);
      expect(allLogs().includes(token), 'does any log hold the token?').to.equal(false);
    });

    it('gives a cookie that opens this host and no other', async () => {
      await using guest = await aColleague();
      await guest.page.goto(link());
      await isTheShop(guest.page);
      await guest.page.goto(`https://${other}/`);
      await isThePage(guest.page);
      await guest.carryCookiesTo(other);
      await guest.page.reload();
      await isThePage(guest.page);
      expect((await guest.cookiesSentTo(other)).at(-1), 'the cookie that went to the other host').to.match(
        /__Host-backsoon-/,
      );
      await guest.page.goto(link(other));
      await isTheShop(guest.page);
    });

    it('can be given back by signing out', async () => {
      await using guest = await aColleague();
      await guest.page.goto(link());
      await isTheShop(guest.page);
      await guest.page.goto(`https://${site.host}/.well-known/backsoon/sign-out`);
      await isThePage(guest.page);
      expect(await guest.cookieNames()).to.deep.equal([]);
      await guest.page.goto(`https://${site.host}/`);
      await isThePage(guest.page);
    });

    it('says over plain http that it needs https, and sends nothing', async () => {
      await using guest = await Guest.arrive();
      await guest.page.goto(link().replace('https:', 'http:'));
      await guest.page.getByText(/https/).waitFor();
      await isThePage(guest.page);
      expect(guest.page.url()).to.not.include(token);
      expect(guest.exchanges, 'requests with a token').to.equal(0);
      expect(guest.requests[0]).to.equal(`GET http://${site.host}/`);
      expect(guest.requests.slice(1), 'other requests than the question whether the site is back').to.satisfy(
        (more: readonly string[]) => more.every((each) => each === `HEAD http://${site.host}/`),
      );
    });

    it('says so when its token is good for nothing', async () => {
      await using guest = await Guest.arrive();
      await guest.page.goto(link(site.host, newToken()));
      await guest.page.getByText(/no longer valid/).waitFor();
      await isThePage(guest.page);
      expect(guest.page.url()).to.not.include('#');
      expect(guest.exchanges).to.equal(1);
      expect(await guest.cookieNames()).to.deep.equal([]);
      expectNoComplaints(guest);
    });

    it('works when it is pasted into a tab that shows the page already', async () => {
      await using guest = await aColleague();
      await guest.page.goto(`https://${site.host}/`);
      await isThePage(guest.page);
      await guest.page.goto(link());
      await isTheShop(guest.page);
      expect(await guest.history(), 'the history of the tab').to.not.include(token);
    });

    it('works on the answer to a form, which is not sent again', async () => {
      await using guest = await aColleague();
      await guest.submitForm(`https://${site.host}/`);
      await isThePage(guest.page);
      await guest.page.evaluate(`location.hash = 'backsoon=${token}'`);
      await isTheShop(guest.page);
      expect(guest.requests.map((request) => request.split(' ')[0])).to.deep.equal(['POST', 'GET', 'GET']);
    });

    it('ends when its token is taken out of the window', async () => {
      await using guest = await aColleague();
      await guest.page.goto(link());
      await isTheShop(guest.page);
      closure.end();
      await applyWindow(withoutToken);
      await eventually('the page instead of the site', async () => {
        expect((await guest.page.reload())?.status()).to.equal(503);
      });
      closure = staysClosed(site, [withoutToken]);
      await isThePage(guest.page);
      await guest.page.goto(link());
      await guest.page.getByText(/no longer valid/).waitFor();
      closure.end();
    });
  });
}
