import { expect } from 'chai';
import { headers } from '../../src/api/headers.ts';
import { Guest } from './toolkit/browser/guest.ts';
import { hideable, setHidden } from './toolkit/browser/visibility.ts';
import { scenario } from './toolkit/closures.ts';
import { eventually } from './toolkit/eventually.ts';
import type { Site } from './toolkit/site.ts';
import { openSite, removeSite, staysClosed } from './toolkit/site.ts';
import { aWindow, saying, scheduled, secondsAhead } from './toolkit/window.ts';
import { applyWindow, conditionBecomes } from './toolkit/windows.ts';

/** Notes for how long the page wants to wait, and lets it wait no longer than a moment. */
const impatient = `window.waits = [];
const { setTimeout: wait } = window;
window.setTimeout = (act, milliseconds) => {
  waits.push(milliseconds / 1000);
  return wait(act, 20);
};`;

scenario('the page in a browser asks whether the site is back', () => {
  const title = 'Back in the evening';
  const named = { namespace: 'e2e-browser-questions' };
  const window = aWindow(named, saying({ title }));
  let site: Site;
  let url: string;

  before(async () => {
    site = await openSite('browser-questions', { perSecond: 2 });
    url = `https://${site.host}/`;
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
    staysClosed(site, [window]);
  });
  after(async () => removeSite(site));

  const isClosedFor = async ({ page }: Guest): Promise<void> =>
    page.getByRole('heading', { name: title }).waitFor();
  const questions = ({ requests }: Guest): number => requests.filter((each) => each === `HEAD ${url}`).length;
  /** Lets the page ask now, and waits until it has. */
  const asksNow = async (guest: Guest): Promise<void> => {
    const before = questions(guest);
    await setHidden(guest.page, true);
    await setHidden(guest.page, false);
    await eventually('a question', () => expect(questions(guest)).to.be.above(before));
  };

  it('less and less often, once a minute at most in the end, and not all at the same time', async () => {
    await using guest = await Guest.arrive({ script: impatient });
    await guest.page.goto(url);
    const steps = [5, 10, 20, 40, 60, 60, 60];
    const waits = await eventually('seven waits', async () => {
      const seen = await guest.page.evaluate<readonly number[]>('waits');
      expect(seen.length).to.be.at.least(steps.length);
      return seen;
    });
    for (const [index, step] of steps.entries()) {
      expect(waits[index], `waits in seconds: ${waits.join(', ')}`).to.be.within(step * 0.75, step * 1.25);
    }
    expect(new Set(waits.slice(0, steps.length)).size, 'different waits').to.equal(steps.length);
  });

  it('and does not take an error of the ingress, or no answer at all, for the site', async () => {
    await using guest = await Guest.arrive({ script: hideable });
    await guest.page.goto(url);
    await isClosedFor(guest);
    for (const status of [500, 502, 503, 504]) {
      await guest.page.route(url, async (route) => route.fulfill({ status }));
      await asksNow(guest);
      await guest.page.unroute(url);
    }
    await guest.page.route(url, async (route) => route.abort('connectionrefused'));
    await asksNow(guest);
    await guest.page.unroute(url);
    await asksNow(guest);
    expect(
      guest.requests.filter((each) => each === `GET ${url}`),
      'how often it was read',
    ).to.have.length(1);
    await isClosedFor(guest);
  });

  it('and by GET where the site does not know HEAD', async () => {
    await using guest = await Guest.arrive({ script: hideable });
    await guest.page.clock.install();
    await guest.page.goto(url);
    await isClosedFor(guest);
    const read = (): number => guest.requests.filter((each) => each === `GET ${url}`).length;
    /** The site's answer to HEAD, and to GET; without the latter it is closed. */
    const answers = async (head: number, get?: number): Promise<void> => {
      await guest.page.unroute(url);
      await guest.page.route(url, async (route) => {
        if (route.request().method() === 'HEAD') await route.fulfill({ status: head });
        else if (get === undefined) await route.continue();
        else await route.fulfill({ status: get, contentType: 'text/html', body: '<h1>The site</h1>' });
      });
    };
    /** Lets the page ask now, and waits for what it hears by this method. */
    const hearsBy = async (method: string): Promise<void> => {
      const heard = guest.page.waitForResponse((answer) => answer.request().method() === method);
      await asksNow(guest);
      await heard;
    };
    /** In the background, where it asks nothing. */
    const elevenSecondsPass = async (): Promise<void> => {
      await setHidden(guest.page, true);
      await guest.page.clock.fastForward(11_000);
    };
    for (const status of [405, 501]) {
      await answers(status);
      await hearsBy('GET');
      await isClosedFor(guest);
    }
    await answers(500, 502);
    await hearsBy('HEAD');
    expect(read(), 'GETs after one error').to.equal(3);
    await elevenSecondsPass();
    await hearsBy('GET');
    await isClosedFor(guest);

    await answers(500, 200);
    await hearsBy('HEAD');
    await elevenSecondsPass();
    await hearsBy('GET');
    await guest.page.getByRole('heading', { name: 'The site' }).waitFor();
  });

  it('and is read anew when the site is closed long past its end', async () => {
    const end = secondsAhead(600);
    await applyWindow(aWindow(named, saying({ title }), scheduled(secondsAhead(-60), end)));
    await using guest = await Guest.arrive({ script: hideable });
    await eventually(
      'a page with an end',
      async () => {
        await guest.page.goto(url);
        expect(await guest.page.locator('time').count()).to.equal(1);
      },
      { within: 40 },
    );
    const before = guest.requests.length;
    const later = { [headers.window]: 'id', date: new Date(end + 31_000).toUTCString() };
    await guest.page.route(url, async (route) => {
      if (route.request().method() === 'HEAD') await route.fulfill({ status: 503, headers: later });
      else await route.continue();
    });
    await asksNow(guest);
    await eventually('the page is read again', () => {
      expect(guest.requests.slice(before)).to.deep.equal([`HEAD ${url}`, `GET ${url}`]);
    });
    await isClosedFor(guest);
  });
});
