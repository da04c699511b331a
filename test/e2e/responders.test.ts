import { expect } from 'chai';
import { chartValue, setChartValue } from './toolkit/chart.ts';
import { scenario } from './toolkit/closures.ts';
import { Crowd } from './toolkit/crowd.ts';
import { control, installNamespace } from './toolkit/cluster.ts';
import { eventually, throughout } from './toolkit/eventually.ts';
import { bothAreReady, responderPods, responders } from './toolkit/responders.ts';
import type { Site } from './toolkit/site.ts';
import { openNextTo, openSite, removeSite, staysClosed } from './toolkit/site.ts';
import type { IngressAsItIs } from './toolkit/traces.ts';
import { becomesAsBefore, ingressNow } from './toolkit/traces.ts';
import { tryToVisit } from './toolkit/visitor.ts';
import { aWindow, scheduled, secondsAhead } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, readWindow } from './toolkit/windows.ts';

const heldSeconds = 60;
/** Responders have to have answered for so long before gates of open sites depend on them again (design D10). */
const healthSeconds = 30;

/**
 * The status of one visit: 0 when nothing came in 2 s. Where a Service has no endpoints, the kernel rejects connections,
 * but only about one a second with a word (net.ipv4.icmp_ratelimit): the others hang, and the visitor with them.
 */
const statusOf = async ({ host }: Site): Promise<number> =>
  (await tryToVisit(host, { timeoutMs: 2_000 })).status;

const secondsSince = (epochMs: number): string => ((Date.now() - epochMs) / 1000).toFixed(1);

scenario('responders that are gone', function () {
  this.timeout(180_000);
  let closed: Site;
  let armed: Site;
  let untouched: IngressAsItIs;
  let lead: string;
  const closing = aWindow({ namespace: 'e2e-responders', name: 'closing' });

  before(async () => {
    lead = await chartValue('leadSeconds');
    await setChartValue('leadSeconds', 600);
    closed = await openSite('responders', { perSecond: 20 });
    armed = await openNextTo(closed, { name: 'armed', host: 'responders-armed.test' });
    untouched = await ingressNow(armed);
    await applyWindow(closing);
    await conditionBecomes(closing, 'Closed', { status: 'True' });
  });
  after(async () => {
    await armed?.crowd.leave();
    await removeSite(closed);
    await setChartValue('leadSeconds', lead);
  });

  it('one of two: nobody gets in, and some may meet a 500 until the other one has it all', async () => {
    await bothAreReady();
    const closure = staysClosed(closed, [closing]);
    const many = new Crowd(closed.host, { perSecond: 100 });
    const [victim] = await responderPods();
    const killedAt = Date.now();
    await control.signal({ namespace: installNamespace, pod: victim?.name ?? '' }, 'SIGKILL');
    await eventually('the killed one is missed', async () => {
      expect((await responderPods()).filter(({ isReady }) => isReady)).to.have.lengthOf(1);
    });
    await bothAreReady();
    await many.leave();
    const statuses = many.statuses(killedAt);
    console.log(
      `      one responder killed: visitors met ${JSON.stringify(statuses)} in ${secondsSince(killedAt)} s`,
    );
    expect(Object.keys(statuses)).to.include('503').and.to.not.include.oneOf(['200', '0']);
    closure.end();
  });

  it(`all, for ${heldSeconds} s: a closed site never opens, an armed one opens and is gated again`, async () => {
    const start = secondsAhead(400);
    const window = aWindow(
      { namespace: armed.namespace, name: 'coming', ingress: armed.ingress },
      scheduled(start, start + 60_000),
    );
    await applyWindow(window);
    await conditionBecomes(window, 'GatesProven', { status: 'True' });
    expect(await statusOf(armed)).to.equal(200);

    const closure = staysClosed(closed, [closing]);
    const heldAt = Date.now();
    const hold = await control.hold(responders);
    try {
      await eventually(
        'the armed site is open',
        async () => {
          expect(await statusOf(armed)).to.equal(200);
        },
        { within: 15 },
      );
      const openAfter = secondsSince(heldAt);
      await conditionBecomes(window, 'GatesProven', { status: 'False', reason: 'GatesWithdrawn' });
      expect((await readWindow(window)).status?.phase).to.equal('Arming');
      await becomesAsBefore(armed, untouched);
      const openFrom = Date.now();
      await throughout(
        'one site is closed and the other open',
        async () => {
          expect(await statusOf(closed)).to.be.oneOf([0, 500, 503]);
          expect(await statusOf(armed)).to.equal(200);
        },
        { seconds: heldSeconds - (Date.now() - heldAt) / 1000 },
      );
      expect(armed.crowd.statuses(openFrom)).to.have.all.keys('200');
      const met = JSON.stringify(closed.crowd.statuses(heldAt));
      console.log(
        `      all held: the armed site opened after ${openAfter} s; visitors of the closed one met ${met}`,
      );
    } finally {
      await hold.release();
    }

    const releasedAt = Date.now();
    await bothAreReady();
    console.log(`      ready again ${secondsSince(releasedAt)} s after the release`);
    await conditionBecomes(closing, 'Closed', { status: 'True' });
    const readyAt = Date.now();
    await conditionBecomes(window, 'GatesProven', { status: 'True' }, { within: healthSeconds + 15 });
    console.log(`      gated again ${secondsSince(releasedAt)} s after the release`);
    expect(Date.now() - releasedAt, 'milliseconds of health').to.be.at.least(healthSeconds * 1000);
    expect(await statusOf(armed)).to.equal(200);
    expect(closed.crowd.statuses(readyAt + 1_000)).to.have.all.keys('503');
    closure.end();
  });
});
