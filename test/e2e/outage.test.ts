import { expect } from 'chai';
import { chartValue, setChartValue } from './toolkit/chart.ts';
import { scenario } from './toolkit/closures.ts';
import { control, kubectl } from './toolkit/cluster.ts';
import { clockShows, eventually } from './toolkit/eventually.ts';
import type { Site } from './toolkit/site.ts';
import { openSite, removeSite, staysClosed } from './toolkit/site.ts';
import type { IngressAsItIs } from './toolkit/traces.ts';
import { becomesAsBefore, ingressNow, leavesNoTrace } from './toolkit/traces.ts';
import type { WindowDraft } from './toolkit/window.ts';
import { aWindow, scheduled, secondsAhead } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, phaseBecomes } from './toolkit/windows.ts';

const outageSeconds = 120;
const hour = 3_600_000;
/** A request that was decided just before a flip is still on its way for so long. */
const onTheWayMs = 250;
/** How soon the status is true again: the operator has to start again, to wait for the old lease to run out, to prove. */
const recoverySeconds = 90;

scenario('an outage of the API server', function () {
  this.timeout(360_000);
  let starting: Site;
  let ending: Site;
  let untouched: IngressAsItIs;
  let lead: string;

  before(async () => {
    lead = await chartValue('leadSeconds');
    await setChartValue('leadSeconds', 600);
    starting = await openSite('outage-start');
    ending = await openSite('outage-end');
    untouched = await ingressNow(ending);
  });
  after(async () => {
    await Promise.all([removeSite(starting), removeSite(ending)]);
    await setChartValue('leadSeconds', lead);
  });

  const over = ({ namespace }: Site, from: number, to: number): WindowDraft =>
    aWindow({ namespace }, scheduled(from, to));

  it(`for ${outageSeconds} s: what starts in the middle of it starts, what ends in it ends, and then the status is true again`, async () => {
    const now = Date.now();
    await applyWindow(over(starting, now + hour / 10, now + hour));
    const closedBefore = over(ending, now - 1_000, now + hour);
    await Promise.all([
      applyWindow(closedBefore),
      conditionBecomes(closedBefore, 'Closed', { status: 'True' }),
    ]);

    // All is set: the flips are moved into the middle of what comes.
    const start = secondsAhead(outageSeconds / 2 + 8);
    const end = start + 5_000;
    const coming = over(starting, start, start + hour);
    const closed = over(ending, now - 1_000, end);
    await Promise.all([applyWindow(coming), applyWindow(closed)]);
    await conditionBecomes(coming, 'GatesProven', { status: 'True' });
    await conditionBecomes(closed, 'Closed', { status: 'True' });
    const closures = [staysClosed(ending, [closed]), staysClosed(starting, [coming], start)];
    closures[0]?.end(end);

    await control.kill('kube-apiserver');
    const wentAt = Date.now();
    try {
      expect(start - wentAt, 'from the outage to the start, in milliseconds').to.be.greaterThan(30_000);
      await clockShows(wentAt + outageSeconds * 1000);
    } finally {
      await control.start('kube-apiserver');
    }
    await eventually('the API server', async () => kubectl(['get', '--raw', '/readyz']), { within: 60 });
    const backAt = Date.now();

    const sawAs = (site: Site, from: number, to: number): string[] =>
      Object.keys(site.crowd.statuses(from, to));
    expect(sawAs(starting, wentAt, start), 'until the start').to.deep.equal(['200']);
    expect(sawAs(starting, start + onTheWayMs, backAt), 'from the start on').to.deep.equal(['503']);
    expect(sawAs(ending, wentAt, end), 'until the end').to.deep.equal(['503']);
    expect(sawAs(ending, end + onTheWayMs, backAt), 'from the end on').to.deep.equal(['200']);

    const soon = { within: recoverySeconds };
    await phaseBecomes(coming, 'Closed', soon);
    await conditionBecomes(coming, 'Closed', { status: 'True' }, soon);
    await phaseBecomes(closed, 'Completed', soon);
    await becomesAsBefore(ending, untouched, soon);
    await leavesNoTrace(ending.namespace, soon);
    const seconds = (Date.now() - backAt) / 1000;
    console.log(`      all of the status true ${seconds.toFixed(1)} s after the API server was back`);
    expect(seconds, 'seconds to a status that is true').to.be.at.most(recoverySeconds);
    expect(sawAs(ending, end + onTheWayMs, Date.now()), 'while the gate came off').to.deep.equal(['200']);
    closures[1]?.end();
  });
});
