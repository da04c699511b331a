import { expect } from 'chai';
import { setChartValue } from './toolkit/chart.ts';
import { scenario } from './toolkit/closures.ts';
import { api } from './toolkit/cluster.ts';
import { Edge } from './toolkit/edge.ts';
import { eventually } from './toolkit/eventually.ts';
import { createRule } from './toolkit/rules.ts';
import type { Site } from './toolkit/site.ts';
import { openSite, removeSite } from './toolkit/site.ts';
import { leavesNoTrace } from './toolkit/traces.ts';
import { aWindow, coveringAll } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow, readWindow } from './toolkit/windows.ts';
import { resources } from '../../src/kube/resources.ts';

const namespace = 'e2e-edge';
const serviceKey = 'ingressControllers.traefik.service';
const proxyKey = 'ingressControllers.traefik.proxyProtocol';
const hostOf = (name: string): string => `${name}.edge.test`;

/** Ingress → what stands in front of its gate, in HAProxy's words. */
const inFront = {
  elsewhere: 'redirect location https://login.edge.test/ code 302',
  guarded: 'deny deny_status 401',
  missing: 'deny deny_status 404',
  secured: 'redirect scheme https code 308',
} as const;

scenario('proof of gates behind an edge that insists on the PROXY protocol', function () {
  this.timeout(180_000);
  const window = aWindow({ namespace }, coveringAll);
  let site: Site;
  let edge: Edge;

  before(async () => {
    site = await openSite('edge');
    const rules = Object.fromEntries(Object.entries(inFront).map(([name, rule]) => [hostOf(name), rule]));
    edge = await Edge.start({ namespace, name: 'edge' }, rules);
    for (const name of Object.keys(inFront)) await createRule({ namespace, name, host: hostOf(name) });
    await createRule({ namespace, name: 'tls', host: hostOf('tls'), tls: true });
    await setChartValue(serviceKey, `${namespace}/edge`);
  });
  after(async () => {
    await setChartValue(proxyKey, false);
    await setChartValue(serviceKey, 'traefik/traefik');
    await edge?.[Symbol.asyncDispose]();
    await removeSite(site);
  });

  it('is not had without its header, and the message says which value to set', async () => {
    await applyWindow(window);
    await eventually('nothing is proven', async () => {
      const { gates, gateDetails = [] } = (await readWindow(window)).status ?? {};
      expect(gates).to.include({ total: 6, proven: 0, unproven: 6 });
      const first = gateDetails.find(({ ingress }) => ingress === 'app');
      expect(first).to.include({ reason: 'Unreachable' });
      expect(first?.message).to.include(`${proxyKey} to true`);
    });
  });

  it('is had with it, by http, by TLS, and behind a redirect to https; whatever stands in front is named', async () => {
    await setChartValue(proxyKey, true);
    await eventually(
      'three are proven and three are wrong',
      async () => {
        const { gates, gateDetails = [] } = (await readWindow(window)).status ?? {};
        expect(gates, JSON.stringify(gateDetails)).to.include({ total: 6, proven: 3, wrong: 3 });
      },
      { within: 40 },
    );
    const { gateDetails = [] } = (await readWindow(window)).status ?? {};
    expect(Object.fromEntries(gateDetails.map(({ ingress, reason }) => [ingress, reason]))).to.deep.equal({
      elsewhere: 'RedirectedElsewhere',
      guarded: 'OtherAuthInFront',
      missing: 'NoRoute',
    });
    await conditionBecomes(window, 'Closed', { status: 'False', reason: 'Partial' });
  });

  it('that they are gone is had from whatever answers without them', async () => {
    await deleteWindow(window);
    await leavesNoTrace(namespace);
    for (const name of [...Object.keys(inFront), 'tls'])
      await api.delete(resources.ingresses, { namespace, name });
  });
});
