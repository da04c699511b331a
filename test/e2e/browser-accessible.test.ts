import { expect } from 'chai';
import { axeScript, expectAccessible } from './toolkit/browser/axe.ts';
import type { GuestOptions } from './toolkit/browser/guest.ts';
import { expectNoComplaints, Guest } from './toolkit/browser/guest.ts';
import { theLooks } from './toolkit/browser/looks.ts';
import { keepPicture } from './toolkit/browser/pictures.ts';
import { scenario } from './toolkit/closures.ts';
import type { Site } from './toolkit/site.ts';
import { openSite, removeSite, staysClosed } from './toolkit/site.ts';
import { aWindow, saying, scheduled, secondsAhead } from './toolkit/window.ts';
import { applyWindow, conditionBecomes } from './toolkit/windows.ts';

const desktop = { width: 960, height: 720 };

const views: readonly (GuestOptions & { readonly name: string; readonly direction?: string })[] = [
  { name: 'light', colorScheme: 'light', viewport: desktop },
  { name: 'dark', colorScheme: 'dark', viewport: desktop },
  { name: 'phone', colorScheme: 'light', viewport: { width: 375, height: 812 } },
  { name: 'right-to-left', colorScheme: 'light', viewport: desktop, locale: 'ar', direction: 'rtl' },
];

for (const look of theLooks) {
  scenario(`the page in a browser, for everybody, with ${look.name}`, () => {
    const window = aWindow(
      { namespace: `e2e-browser-accessible-${look.id}` },
      scheduled(secondsAhead(-60), secondsAhead(5_400)),
      saying({
        title: 'We are moving to a bigger database',
        message: 'Orders placed until now are safe. The shop opens again when everything has arrived.',
        statusPage: 'https://status.example.com/',
        contact: 'support@example.com',
        translations: {
          ar: {
            title: 'ننتقل إلى قاعدة بيانات أكبر',
            message: 'الطلبات المقدمة حتى الآن محفوظة. سيُعاد فتح المتجر بعد اكتمال النقل.',
          },
        },
        ...look.page,
      }),
    );
    let site: Site;

    before(async () => {
      site = await openSite(`browser-accessible-${look.id}`, { perSecond: 2 });
      await look.prepare(site.namespace);
      await applyWindow(window);
      await conditionBecomes(window, 'Closed', { status: 'True' });
      staysClosed(site, [window]);
    });
    after(async () => removeSite(site));

    for (const { name, direction = 'ltr', ...view } of views) {
      it(`breaks no rule of WCAG 2.2 AA: ${name}`, async () => {
        await using guest = await Guest.arrive({ ...view, reducedMotion: 'reduce', script: axeScript });
        await guest.page.goto(`https://${site.host}/`);
        expect(await guest.page.evaluate<string>('getComputedStyle(document.body).direction')).to.equal(
          direction,
        );
        await expectAccessible(guest.page);
        expectNoComplaints(guest);
        await keepPicture(guest.page, `${look.picture}-${name}`);
      });
    }

    /** How much wider than its window a document is, in CSS pixels. */
    const overhang = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

    it('fits into 320 pixels without scrolling sideways', async () => {
      await using guest = await Guest.arrive({ viewport: { width: 320, height: 640 } });
      await guest.page.goto(`https://${site.host}/`);
      expect(await guest.page.evaluate<number>(overhang)).to.equal(0);
    });

    it('can be read with letters of twice the size', async () => {
      await using guest = await Guest.arrive({ viewport: { width: 640, height: 640 } });
      await guest.page.goto(`https://${site.host}/`);
      const heading = guest.page.getByRole('heading', { level: 1 });
      const before = await heading.boundingBox();
      await guest.page.evaluate("document.documentElement.style.fontSize = '200%'");
      expect((await heading.boundingBox())?.height, 'height of the heading').to.be.greaterThan(
        before?.height ?? 0,
      );
      expect(await guest.page.evaluate<number>(overhang)).to.equal(0);
    });

    it('moves only for those who do not mind', async () => {
      const moving = `document.getAnimations().filter(({ playState, effect }) =>
      playState === 'running' && effect.getComputedTiming().duration > 10).length`;
      const motions: Record<string, number> = {};
      for (const reducedMotion of ['no-preference', 'reduce'] as const) {
        await using guest = await Guest.arrive({ reducedMotion });
        await guest.page.goto(`https://${site.host}/`);
        motions[reducedMotion] = await guest.page.evaluate<number>(moving);
      }
      expect(motions['no-preference']).to.be.greaterThan(0);
      expect(motions['reduce']).to.equal(0);
    });
  });
}
