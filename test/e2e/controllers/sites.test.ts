import { expect } from 'chai';
import { Guest } from '../toolkit/browser/guest.ts';
import { scenario, type Closure } from '../toolkit/closures.ts';
import { eventually } from '../toolkit/eventually.ts';
import { openSite, removeSite, staysClosed, type Site } from '../toolkit/site.ts';
import { colleague, visit } from '../toolkit/visitor.ts';
import { allowing, aWindow, newToken, withToken } from '../toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow } from '../toolkit/windows.ts';

for (const className of ['traefik', 'traefik-nginx', 'haproxy', 'nginx'])
  scenario(`a site of the class ${className}`, function () {
    this.timeout(90_000);
    const token = newToken();
    let site: Site;
    let closure: Closure;

    before(async () => {
      site = await openSite(`class-${className}`, { className });
    });
    after(async () => {
      await removeSite(site);
    });

    it('closes for strangers, and lets colleagues in by address and by token', async () => {
      const window = aWindow(site, allowing(colleague), withToken(token));
      await applyWindow(window);
      await conditionBecomes(window, 'Closed', { status: 'True' });
      closure = staysClosed(site, [window]);
      const stranger = await visit(site.host);
      expect(stranger.status).to.equal(503);
      expect(stranger.headers).to.include.keys('retry-after', 'backsoon-window');
      expect((await visit(site.host, { from: colleague })).status, 'by address').to.equal(200);
      expect((await visit(site.host, { token })).status, 'by token').to.equal(200);
    });

    it('shows the page in a browser', async () => {
      await using guest = await Guest.arrive();
      const answer = await guest.page.goto(`http://${site.host}/`);
      expect(answer?.status()).to.equal(503);
    });

    it('opens when its window is gone', async () => {
      closure.end();
      await deleteWindow(aWindow(site));
      await eventually('the site', async () => expect((await visit(site.host)).status).to.equal(200));
    });
  });
