import { expect } from 'chai';
import { annotations, preWired } from '../../src/api/names.ts';
import { resources } from '../../src/kube/resources.ts';
import { scenario } from './toolkit/closures.ts';
import { api } from './toolkit/cluster.ts';
import { eventually } from './toolkit/eventually.ts';
import type { Site } from './toolkit/site.ts';
import { createIngress, openNextTo, openSite, removeSite, staysClosed } from './toolkit/site.ts';
import { becomesAsBefore, ingressNow, leavesNoTrace } from './toolkit/traces.ts';
import { visit } from './toolkit/visitor.ts';
import { aWindow, covering, coveringAll } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow, readWindow } from './toolkit/windows.ts';

const middlewaresKey = 'traefik.ingress.kubernetes.io/router.middlewares';

scenario('a window over Ingresses that cannot all be gated', () => {
  const namespace = 'e2e-refusals';
  const refused = ['guarded', 'no-class', 'other-class'];
  const window = aWindow({ namespace }, coveringAll);
  let site: Site;

  before(async () => {
    site = await openSite('refusals');
    const host = (name: string): string => `refusals-${name}.test`;
    const name = (name: string) => ({ namespace, name, host: host(name) });
    const guard = {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'Middleware',
      metadata: { name: 'guard', namespace },
      spec: { headers: { customResponseHeaders: { 'X-Guard': 'on duty' } } },
    };
    await api.create(resources.middlewares, guard);
    const theirs = { [middlewaresKey]: `${namespace}-guard@kubernetescrd` };
    await createIngress({ ...name('guarded'), annotations: theirs });
    await createIngress({ ...name('other-class'), className: 'other' });
    await createIngress({ ...name('no-class'), className: undefined });
    await eventually('the guarded site', async () => {
      expect((await visit(host('guarded'))).headers['x-guard']).to.equal('on duty');
    });
  });
  after(async () => removeSite(site));

  it('closes those that can, says Partial, and changes nothing on the others', async () => {
    const look = async () => Promise.all(refused.map(async (ingress) => ingressNow({ namespace, ingress })));
    const untouched = await look();
    const open = await ingressNow(site);
    await applyWindow(window);
    await eventually('one gate is proven and three are refused', async () => {
      const { gates } = (await readWindow(window)).status ?? {};
      expect(gates).to.include({ total: 4, proven: 1, refused: 3, summary: '1/4' });
    });
    const closure = staysClosed(site, [window]);
    const partial = await conditionBecomes(window, 'Closed', { status: 'False', reason: 'Partial' });
    expect(partial.message).to.include('1 of 4 gates are proven closed');
    expect((await visit(site.host)).status).to.equal(503);
    expect((await visit('refusals-guarded.test')).status, 'a site that is not gated').to.equal(200);

    const { gateDetails = [] } = (await readWindow(window)).status ?? {};
    const reasons = Object.fromEntries(gateDetails.map(({ ingress, reason }) => [ingress, reason]));
    expect(reasons).to.deep.equal({
      guarded: 'Conflict',
      'no-class': 'NoClass',
      'other-class': 'UnknownController',
    });
    const message = (ingress: string) => gateDetails.find((detail) => detail.ingress === ingress)?.message;
    expect(message('guarded')).to.include(`${annotations.gate}: ${preWired}`);
    expect(message('no-class')).to.include('set spec.ingressClassName');
    expect(message('other-class')).to.include('ingressControllers.other.driver');
    await conditionBecomes(window, 'Armable', { status: 'False' });
    expect(await look()).to.deep.equal(untouched);

    closure.end();
    await deleteWindow(window);
    await becomesAsBefore(site, open);
    expect(await look()).to.deep.equal(untouched);
    const guards = await api.list(resources.middlewares, { namespace });
    expect(guards.items.map(({ metadata }) => metadata.name)).to.include('guard');
  });

  it('says TargetNotFound of a named Ingress that is missing, and closes the one that is there', async () => {
    const named = aWindow(
      { namespace, name: 'named' },
      covering({ ingress: { name: 'app' } }, { ingress: { name: 'nowhere' } }),
    );
    const open = await ingressNow(site);
    await applyWindow(named);
    await eventually('the one Ingress is proven closed', async () => {
      expect((await readWindow(named)).status?.gates).to.include({ total: 1, proven: 1 });
    });
    const closure = staysClosed(site, [named]);
    const found = await conditionBecomes(named, 'Closed', { status: 'False', reason: 'TargetNotFound' });
    expect(found.message).to.include('Ingress nowhere');
    closure.end();
    await deleteWindow(named);
    await becomesAsBefore(site, open);
  });
});

scenario('traefik: a pre-wired Ingress', () => {
  const namespace = 'e2e-wired';
  const value = `${namespace}-backsoon-headers@kubernetescrd,${namespace}-backsoon-wired@kubernetescrd`;
  const window = aWindow({ namespace, ingress: 'wired' });
  let plain: Site;
  let site: Site;

  before(async () => {
    plain = await openSite('wired');
    site = await openNextTo(plain, {
      name: 'wired',
      host: 'wired-for-good.test',
      annotations: { [annotations.gate]: preWired, [middlewaresKey]: value },
    });
  });
  after(async () => {
    await site?.crowd.leave();
    await removeSite(plain);
  });

  it('is open without a window, closed with one, and open again; its annotations and Middlewares stay', async () => {
    const untouched = await ingressNow(site);
    const middlewares = async () => {
      const { items } = await api.list(resources.middlewares, { namespace });
      return items.map(({ metadata: { name, uid } }) => ({ name, uid }));
    };
    const standing = await middlewares();
    expect(standing.map(({ name }) => name)).to.have.members(['backsoon-headers', 'backsoon-wired']);

    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
    const closure = staysClosed(site, [window]);
    expect((await visit(site.host)).status).to.equal(503);
    expect((await visit(plain.host)).status, 'the site next to it').to.equal(200);
    expect(await ingressNow(site)).to.deep.equal(untouched);
    await eventually('the crowd has tried it', () => {
      expect(site.crowd.statuses(Date.now() - 500)[503] ?? 0).to.be.greaterThan(0);
    });
    closure.end();

    await deleteWindow(window);
    await eventually('the site is open', async () => {
      expect((await visit(site.host)).status).to.equal(200);
    });
    expect(await ingressNow(site)).to.deep.equal(untouched);
    expect(await middlewares()).to.deep.equal(standing);
    // Only git can take the gate off: without its annotations nothing of ours is left.
    await createIngress({ namespace, name: 'wired', host: site.host });
    await leavesNoTrace(namespace);
  });
});
