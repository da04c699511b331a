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
const minute = 60_000;
/** How much of each minute the recurring window is closed. */
const closedSeconds = 20;
/** A request that was decided just before a flip is still on its way for so long. */
const onTheWayMs = 250;
/** How soon the status is true again: the operator has to start again, to wait for the old lease to run out, to prove. */
const recoverySeconds = 90;

/** The beginnings of minutes between two instants. */
function wholeMinutes(from: number, to: number): readonly number[] {
  const first = Math.ceil(from / minute) * minute;
  const count = Math.max(0, Math.floor((to - first) / minute) + 1);
  return Array.from({ length: count }, (_, index) => first + index * minute);
}

scenario('an outage of the API server', function () {
  this.timeout(360_000);
  let starting: Site;
  let ending: Site;
  let recurring: Site;
  let untouched: IngressAsItIs;
  let lead: string;

  before(async () => {
    lead = await chartValue('leadSeconds');
    await setChartValue('leadSeconds', 600);
    starting = await openSite('outage-start');
    ending = await openSite('outage-end');
    recurring = await openSite('outage-recurring');
    untouched = await ingressNow(ending);
  });
  after(async () => {
    await Promise.all([starting, ending, recurring].map(removeSite));
    await setChartValue('leadSeconds', lead);
  });

  const over = ({ namespace }: Site, from: number, to: number): WindowDraft =>
    aWindow({ namespace }, scheduled(from, to));

  /** Closed in the first seconds of each minute, by gates that are always there. */
  const eachMinute = ({ namespace }: Site): WindowDraft =>
    aWindow({ namespace }, (spec) => ({
      ...spec,
      schedule: { cron: '* * * * *', duration: `${closedSeconds}s`, timeZone: 'Asia/Kathmandu' },
      gates: 'Standing',
    }));

  it(`for ${outageSeconds} s: what starts in the middle of it starts, what ends in it ends, and then the status is true again`, async () => {
    const now = Date.now();
    const often = eachMinute(recurring);
    await applyWindow(often);
    await conditionBecomes(often, 'GatesProven', { status: 'True' });
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

    const occurrences = wholeMinutes(wentAt, backAt - minute);
    expect(occurrences, 'occurrences while nobody could be asked').to.not.be.empty;
    for (const from of occurrences) {
      const to = from + closedSeconds * 1000;
      expect(sawAs(recurring, from + onTheWayMs, to), 'in an occurrence').to.deep.equal(['503']);
      expect(sawAs(recurring, to + onTheWayMs, from + minute), 'between two').to.deep.equal(['200']);
    }

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
    // Between two occurrences the gate stays where it is.
    expect(JSON.stringify((await ingressNow(recurring)).metadata.annotations ?? {})).to.include('backsoon');
  });
});
