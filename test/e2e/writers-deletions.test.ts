import { expect } from 'chai';
import { isKubeError } from '../../src/kube/errors.ts';
import type { CustomResourceDefinition } from '../../src/kube/kinds.ts';
import { resources } from '../../src/kube/resources.ts';
import { scenario } from './toolkit/closures.ts';
import { api, kubectl } from './toolkit/cluster.ts';
import { eventually, throughout } from './toolkit/eventually.ts';
import type { Site } from './toolkit/site.ts';
import { openNextTo, openSite, removeSite, staysClosed } from './toolkit/site.ts';
import { becomesAsBefore, ingressNow, leavesNoTrace } from './toolkit/traces.ts';
import { visit } from './toolkit/visitor.ts';
import { aWindow, coveringAll } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, readWindow } from './toolkit/windows.ts';

const finalizer = 'e2e.backsoon.dev/slow';
const crd = 'maintenancewindows.backsoon.dev';

const isClosed = async ({ host }: Site): Promise<void> =>
  eventually(`the site ${host} is closed`, async () => {
    expect((await visit(host)).status).to.equal(503);
  });

const isOpen = async ({ host }: Site): Promise<void> =>
  eventually(`the site ${host} is open`, async () => {
    expect((await visit(host)).status).to.equal(200);
  });

const finalizers = async ({ namespace, ingress }: Site, list: readonly string[]): Promise<void> => {
  const patch = { metadata: { finalizers: list } };
  await api.mergePatch(resources.ingresses, { namespace, name: ingress }, patch);
};

const isGone = async (what: string, look: () => Promise<unknown>): Promise<void> =>
  eventually(
    `${what} is gone`,
    async () => {
      const found = await look().then(
        () => 'there',
        (error: unknown) => (isKubeError(error, 'NotFound') ? 'gone' : String(error)),
      );
      expect(found).to.equal('gone');
    },
    { within: 60 },
  );

scenario('other writers: what is deleted while it is closed', function () {
  this.timeout(180_000);
  const namespace = 'e2e-deleted';
  const window = aWindow({ namespace }, coveringAll);
  let site: Site;
  let leaving: Site;

  before(async () => {
    site = await openSite('deleted');
    leaving = await openNextTo(site, { name: 'leaving', host: 'deleted-leaving.test' });
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
    await Promise.all([isClosed(site), isClosed(leaving)]);
  });
  after(async () => {
    await leaving?.crowd.leave();
    await finalizers(leaving, []).catch(() => undefined);
    await removeSite(site);
  });

  it('an Ingress that a finalizer holds stays closed until it is gone', async () => {
    const closures = [staysClosed(site, [window]), staysClosed(leaving, [window])];
    await finalizers(leaving, [finalizer]);
    await api.delete(resources.ingresses, { namespace, name: 'leaving' });
    await throughout(
      'it is closed',
      async () => {
        const { metadata } = await ingressNow(leaving);
        expect(metadata.deletionTimestamp, 'an Ingress on its way out').to.be.a('string');
        expect((await visit(leaving.host)).status).to.equal(503);
      },
      { seconds: 5 },
    );
    closures[1]?.end();
    await finalizers(leaving, []);
    await isGone('the Ingress', () => ingressNow(leaving));
    await eventually('the window covers one Ingress', async () => {
      expect((await readWindow(window)).status?.gates?.summary).to.equal('1/1');
    });
    expect((await visit(site.host)).status, 'the site next to it').to.equal(503);
    closures[0]?.end();
  });

  it('a namespace goes with its window, its gates and its policy, and nothing hangs', async () => {
    await leaving.crowd.leave();
    await site.crowd.leave();
    await kubectl(['delete', 'namespace', namespace, '--wait=false']);
    await isGone('the namespace', () => api.get(resources.namespaces, { name: namespace }));
    await leavesNoTrace(namespace);
  });
});

scenario('other writers: a namespace that can not be deleted', function () {
  this.timeout(120_000);
  const namespace = 'e2e-stuck';
  const window = aWindow({ namespace });
  let site: Site;

  before(async () => {
    site = await openSite('stuck');
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
    await finalizers(site, [finalizer]);
  });
  after(async () => {
    await finalizers(site, []).catch(() => undefined);
    await removeSite(site);
  });

  it('loses the gate of its last Ingress, because its window is gone', async () => {
    await kubectl(['delete', 'namespace', namespace, '--wait=false']);
    await eventually('no gate on what is left', async () => {
      const { metadata } = await ingressNow(site);
      expect(metadata.deletionTimestamp).to.be.a('string');
      expect(metadata.annotations ?? {}).to.deep.equal({});
    });
    await finalizers(site, []);
    await isGone('the namespace', () => api.get(resources.namespaces, { name: namespace }));
    await leavesNoTrace(namespace);
  });
});

scenario('other writers: the CRD is deleted while sites are closed', function () {
  this.timeout(180_000);
  const namespace = 'e2e-crd';
  const window = aWindow({ namespace });
  let site: Site;
  /** As the chart installed it, with Helm's own marks. */
  let installed: CustomResourceDefinition;

  const installCrd = async (): Promise<void> => {
    const { name, labels = {}, annotations = {} } = installed.metadata;
    const { status: _status, ...rest } = installed;
    const draft = { ...rest, metadata: { name, labels, annotations } };
    await api.apply(resources.customResourceDefinitions, draft, { fieldManager: 'helm', force: true });
    await kubectl(['wait', '--for=condition=Established', 'crd', crd, '--timeout=30s']);
  };

  before(async () => {
    installed = await api.get(resources.customResourceDefinitions, { name: crd });
    site = await openSite('crd');
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
    await isClosed(site);
  });
  after(async () => {
    await installCrd();
    await removeSite(site);
  });

  it('opens them, and leaves nothing behind', async () => {
    await kubectl(['delete', 'crd', crd, '--wait=false']);
    await isOpen(site);
    await leavesNoTrace(namespace);
    const { metadata } = await ingressNow(site);
    expect(metadata.annotations ?? {}).to.deep.equal({});
  });

  it('closes them again when the CRD and the window are made anew', async () => {
    await isGone('the CRD', () => api.get(resources.customResourceDefinitions, { name: crd }));
    const before = await ingressNow(site);
    await installCrd();
    await eventually('the window is taken', () => applyWindow(window), { within: 30 });
    // The operator lists again at least every 30 s.
    await conditionBecomes(window, 'Closed', { status: 'True' }, { within: 60 });
    await isClosed(site);
    await kubectl(['delete', 'mwin', 'work', '--namespace', namespace]);
    await becomesAsBefore(site, before);
    await leavesNoTrace(namespace);
  });
});
