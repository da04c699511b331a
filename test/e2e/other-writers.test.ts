import { expect } from 'chai';
import { resources } from '../../src/kube/resources.ts';
import { scenario } from './toolkit/closures.ts';
import { api, kubectl } from './toolkit/cluster.ts';
import { eventually } from './toolkit/eventually.ts';
import type { Site } from './toolkit/site.ts';
import { createNamespace, openSite, removeSite, staysClosed } from './toolkit/site.ts';
import { becomesAsBefore, ingressNow, leavesNoTrace } from './toolkit/traces.ts';
import type { IngressAsItIs } from './toolkit/traces.ts';
import { visit } from './toolkit/visitor.ts';
import { aWindow } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow, phaseBecomes } from './toolkit/windows.ts';

const middlewaresKey = 'traefik.ingress.kubernetes.io/router.middlewares';

interface Manifest {
  metadata: Record<string, unknown> & { annotations?: Record<string, string> };
  spec: { rules: { host: string }[] };
}

scenario('a closed site and what others write meanwhile', () => {
  const namespace = 'e2e-writers';
  const elsewhere = 'e2e-writers-elsewhere';
  const window = aWindow({ namespace });
  let site: Site;
  let untouched: IngressAsItIs;

  const patchWindow = async (spec: object): Promise<void> => {
    const patch = ['--type', 'merge', '--patch', JSON.stringify({ spec })];
    await kubectl(['patch', 'mwin', window.metadata.name, '--namespace', namespace, ...patch]);
  };
  const isClosed = async (): Promise<void> => {
    await conditionBecomes(window, 'Closed', { status: 'True' });
    expect((await visit(site.host)).status).to.equal(503);
  };

  before(async () => {
    site = await openSite('writers');
    untouched = await ingressNow(site);
    await applyWindow(window);
    await isClosed();
  });
  after(async () => {
    await removeSite(site);
    await api.delete(resources.namespaces, { name: elsewhere });
  });

  it('puts a gate back that a person took off', async () => {
    const gated = await ingressNow(site);
    await kubectl(['annotate', 'ingress', 'app', '--namespace', namespace, `${middlewaresKey}-`]);
    await becomesAsBefore(site, gated);
    await eventually('the site is closed', async () => {
      expect((await visit(site.host)).status).to.equal(503);
    });
    await isClosed();
    // Traefik reads changes 2 s apart, and may still go through the one without a gate after the one with it is made.
    await eventually('nobody has got in for 3 s', () => {
      expect(Object.keys(site.crowd.statuses(Date.now() - 3_000))).to.deep.equal(['503']);
    });
  });

  const copies = [
    { where: 'the same namespace', namespace, name: 'copy', host: 'writers-copy.test' },
    { where: 'another namespace', namespace: elsewhere, name: 'app', host: 'writers-elsewhere.test' },
  ];
  for (const copy of copies) {
    it(`frees a copy of the gated Ingress in ${copy.where}`, async () => {
      const closure = staysClosed(site, [window]);
      if (copy.namespace !== namespace) await createNamespace(copy.namespace);
      const source = await kubectl(['get', 'ingress', 'app', '--namespace', namespace, '--output', 'json']);
      const manifest = JSON.parse(source) as Manifest;
      expect(manifest.metadata.annotations).to.have.property(middlewaresKey);
      const { uid: _uid, resourceVersion: _version, ...metadata } = manifest.metadata;
      const copied = {
        ...manifest,
        metadata: { ...metadata, name: copy.name, namespace: copy.namespace },
        spec: { ...manifest.spec, rules: [{ ...manifest.spec.rules[0], host: copy.host }] },
      };
      await kubectl(['apply', '--filename', '-'], JSON.stringify(copied));
      await eventually('the copy has no gate', async () => {
        const { metadata } = await ingressNow({ namespace: copy.namespace, ingress: copy.name });
        expect(metadata.annotations ?? {}).to.not.have.property(middlewaresKey);
      });
      await eventually('the copy is open', async () => {
        expect((await visit(copy.host)).status).to.equal(200);
      });
      await isClosed();
      closure.end();
    });
  }

  it('stays closed through an edit that is not acceptable, and says what is wrong with it', async () => {
    const closure = staysClosed(site, [window]);
    await patchWindow({ schedule: { cron: '0 2 * * SUN', duration: '1h', timeZone: 'Europe/Atlantis' } });
    const reason = { status: 'False', reason: 'InvalidSchedule' } as const;
    const { message } = await conditionBecomes(window, 'Accepted', reason);
    expect(message)
      .to.include('spec.schedule.timeZone')
      .and.to.include('The last accepted spec stays in force.');
    await isClosed();
    await patchWindow({ schedule: null });
    await conditionBecomes(window, 'Accepted', { status: 'True' });
    await isClosed();
    closure.end();
  });

  it('opens at once when it is suspended, also when the edit is not acceptable, and closes again', async () => {
    await patchWindow({ suspend: true, only: { paths: ['/checkout'] } });
    const suspendedAt = Date.now();
    await eventually('the site is open', async () => {
      expect((await visit(site.host)).status).to.equal(200);
    });
    expect(Date.now() - suspendedAt, 'milliseconds until it was open').to.be.lessThan(3_000);
    await phaseBecomes(window, 'Suspended');
    await becomesAsBefore(site, untouched);
    await patchWindow({ suspend: null, only: null });
    await isClosed();
  });

  it('leaves nothing behind', async () => {
    await deleteWindow(window);
    await becomesAsBefore(site, untouched);
    await leavesNoTrace(namespace);
    await leavesNoTrace(elsewhere);
  });
});
