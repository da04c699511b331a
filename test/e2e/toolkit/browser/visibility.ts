import type { Page } from 'playwright-core';

/**
 * A guest's script with which a document can be hidden: to a browser without a screen each tab is in front. Pages
 * ask `document.hidden` and listen to `visibilitychange`, and so this says what a tab in the background says.
 */
export const hideable = `(() => {
  let hidden = false;
  Object.defineProperty(document, 'hidden', { get: () => hidden });
  Object.defineProperty(document, 'visibilityState', { get: () => (hidden ? 'hidden' : 'visible') });
  window.setHidden = (value) => {
    hidden = value;
    document.dispatchEvent(new Event('visibilitychange'));
  };
})();`;

/** Sends the tab of a `hideable` guest to the background, or brings it back. */
export const setHidden = async (page: Page, hidden: boolean): Promise<void> =>
  page.evaluate(`setHidden(${hidden})`);

/** Sends the tab to the background while its page's question to a URL is under way. Needs a clock of the test's. */
export async function hideWhileAsking(page: Page, url: string): Promise<void> {
  await page.route(url, async (route) => {
    await setHidden(page, true);
    await route.continue();
  });
  const answered = page.waitForResponse((response) => response.request().method() === 'HEAD');
  await page.clock.fastForward('00:10');
  await answered;
  await page.unroute(url);
}
