import { expect } from 'chai';
import { scenario } from '../toolkit/closures.ts';
import { control } from '../toolkit/cluster.ts';
import { eventually } from '../toolkit/eventually.ts';
import { bothAreReady, responderPods, responders } from '../toolkit/responders.ts';
import type { Site } from '../toolkit/site.ts';
import { openSite, removeSite, staysClosed } from '../toolkit/site.ts';
import { tryToVisit } from '../toolkit/visitor.ts';
import { aWindow, newToken, withToken } from '../toolkit/window.ts';
import { applyWindow, conditionBecomes } from '../toolkit/windows.ts';

/** IngressClass → what visitors of a closed site meet while no responder answers; docs/controllers tells it. */
const statuses = { traefik: 500, haproxy: 500, nginx: 500, 'traefik-nginx': 500 };

/**
 * The kernel rejects connections to a Service without endpoints, but only about one a second with a word: for the others a
 * controller waits until it gives up, Traefik for 30 s, nginx for 60 s.
 */
const timeoutMs = 45_000;

/** Every status that ten visitors meet who come at once. */
async function met(host: string, token?: string): Promise<readonly number[]> {
  const visits = Array.from({ length: 10 }, async () =>
    tryToVisit(host, { timeoutMs, ...(token === undefined ? {} : { token }) }),
  );
  const answers = await Promise.all(visits);
  return [...new Set(answers.map(({ status }) => status))];
}

scenario('no responder, behind traefik, haproxy-ingress, ingress-nginx and traefik-nginx', function () {
  this.timeout(180_000);
  const token = newToken();
  const sites: Site[] = [];

  before(async () => {
    await bothAreReady();
    for (const className of Object.keys(statuses)) {
      const site = await openSite(`alone-${className}`, { className, perSecond: 2 });
      sites.push(site);
      const window = aWindow(site, withToken(token));
      await applyWindow(window);
      await conditionBecomes(window, 'Closed', { status: 'True' });
      const from = Date.now();
      staysClosed(site, [window], from);
      await eventually('somebody who met the page', async () =>
        // What was on its way when the site closed does not count.
        expect(site.crowd.statuses(from + 1_000)).to.have.property('503'),
      );
    }
  });
  after(async () => {
    for (const site of sites) await removeSite(site);
  });

  it('closed stays closed, for who has a pass, too; and the page is back with the responders', async () => {
    const hold = await control.hold(responders);
    try {
      await eventually('no ready responder', async () =>
        expect((await responderPods()).filter(({ isReady }) => isReady)).to.deep.equal([]),
      );
      await Promise.all(
        Object.entries(statuses).map(async ([className, expected], index) => {
          const host = sites[index]?.host ?? '';
          const strangers = await met(host);
          const staff = await met(host, token);
          const told = `visitors meet ${strangers.join(', ')}, who has a token ${staff.join(', ')}`;
          console.log(`      ${className}: ${told}`);
          // 0: gave up waiting; nginx waits for a minute.
          const others = [...strangers, ...staff].filter((status) => status !== expected && status !== 0);
          expect(others, className).to.deep.equal([]);
          expect(strangers, className).to.include(expected);
        }),
      );
    } finally {
      await hold.release();
    }
    await bothAreReady();
    for (const { host } of sites) {
      await eventually(`the page of ${host}`, async () => {
        const { status, headers } = await tryToVisit(host);
        expect(status).to.equal(503);
        expect(headers).to.include.keys('backsoon-window');
      });
    }
  });
});
