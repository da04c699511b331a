import { expect } from 'chai';
import { expectNoComplaints, Guest } from './toolkit/browser/guest.ts';
import { scenario } from './toolkit/closures.ts';
import { eventually } from './toolkit/eventually.ts';
import type { Site } from './toolkit/site.ts';
import { createIngress, openSite, removeSite, staysClosed } from './toolkit/site.ts';
import { holderOf, sha256Of } from './toolkit/visitor.ts';
import { aWindow, newToken, saying, withToken } from './toolkit/window.ts';
import { applyWindow, conditionBecomes } from './toolkit/windows.ts';

/** Traefik has tests of its own (browser-link.test.ts). Where others have a certificate, they redirect http by themselves. */
const controllers = [
  { className: 'haproxy', controller: 'haproxy-ingress', stay: 'haproxy-ingress.github.io/ssl-redirect' },
  { className: 'nginx', controller: 'ingress-nginx', stay: 'nginx.ingress.kubernetes.io/ssl-redirect' },
  {
    className: 'traefik-nginx',
    controller: 'traefik-nginx',
    stay: 'nginx.ingress.kubernetes.io/ssl-redirect',
  },
];

for (const { className, controller, stay } of controllers) {
  scenario(`a staff link in a browser, behind ${controller}`, () => {
    const token = newToken();
    let site: Site;

    before(async () => {
      site = await openSite(`link-${className}`, { className, perSecond: 2 });
      await createIngress({
        ...site,
        name: site.ingress,
        className,
        tls: true,
        annotations: { [stay]: 'false' },
      });
      const window = aWindow(site, saying({ title: 'Back in the evening' }), withToken(token));
      await applyWindow(window);
      await conditionBecomes(window, 'Closed', { status: 'True' });
      staysClosed(site, [window]);
    });
    after(async () => removeSite(site));

    const aColleague = async (): Promise<Guest> => Guest.arrive({ userAgent: holderOf(sha256Of(token)) });
    const heading = (guest: Guest, name: string) =>
      guest.page.getByRole('heading', { name }).waitFor({ timeout: 20_000 });

    it('leads to the real site, which stays open for this browser and closed for others', async () => {
      await using guest = await aColleague();
      await guest.page.goto(`https://${site.host}/#backsoon=${token}`);
      await heading(guest, 'The Corner Shop');
      expect(guest.page.url()).to.equal(`https://${site.host}/`);
      expect(await guest.cookieNames()).to.have.length(1);
      await guest.page.reload();
      await heading(guest, 'The Corner Shop');
      expectNoComplaints(guest);
      await using stranger = await Guest.arrive();
      await stranger.page.goto(`https://${site.host}/`);
      await heading(stranger, 'Back in the evening');
    });

    it('says so when the token is not the right one', async () => {
      await using guest = await Guest.arrive();
      await guest.page.goto(`https://${site.host}/#backsoon=${newToken()}`);
      await eventually('the notice', async () =>
        expect(await guest.page.getByRole('status').textContent()).to.contain('no longer valid'),
      );
      expect(await guest.cookieNames()).to.have.length(0);
    });
  });
}
