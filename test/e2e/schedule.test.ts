import { expect } from 'chai';
import type { Phase } from '../../src/api/generated/maintenance-window.ts';
import { scenario } from './toolkit/closures.ts';
import { PhaseRecorder } from './toolkit/phases.ts';
import type { Site } from './toolkit/site.ts';
import { openSite, removeSite, staysClosed } from './toolkit/site.ts';
import { becomesAsBefore, ingressNow, leavesNoTrace } from './toolkit/traces.ts';
import { visit } from './toolkit/visitor.ts';
import { aWindow, scheduled, secondsAhead } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, phaseBecomes } from './toolkit/windows.ts';

scenario('a window with a start and an end', () => {
  let site: Site;

  before(async () => {
    site = await openSite('schedule', { perSecond: 40 });
  });
  after(async () => removeSite(site));

  it('is armed before the start, closed from the start to the end, and gone after it', async () => {
    const untouched = await ingressNow(site);
    // The operator arms 10 s ahead (a chart value of these tests): there is time to see all phases.
    const start = secondsAhead(14);
    const end = start + 6_000;
    const window = aWindow({ namespace: site.namespace }, scheduled(start, end));
    await using phases = new PhaseRecorder(window);
    const applied = Date.now();
    await applyWindow(window);

    await phaseBecomes(window, 'Scheduled');
    expect(await ingressNow(site), 'the Ingress long before the start').to.deep.equal(untouched);
    await conditionBecomes(window, 'GatesProven', { status: 'True' });
    await phaseBecomes(window, 'Arming');
    expect(Date.now(), 'when the gates were proven').to.be.lessThan(start);
    expect((await visit(site.host)).status, 'the site while it is armed').to.equal(200);

    const closure = staysClosed(site, [window], start);
    closure.end(end);
    await conditionBecomes(window, 'Closed', { status: 'True' });
    const { headers } = await visit(site.host);
    expect(Number(headers['retry-after'])).to.be.within(1, 7);

    await phaseBecomes(window, 'Completed');
    await becomesAsBefore(site, untouched);
    await leavesNoTrace(site.namespace);
    expect((await visit(site.host)).status).to.equal(200);
    expect(phases.seen).to.deep.equal([
      'Scheduled',
      'Arming',
      'Closed',
      'Opening',
      'Completed',
    ] satisfies Phase[]);
    expect(site.crowd.statuses(applied, start), 'until the start').to.have.all.keys('200');
    expect(site.crowd.statuses(start + 250, end), 'between start and end').to.have.all.keys('503');
    expect(site.crowd.statuses(end, Date.now()), 'from the end on').to.have.all.keys('200');
  });
});
