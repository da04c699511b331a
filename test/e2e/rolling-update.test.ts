import { expect } from 'chai';
import { labels, roles } from '../../src/api/names.ts';
import { resources } from '../../src/kube/resources.ts';
import { scenario } from './toolkit/closures.ts';
import { api, installNamespace, kubectl } from './toolkit/cluster.ts';
import { Crowd } from './toolkit/crowd.ts';
import { eventually } from './toolkit/eventually.ts';
import type { Site } from './toolkit/site.ts';
import { openNextTo, openSite, removeSite, staysClosed } from './toolkit/site.ts';
import { colleague } from './toolkit/visitor.ts';
import { allowing, aWindow, scheduled, secondsAhead } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow, phaseBecomes } from './toolkit/windows.ts';

const minute = 60_000;
const perSecond = 50;

/** The responders' Pods, those on their way out too. */
async function responders(): Promise<readonly string[]> {
  const labelSelector = `${labels.role}=${roles.responder}`;
  const { items } = await api.list(resources.pods, { namespace: installNamespace, labelSelector });
  return items.map(({ metadata }) => metadata.name).sort();
}

scenario('a rolling update of the responders, under load', function () {
  this.timeout(120_000);
  let closed: Site;
  let armed: Site;
  let colleagues: Crowd;

  before(async () => {
    closed = await openSite('rolling', { perSecond });
    armed = await openNextTo(closed, { name: 'armed', host: 'rolling-armed.test' });
  });
  after(async () => {
    await colleagues?.leave();
    await armed?.crowd.leave();
    await removeSite(closed);
  });

  it('is noticed by nobody: 503 while closed, 200 while armed and for who has a pass', async () => {
    const { namespace } = closed;
    const closing = aWindow({ namespace }, allowing(colleague));
    const start = secondsAhead(9);
    const draft = { namespace, name: 'coming', ingress: armed.ingress };
    const coming = aWindow(draft, scheduled(start, start + minute));
    await Promise.all([applyWindow(closing), applyWindow(coming)]);
    await conditionBecomes(coming, 'GatesProven', { status: 'True' });
    // A gate that is on stays on when its start moves by less than 15 min.
    const later = aWindow(draft, scheduled(start + 10 * minute, start + 11 * minute));
    await applyWindow(later);
    await phaseBecomes(later, 'Scheduled');
    await conditionBecomes(closing, 'Closed', { status: 'True' });
    colleagues = new Crowd(closed.host, { perSecond: 10, from: colleague });
    const crowds = [closed.crowd, armed.crowd, colleagues];
    const closure = staysClosed(closed, [closing]);

    const before = await responders();
    const since = Date.now();
    await kubectl(['-n', installNamespace, 'rollout', 'restart', 'deployment/backsoon-responder']);
    await eventually(
      'every responder is another one',
      async () => {
        const now = await responders();
        expect(now).to.have.lengthOf(before.length);
        expect(now.filter((name) => before.includes(name))).to.deep.equal([]);
      },
      { within: 90 },
    );
    const [shut, open, passed] = crowds.map((crowd) => crowd.statuses(since));
    const seconds = ((Date.now() - since) / 1000).toFixed(1);
    console.log(
      `      all responders replaced in ${seconds} s: visitors met ${JSON.stringify({ shut, open, passed })}`,
    );
    expect(shut, 'the closed site').to.have.all.keys('503');
    expect(open, 'the armed site').to.have.all.keys('200');
    expect(passed, 'colleagues at the closed site').to.have.all.keys('200');
    expect((shut?.[503] ?? 0) + (open?.[200] ?? 0), 'visitors meanwhile').to.be.greaterThan(perSecond * 10);
    closure.end();
    await Promise.all([deleteWindow(closing), deleteWindow(later)]);
  });
});
