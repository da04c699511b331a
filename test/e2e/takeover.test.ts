import { expect } from 'chai';
import { fieldManager, labels } from '../../src/api/names.ts';
import type { KubeObject } from '../../src/kube/objects.ts';
import { resources } from '../../src/kube/resources.ts';
import { scenario } from './toolkit/closures.ts';
import { api, installNamespace } from './toolkit/cluster.ts';
import { eventually } from './toolkit/eventually.ts';
import type { OperatorProcess } from './toolkit/operator-process.ts';
import { OperatorPlace } from './toolkit/operator-process.ts';
import type { Site } from './toolkit/site.ts';
import { openSite, removeSite, staysClosed } from './toolkit/site.ts';
import type { IngressAsItIs } from './toolkit/traces.ts';
import { becomesAsBefore, ingressNow, leavesNoTrace } from './toolkit/traces.ts';
import { visit } from './toolkit/visitor.ts';
import { aWindow } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow } from './toolkit/windows.ts';

const middlewaresKey = 'traefik.ingress.kubernetes.io/router.middlewares';

scenario('traefik: an operator of another version takes over a closed site', function () {
  this.timeout(180_000);
  const namespace = 'e2e-takeover';
  const window = aWindow({ namespace });
  const older = 'backsoon-gate-app';
  let site: Site;
  let untouched: IngressAsItIs;
  let present: IngressAsItIs;
  let place: OperatorPlace;
  let operator: OperatorProcess;

  const middlewares = async () => (await api.list(resources.middlewares, { namespace })).items;
  const specs = async () =>
    Object.fromEntries((await middlewares()).map(({ metadata, spec }) => [metadata.name, spec]));
  const isClosed = async (): Promise<void> =>
    eventually('visitors meet the page', async () => {
      expect((await visit(site.host)).status).to.equal(503);
    });

  /** Writes as the operator does. */
  const write = async <T extends KubeObject>(
    resource: Parameters<typeof api.apply<T>>[0],
    object: Parameters<typeof api.apply<T>>[1],
  ): Promise<void> => {
    await api.apply(resource, object, { fieldManager: fieldManager(installNamespace), force: true });
  };

  /** A Middleware as an older operator would have made it: another name, another set of headers, no limit. */
  const olderMiddleware = async (name: string, spec: object): Promise<void> => {
    const { uid } = (await ingressNow(site)).metadata;
    const owner = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'app', uid };
    const metadata = {
      namespace,
      name,
      labels: { [labels.install]: installNamespace },
      ...(name === older ? { ownerReferences: [owner] } : {}),
    };
    const object = { apiVersion: 'traefik.io/v1alpha1', kind: 'Middleware', metadata, spec };
    await write(resources.middlewares, object);
  };

  before(async () => {
    site = await openSite('takeover');
    untouched = await ingressNow(site);
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
    present = await ingressNow(site);
    place = await OperatorPlace.take({});
  });
  after(async () => {
    await operator?.kill();
    await place?.[Symbol.asyncDispose]();
    await removeSite(site);
  });

  it('which was gated by Middlewares of other names and contents: not a moment open, nor without its page', async () => {
    const wanted = await specs();
    const { forwardAuth } = wanted['backsoon-app'] as unknown as { forwardAuth: Record<string, unknown> };
    const { maxResponseBodySize: _limit, ...rest } = forwardAuth;
    await olderMiddleware(older, {
      forwardAuth: { ...rest, authRequestHeaders: ['Accept', 'X-Forwarded-For', 'Backsoon-Probe'] },
    });
    await olderMiddleware('backsoon-headers', {
      headers: { customRequestHeaders: { 'X-Forwarded-Uri': '', 'X-Older': 'yes' } },
    });
    const { uid } = untouched.metadata;
    const list = `${namespace}-backsoon-headers@kubernetescrd,${namespace}-${older}@kubernetescrd`;
    await write(resources.ingresses, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { namespace, name: 'app', uid, annotations: { [middlewaresKey]: list } },
    });
    await api.delete(resources.middlewares, { namespace, name: 'backsoon-app' });
    // Traefik reads changes 2 s apart, and answers 404 while it knows only half of them.
    const wrote = Date.now();
    await eventually('visitors have met nothing but the page for 3 s', () => {
      expect(Date.now() - wrote, 'milliseconds since').to.be.above(3_000);
      expect(Object.keys(site.crowd.statuses(Date.now() - 3_000))).to.deep.equal(['503']);
    });
    const tookOver = Date.now();
    const closure = staysClosed(site, [window]);

    operator = await place.start();
    await eventually('the gate is as the present operator makes it', async () => {
      expect((await ingressNow(site)).metadata.annotations).to.deep.equal(present.metadata.annotations);
    });
    await eventually('only its own Middlewares are left, as it makes them', async () => {
      expect(await specs()).to.deep.equal(wanted);
    });
    await conditionBecomes(window, 'Closed', { status: 'True' }, { within: 40 });
    await isClosed();
    expect(Object.keys(site.crowd.statuses(tookOver)), 'what visitors met').to.deep.equal(['503']);
    closure.end();
  });

  it('and opens it as it was before any gate', async () => {
    await deleteWindow(window);
    await becomesAsBefore(site, untouched);
    await leavesNoTrace(namespace);
  });
});
