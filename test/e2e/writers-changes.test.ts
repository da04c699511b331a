import { expect } from 'chai';
import { resources } from '../../src/kube/resources.ts';
import { scenario } from './toolkit/closures.ts';
import { api, kubectl } from './toolkit/cluster.ts';
import { eventually, throughout } from './toolkit/eventually.ts';
import type { Site } from './toolkit/site.ts';
import {
  createIngress,
  createNamespace,
  isServed,
  openNextTo,
  openSite,
  removeSite,
  staysClosed,
} from './toolkit/site.ts';
import { ingressNow, leavesNoTrace } from './toolkit/traces.ts';
import { visit } from './toolkit/visitor.ts';
import type { WindowDraft } from './toolkit/window.ts';
import { aWindow, covering, coveringAll } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow, readWindow } from './toolkit/windows.ts';

const middlewaresKey = 'traefik.ingress.kubernetes.io/router.middlewares';

const becomes = async (host: string, status: number): Promise<void> =>
  eventually(`${host} answers ${status}`, async () => {
    expect((await visit(host)).status).to.equal(status);
  });

const countsBecome = async (window: WindowDraft, summary: string): Promise<void> =>
  eventually(`${summary} gates of window ${window.metadata.name}`, async () => {
    expect((await readWindow(window)).status?.gates?.summary).to.equal(summary);
  });

scenario('other writers: Ingresses that change while a window closes them', function () {
  this.timeout(120_000);
  const namespace = 'e2e-changing';
  const front = { ingress: { selector: { matchLabels: { tier: 'front' } } } };
  const window = aWindow({ namespace }, covering({ ingress: { name: 'app' } }, front));
  const host = 'changing-front.test';
  const draft = { namespace, name: 'front', host, labels: { tier: 'front' } };
  let site: Site;

  const patch = async (change: object): Promise<void> => {
    await api.mergePatch(resources.ingresses, { namespace, name: 'front' }, change);
  };

  before(async () => {
    site = await openSite('changing');
    await createIngress(draft);
    await isServed({ namespace, ingress: 'front', host });
    await applyWindow(window);
    await countsBecome(window, '2/2');
    await conditionBecomes(window, 'Closed', { status: 'True' });
  });
  after(async () => removeSite(site));

  it('open when their labels fit no more, and close when they fit again', async () => {
    const closure = staysClosed(site, [window]);
    await patch({ metadata: { labels: { tier: 'back' } } });
    await becomes(host, 200);
    await countsBecome(window, '1/1');
    const { metadata } = await ingressNow({ namespace, ingress: 'front' });
    expect(metadata.annotations ?? {}).to.not.have.property(middlewaresKey);
    await patch({ metadata: { labels: { tier: 'front' } } });
    await becomes(host, 503);
    await countsBecome(window, '2/2');
    closure.end();
  });

  it('close when they are deleted and made anew', async () => {
    const closure = staysClosed(site, [window]);
    await api.delete(resources.ingresses, { namespace, name: 'front' });
    await countsBecome(window, '1/1');
    await conditionBecomes(window, 'Closed', { status: 'True' });
    await createIngress(draft);
    await countsBecome(window, '2/2');
    await becomes(host, 503);
    closure.end();
  });

  it('stay as they are when their class becomes one that no driver serves, and the reason is shown', async () => {
    const gated = await ingressNow({ namespace, ingress: 'front' });
    await patch({ spec: { ingressClassName: 'other' } });
    await conditionBecomes(window, 'Armable', { status: 'False', reason: 'UnknownController' });
    await conditionBecomes(window, 'Closed', { status: 'False', reason: 'Partial' });
    await throughout(
      'the gate stays',
      async () => {
        const { metadata } = await ingressNow({ namespace, ingress: 'front' });
        expect(metadata.annotations).to.deep.equal(gated.metadata.annotations);
      },
      { seconds: 3 },
    );
    await patch({ spec: { ingressClassName: 'traefik' } });
    await conditionBecomes(window, 'Closed', { status: 'True' });
    await becomes(host, 503);
  });

  it('are as they were when the window is gone', async () => {
    await deleteWindow(window);
    await leavesNoTrace(namespace);
    const { metadata } = await ingressNow({ namespace, ingress: 'front' });
    expect(metadata.annotations ?? {}).to.deep.equal({});
    await becomes(host, 200);
  });
});

scenario('other writers: a copy of a gated Ingress that a window covers too', function () {
  this.timeout(120_000);
  const namespace = 'e2e-copied';
  const elsewhere = 'e2e-copied-elsewhere';
  const here = aWindow({ namespace }, coveringAll);
  const there = aWindow({ namespace: elsewhere }, coveringAll);
  let site: Site;
  let next: Site;

  before(async () => {
    site = await openSite('copied');
    await createNamespace(elsewhere);
    next = await openNextTo(site, { name: 'next', host: 'copied-next.test' });
    await Promise.all([applyWindow(here), applyWindow(there)]);
    await countsBecome(here, '2/2');
    await conditionBecomes(here, 'Closed', { status: 'True' });
  });
  after(async () => {
    await next?.crowd.leave();
    await removeSite(site);
    await api.delete(resources.namespaces, { name: elsewhere });
  });

  const copies = [
    { where: 'the same namespace', namespace, window: here, host: 'copied-copy.test', summary: '3/3' },
    { where: 'another one', namespace: elsewhere, window: there, host: 'copied-there.test', summary: '1/1' },
  ];
  for (const copy of copies) {
    it(`gets a gate of its own in ${copy.where}`, async () => {
      const closures = [staysClosed(site, [here]), staysClosed(next, [here])];
      const source = await kubectl(['get', 'ingress', 'app', '--namespace', namespace, '--output', 'json']);
      const manifest = JSON.parse(source) as {
        metadata: Record<string, unknown>;
        spec: { rules: readonly object[] };
      };
      const { uid: _uid, resourceVersion: _version, ...metadata } = manifest.metadata;
      const copied = {
        ...manifest,
        metadata: { ...metadata, name: 'copy', namespace: copy.namespace },
        spec: { ...manifest.spec, rules: [{ ...manifest.spec.rules[0], host: copy.host }] },
      };
      await kubectl(['apply', '--filename', '-'], JSON.stringify(copied));
      await countsBecome(copy.window, copy.summary);
      await conditionBecomes(copy.window, 'Closed', { status: 'True' });
      const { metadata: live } = await ingressNow({ namespace: copy.namespace, ingress: 'copy' });
      expect(live.annotations?.[middlewaresKey]).to.include(`${copy.namespace}-backsoon-copy@kubernetescrd`);
      await becomes(copy.host, 503);
      for (const closure of closures) closure.end();
    });
  }

  it('is open when the windows are gone, and nothing of ours is left', async () => {
    await Promise.all([deleteWindow(here), deleteWindow(there)]);
    for (const { host } of copies) await becomes(host, 200);
    for (const copy of copies) {
      const { metadata } = await ingressNow({ namespace: copy.namespace, ingress: 'copy' });
      expect(metadata.annotations ?? {}).to.not.have.property(middlewaresKey);
      await leavesNoTrace(copy.namespace);
    }
  });
});
