import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { expectNoComplaints, Guest } from './toolkit/browser/guest.ts';
import { theLooks } from './toolkit/browser/looks.ts';
import { hideable, hideWhileAsking, setHidden } from './toolkit/browser/visibility.ts';
import { scenario } from './toolkit/closures.ts';
import { eventually } from './toolkit/eventually.ts';
import type { Site } from './toolkit/site.ts';
import { openSite, removeSite, staysClosed } from './toolkit/site.ts';
import { visit } from './toolkit/visitor.ts';
import type { Modifier, WindowDraft } from './toolkit/window.ts';
import { aWindow, saying, scheduled, secondsAhead } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow } from './toolkit/windows.ts';

/** The page asks at least this often when its window is about to end, in seconds. */
const patience = 60;

const becomesTheShop = async (page: Page, seconds: number): Promise<void> =>
  page.getByRole('heading', { name: 'The Corner Shop' }).waitFor({ timeout: seconds * 1000 });

const secondsLeft = async ({ page }: Guest): Promise<number> =>
  Number(/\d+/.exec(await page.locator('[data-backsoon-countdown]').innerText())?.[0]);

for (const look of theLooks) {
  scenario(`the page in a browser comes back by itself, with ${look.name}`, function () {
    this.timeout(120_000);
    const named = { namespace: `e2e-browser-reload-${look.id}` };
    let site: Site;
    let url: string;

    before(async () => {
      site = await openSite(`browser-reload-${look.id}`, { perSecond: 2 });
      url = `https://${site.host}/`;
      await look.prepare(site.namespace);
    });
    after(async () => removeSite(site));

    /** Resolves when the site is closed. */
    const close = async (schedule: Modifier): Promise<WindowDraft> => {
      const window = aWindow(named, schedule, saying({ title: 'Back in the evening', ...look.page }));
      await applyWindow(window);
      await conditionBecomes(window, 'Closed', { status: 'True' });
      return window;
    };
    const isClosedFor = async ({ page }: Guest): Promise<void> =>
      page.getByRole('heading', { name: 'Back in the evening' }).waitFor();

    it('when its window ends, unless it is the answer to a form', async () => {
      const end = secondsAhead(30);
      const window = await close(scheduled(secondsAhead(-60), end));
      staysClosed(site, [window]).end(end);
      await using reader = await Guest.arrive();
      await using buyer = await Guest.arrive();
      await reader.page.goto(url);
      await buyer.submitForm(url);
      await Promise.all([isClosedFor(reader), isClosedFor(buyer)]);
      const left = await secondsLeft(reader);
      expect(left, 'the countdown').to.be.within(1, 30);
      await eventually('a countdown that moves', async () => {
        expect(await secondsLeft(reader)).to.be.below(left);
      });
      expect(Date.now(), 'when the guests were there').to.be.lessThan(end);

      await becomesTheShop(reader.page, patience + (end - Date.now()) / 1000);
      expect(Date.now(), 'when the site was there again').to.be.greaterThan(end);
      expect(new Set(reader.requests)).to.deep.equal(new Set([`GET ${url}`, `HEAD ${url}`]));
      expect(reader.requests.length, 'requests of half a minute').to.be.below(20);
      expectNoComplaints(reader);

      await isClosedFor(buyer);
      expect(buyer.requests, 'what the answer to a form asked for').to.deep.equal([`POST ${url}`]);
      expectNoComplaints(buyer);
    });

    it('when its window is deleted long before its end, as soon as somebody looks at it', async () => {
      const window = await close(scheduled(secondsAhead(-60), secondsAhead(3_600)));
      const closure = staysClosed(site, [window]);
      await using waiting = await Guest.arrive({ script: hideable });
      await using asking = await Guest.arrive({ script: hideable });
      for (const guest of [waiting, asking]) {
        await guest.page.clock.install();
        await guest.page.goto(url);
        await isClosedFor(guest);
      }
      await setHidden(waiting.page, true);
      await hideWhileAsking(asking.page, url);
      closure.end();
      await deleteWindow(window);
      await eventually(
        'the site is open',
        async () => {
          expect((await visit(site.host)).status).to.equal(200);
        },
        { within: 40 },
      );

      for (const guest of [waiting, asking]) {
        const before = guest.requests.length;
        await guest.page.clock.fastForward('10:00');
        await isClosedFor(guest);
        expect(guest.requests.slice(before), 'what a hidden tab asked for in ten minutes').to.deep.equal([]);
        await setHidden(guest.page, false);
        await becomesTheShop(guest.page, 20);
        expectNoComplaints(guest);
      }
    });
  });
}
