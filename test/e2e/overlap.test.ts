import { expect } from 'chai';
import { scenario } from './toolkit/closures.ts';
import { eventually } from './toolkit/eventually.ts';
import type { Site } from './toolkit/site.ts';
import { openSite, removeSite, staysClosed } from './toolkit/site.ts';
import type { IngressAsItIs } from './toolkit/traces.ts';
import { becomesAsBefore, ingressNow, leavesNoTrace } from './toolkit/traces.ts';
import { colleague, visit } from './toolkit/visitor.ts';
import { allowing, aWindow, newToken, saying, withToken } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow } from './toolkit/windows.ts';

scenario('traefik: two windows over one Ingress', () => {
  const token = newToken();
  const namespace = 'e2e-overlap';
  const first = aWindow({ namespace, name: 'first' }, allowing(colleague), saying({ title: 'First' }));
  const second = aWindow({ namespace, name: 'second' }, withToken(token), saying({ title: 'Second' }));
  let site: Site;
  let untouched: IngressAsItIs;

  before(async () => {
    site = await openSite('overlap');
    untouched = await ingressNow(site);
    await Promise.all([applyWindow(first), applyWindow(second)]);
    await conditionBecomes(first, 'Closed', { status: 'True' });
    await conditionBecomes(second, 'Closed', { status: 'True' });
  });
  after(async () => removeSite(site));

  it('let a visitor in only with a pass of each', async () => {
    const closure = staysClosed(site, [first, second]);
    expect((await visit(site.host)).status, 'a stranger').to.equal(503);
    expect((await visit(site.host, { from: colleague })).status, 'the address alone').to.equal(503);
    expect((await visit(site.host, { token })).status, 'the token alone').to.equal(503);
    expect((await visit(site.host, { from: colleague, token })).status, 'both').to.equal(200);
    expect((await visit(site.host)).body).to.include('First');
    closure.end();
  });

  it('keep the site closed when one of them is deleted', async () => {
    const gated = await ingressNow(site);
    const closure = staysClosed(site, [second]);
    await deleteWindow(first);
    await eventually('the token alone is enough', async () => {
      expect((await visit(site.host, { token })).status).to.equal(200);
    });
    await conditionBecomes(second, 'Closed', { status: 'True' });
    expect((await visit(site.host, { from: colleague })).status).to.equal(503);
    expect((await visit(site.host)).body).to.include('Second');
    expect(await ingressNow(site), 'the Ingress, which one window gates as two do').to.deep.equal(gated);
    closure.end();
  });

  it('open it when the last one is deleted', async () => {
    await deleteWindow(second);
    await becomesAsBefore(site, untouched);
    await leavesNoTrace(namespace);
    expect((await visit(site.host)).status).to.equal(200);
  });
});
