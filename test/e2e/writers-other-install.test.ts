import { expect } from 'chai';
import { labels } from '../../src/api/names.ts';
import { resources } from '../../src/kube/resources.ts';
import { scenario } from './toolkit/closures.ts';
import { api } from './toolkit/cluster.ts';
import { eventually } from './toolkit/eventually.ts';
import { OperatorPlace } from './toolkit/operator-process.ts';
import type { Site } from './toolkit/site.ts';
import { openSite, removeSite } from './toolkit/site.ts';
import { aWindow } from './toolkit/window.ts';
import { applyWindow, conditionBecomes } from './toolkit/windows.ts';

scenario('other writers: another install of Backsoon', function () {
  this.timeout(180_000);
  const namespace = 'e2e-install';
  const window = aWindow({ namespace });
  let site: Site;
  let place: OperatorPlace;

  before(async () => {
    site = await openSite('install');
    place = await OperatorPlace.take({});
  });
  after(async () => {
    await place?.[Symbol.asyncDispose]();
    await removeSite(site);
  });

  it('keeps an operator from starting beside its gates, which says whose they are; without them it starts', async () => {
    const theirs = { namespace, name: 'backsoon-app' };
    await api.create(resources.middlewares, {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'Middleware',
      metadata: { ...theirs, labels: { [labels.install]: 'backsoon-blue' } },
      spec: { headers: { customResponseHeaders: { 'X-Install': 'blue' } } },
    });
    const refused = await place.start();
    await eventually('the operator ends', () => expect(refused.isDead).to.equal(true));
    expect(() => refused.diedOf).to.throw(
      /e2e-install\/backsoon-app belongs to another install.*backsoon-blue/,
    );
    await api.delete(resources.middlewares, theirs);

    const operator = await place.start();
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' }, { within: 40 });
    await operator.kill();
  });
});
