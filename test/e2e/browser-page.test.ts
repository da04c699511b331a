import { expect } from 'chai';
import type { Guest as GuestType, GuestOptions } from './toolkit/browser/guest.ts';
import { expectNoComplaints, Guest } from './toolkit/browser/guest.ts';
import { scenario } from './toolkit/closures.ts';
import { eventually } from './toolkit/eventually.ts';
import { ingressRequests } from './toolkit/ingress-log.ts';
import type { Site } from './toolkit/site.ts';
import { openSite, removeSite, staysClosed } from './toolkit/site.ts';
import { aWindow, saying, scheduled, secondsAhead } from './toolkit/window.ts';
import { applyWindow, conditionBecomes } from './toolkit/windows.ts';

const minutes = 60;

scenario('the page in a browser', () => {
  const end = secondsAhead(90 * minutes);
  const window = aWindow(
    { namespace: 'e2e-browser-page' },
    scheduled(secondsAhead(-1 * minutes), end),
    saying({
      title: 'New shelves',
      message: 'We build new shelves.',
      statusPage: 'https://status.example.com/',
      contact: 'help@example.com',
      translations: { de: { title: 'Neue Regale', message: 'Wir bauen neue Regale.' } },
    }),
  );
  let site: Site;

  before(async () => {
    site = await openSite('browser-page', { perSecond: 2 });
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
    staysClosed(site, [window]);
  });
  after(async () => removeSite(site));

  /** A guest who has opened the page. */
  const guestAtThePage = async (options?: GuestOptions): Promise<GuestType> => {
    const guest = await Guest.arrive(options);
    const response = await guest.page.goto(`https://${site.host}/`);
    expect(response?.status()).to.equal(503);
    return guest;
  };

  it('breaks no rule of its own, and asks for nothing but itself', async () => {
    await using guest = await guestAtThePage();
    await guest.page.locator('time').waitFor();
    expectNoComplaints(guest);
    const asked = ingressRequests(guest.userAgent).map(({ host, path }) => `${host}${path}`);
    expect(new Set(asked)).to.deep.equal(new Set([`${site.host}/`]));
  });

  const languages = [
    { locale: 'en-GB', lang: 'en', dir: 'ltr', title: 'New shelves', says: 'Your address as we see it' },
    { locale: 'de-AT', lang: 'de', dir: 'ltr', title: 'Neue Regale', says: 'Adresse' },
    { locale: 'ar-EG', lang: 'ar', dir: 'rtl', title: 'New shelves', says: 'عنوان' },
  ];
  for (const { locale, lang, dir, title, says } of languages) {
    it(`speaks ${lang} to who reads ${locale}`, async () => {
      await using guest = await guestAtThePage({ locale });
      const html = guest.page.locator('html');
      expect(await html.getAttribute('lang')).to.equal(lang);
      expect(await guest.page.evaluate<string>('getComputedStyle(document.body).direction')).to.equal(dir);
      expect(await guest.page.title()).to.equal(title);
      expect(await guest.page.getByRole('heading', { level: 1 }).innerText()).to.equal(title);
      expect(await guest.page.locator('body').innerText()).to.include(says);
      expectNoComplaints(guest);
    });
  }

  it('counts down to the end by the clock of the site, and quietly', async () => {
    await using guest = await Guest.arrive({ locale: 'en-GB' });
    await guest.page.clock.install({ time: Date.now() + 3_600_000 });
    await guest.page.goto(`https://${site.host}/`);
    const countdown = guest.page.locator('[data-backsoon-countdown]');
    expect(await countdown.innerText(), 'by a clock that is fast by an hour').to.match(/\b(2|3)\d min/);
    await guest.page.clock.fastForward('00:10');
    await eventually('the time that is left', async () => {
      expect(await countdown.innerText()).to.match(/1 hr?\b.*\b(2\d|30) min/);
    });
    expect(await guest.page.locator('[aria-live]:has([data-backsoon-countdown])').count()).to.equal(0);
    expectNoComplaints(guest);
  });

  it('tells the end in the time zone of who reads it', async () => {
    await using guest = await guestAtThePage({ locale: 'en-GB', timezoneId: 'Asia/Tokyo' });
    const there = Temporal.Instant.fromEpochMilliseconds(end).toZonedDateTimeISO('Asia/Tokyo');
    const shown = await guest.page.locator('time').innerText();
    expect(shown).to.include(there.toPlainTime().toString({ smallestUnit: 'minute' }));
    expect(shown).to.include(String(there.day)).and.to.include('GMT+9');
  });

  it('tells it in UTC without JavaScript', async () => {
    await using guest = await guestAtThePage({ javaScriptEnabled: false, timezoneId: 'Asia/Tokyo' });
    const utc = Temporal.Instant.fromEpochMilliseconds(end).toZonedDateTimeISO('UTC');
    const shown = await guest.page.locator('time').innerText();
    expect(shown)
      .to.include(utc.toPlainTime().toString({ smallestUnit: 'minute' }))
      .and.to.include('UTC');
  });
});
