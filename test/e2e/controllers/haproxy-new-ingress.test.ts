import { expect } from 'chai';
import { resources } from '../../../src/kube/resources.ts';
import { appRequests } from '../toolkit/access-log.ts';
import { scenario } from '../toolkit/closures.ts';
import { api } from '../toolkit/cluster.ts';
import { Crowd } from '../toolkit/crowd.ts';
import { addressOf } from '../toolkit/dns.ts';
import { eventually } from '../toolkit/eventually.ts';
import type { Site } from '../toolkit/site.ts';
import { createIngress, openSite, removeSite } from '../toolkit/site.ts';
import type { IngressAsItIs } from '../toolkit/traces.ts';
import { ingressNow, leavesNoTrace } from '../toolkit/traces.ts';
import { visit } from '../toolkit/visitor.ts';
import { aWindow, coveringAll } from '../toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow, readWindow } from '../toolkit/windows.ts';

/**
 * The new controller may read the class before the gate is there. haproxy-ingress then overlooks the gate, until the probe that tells
 * so has made the operator touch the Ingress.
 */
const mostOpenMs = 30_000;

scenario('from traefik to haproxy: an Ingress whose class changes while it is closed', function () {
  this.timeout(120_000);
  const namespace = 'e2e-moving';
  const window = aWindow({ namespace });
  const through = { host: addressOf('any.haproxy.test'), port: 80 };
  let site: Site;
  let untouched: IngressAsItIs;
  let elsewhere: Crowd;

  before(async () => {
    site = await openSite('moving');
    untouched = await ingressNow(site);
    elsewhere = new Crowd(site.host, { through });
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
  });
  after(async () => {
    await elsewhere?.leave();
    await removeSite(site);
  });

  it('is gated by the keys of its new class, and by no others, and closed there', async () => {
    const changed = Date.now();
    const patch = { spec: { ingressClassName: 'haproxy' } };
    await api.mergePatch(resources.ingresses, { namespace, name: 'app' }, patch);
    await eventually('the keys of haproxy-ingress, and no others', async () => {
      const keys = Object.keys((await ingressNow(site)).metadata.annotations ?? {});
      expect(keys).to.not.be.empty;
      for (const key of keys) expect(key).to.match(/^haproxy-ingress\.github\.io\//);
    });
    const swapped = Date.now() - changed;
    await eventually(
      'visitors of the new controller have met nothing but the page for 3 s',
      () => expect(Object.keys(elsewhere.statuses(Date.now() - 3_000))).to.deep.equal(['503']),
      { within: 40 },
    );
    await conditionBecomes(window, 'Closed', { status: 'True' }, { within: 40 });
    const admitted = appRequests(site.host, changed, Date.now());
    const open = Math.max(0, ...admitted.map(({ time }) => Date.parse(time) - changed));
    console.log(`      keys after ${swapped} ms; ${admitted.length} got in, the last after ${open} ms`);
    expect(open, 'milliseconds until nobody got in any more').to.be.lessThan(mostOpenMs);
  });

  it('is as before when its window is gone, but for its class', async () => {
    await deleteWindow(window);
    await eventually('the site is open', async () => {
      expect((await visit(site.host, { through })).status).to.equal(200);
    });
    await leavesNoTrace(namespace);
    expect((await ingressNow(site)).metadata.annotations).to.deep.equal(untouched.metadata.annotations);
  });
});

scenario('haproxy: an Ingress that is made while its window closes everything', function () {
  this.timeout(120_000);
  const namespace = 'e2e-late';
  const window = aWindow({ namespace }, coveringAll);
  const late = ['late-1', 'late-2', 'late-3'].map((name) => ({ name, host: `${name}.haproxy.test` }));
  let site: Site;

  before(async () => {
    site = await openSite('late', { className: 'haproxy' });
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
  });
  after(async () => removeSite(site));

  it('is closed in the end, although the controller overlooks a gate that it sees with the Ingress', async () => {
    for (const draft of late) await createIngress({ namespace, className: 'haproxy', ...draft });
    await eventually(
      'all are closed',
      async () => {
        const statuses = await Promise.all(late.map(async ({ host }) => (await visit(host)).status));
        expect(statuses).to.deep.equal(late.map(() => 503));
      },
      { within: 60 },
    );
    await eventually(
      'all gates are proven',
      async () => {
        expect((await readWindow(window)).status?.gates?.summary).to.equal('4/4');
      },
      { within: 60 },
    );
    await deleteWindow(window);
    await eventually('nothing of ours is left on them', async () => {
      for (const { name } of late) {
        const { metadata } = await ingressNow({ namespace, ingress: name });
        expect(metadata.annotations ?? {}).to.deep.equal({});
      }
    });
  });
});
