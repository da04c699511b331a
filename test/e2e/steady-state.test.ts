import { expect } from 'chai';
import { renewalsSince, writesSince } from './toolkit/audit-log.ts';
import { scenario } from './toolkit/closures.ts';
import { throughout } from './toolkit/eventually.ts';
import type { Site } from './toolkit/site.ts';
import { openNextTo, openSite, removeSite, staysClosed } from './toolkit/site.ts';
import { aWindow, scheduled, secondsAhead } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, phaseBecomes } from './toolkit/windows.ts';

const quietSeconds = 60;
const settlingSeconds = 12;
const minute = 60_000;

scenario('the steady state', function () {
  this.timeout(120_000);
  let closed: Site;
  let gated: Site;

  before(async () => {
    closed = await openSite('steady');
    gated = await openNextTo(closed, { name: 'gated', host: 'steady-gated.test' });
  });
  after(async () => {
    await gated?.crowd.leave();
    await removeSite(closed);
  });

  it(`takes no write to the API server in ${quietSeconds} s, with one site closed and one gated and open`, async () => {
    const { namespace } = closed;
    const window = aWindow({ namespace });
    const start = secondsAhead(9);
    const coming = { namespace, name: 'coming', ingress: gated.ingress };
    const armed = aWindow(coming, scheduled(start, start + minute));
    await Promise.all([applyWindow(window), applyWindow(armed)]);
    await conditionBecomes(armed, 'GatesProven', { status: 'True' });
    // A gate that is on stays on when its start moves by less than 15 min.
    const later = aWindow(coming, scheduled(start + 10 * minute, start + 11 * minute));
    await applyWindow(later);
    await phaseBecomes(later, 'Scheduled');
    await conditionBecomes(window, 'Closed', { status: 'True' });
    const closure = staysClosed(closed, [window]);

    // What the last changes of the status have to tell is told a moment later; that an Event came again, after 10 s.
    let since = Date.now();
    await throughout(
      'nothing to write',
      () => {
        const written = writesSince(since);
        const isSettling = Date.now() - since < settlingSeconds * 1000;
        if (!isSettling) expect(written).to.deep.equal([]);
        else if (written.length > 0) since = Date.now();
      },
      { seconds: quietSeconds + settlingSeconds },
    );
    closure.end();
    expect(renewalsSince(since), 'renewals of the lease').to.be.greaterThan(quietSeconds / 4);
    expect(gated.crowd.statuses(since), 'visitors of the site that is gated and open').to.have.all.keys(
      '200',
    );
  });
});
