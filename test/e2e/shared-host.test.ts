import { expect } from 'chai';
import { resources } from '../../src/kube/resources.ts';
import { scenario } from './toolkit/closures.ts';
import { api } from './toolkit/cluster.ts';
import type { Site } from './toolkit/site.ts';
import { createIngress, openSite, removeSite } from './toolkit/site.ts';
import { aWindow, coveringAll } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow } from './toolkit/windows.ts';

scenario('traefik: a host that another Ingress serves too', function () {
  this.timeout(60_000);
  const window = aWindow({ namespace: 'e2e-shared-host' });
  let site: Site;

  before(async () => {
    site = await openSite('shared-host');
  });
  after(async () => removeSite(site));

  it('is named in a warning while the window does not cover that one', async () => {
    await createIngress({ ...site, name: 'blog' });
    const patch = [{ op: 'replace' as const, path: '/spec/rules/0/http/paths/0/path', value: '/blog' }];
    await api.jsonPatch(resources.ingresses, { namespace: site.namespace, name: 'blog' }, patch);
    await applyWindow(window);
    const warned = { status: 'True', reason: 'HostPartlyCovered' } as const;
    const { message } = await conditionBecomes(window, 'Armable', warned);
    expect(message).to.include(`Ingress blog serves host ${site.host} too`);
    await conditionBecomes(window, 'Ready', { status: 'True' });
    await applyWindow(aWindow(site, coveringAll));
    await conditionBecomes(window, 'Armable', { status: 'True', reason: 'Armable' });
    await conditionBecomes(window, 'Closed', { status: 'True' });
    await deleteWindow(window);
  });
});
