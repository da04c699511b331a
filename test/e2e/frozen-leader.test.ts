import { expect } from 'chai';
import { names } from '../../src/api/names.ts';
import { resources } from '../../src/kube/resources.ts';
import { writesOf } from './toolkit/audit-log.ts';
import { scenario } from './toolkit/closures.ts';
import { api, control, installNamespace, kubectl } from './toolkit/cluster.ts';
import { eventually } from './toolkit/eventually.ts';
import { openMany, statusesOf } from './toolkit/many-sites.ts';
import { operatorPods } from './toolkit/operator-pods.ts';
import type { Site } from './toolkit/site.ts';
import { openSite, removeSite, staysClosed } from './toolkit/site.ts';
import { leavesNoTrace } from './toolkit/traces.ts';
import { aWindow, covering } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow } from './toolkit/windows.ts';

const sites = 60;
/** A leader that is silent is respected for so long, and a little more until the other one looks. */
const handOverSeconds = 20;

async function scale(replicas: number): Promise<void> {
  const where = ['deployment', 'backsoon-operator', '--namespace', installNamespace];
  await kubectl(['scale', ...where, `--replicas=${replicas}`]);
  await eventually(
    `${replicas} operators`,
    async () => {
      const ready = (await operatorPods()).filter(({ isReady }) => isReady);
      expect(ready).to.have.lengthOf(replicas);
    },
    { within: 60 },
  );
}

/** The leader's Pod. */
async function leader(): Promise<string> {
  const { spec } = await api.get(resources.leases, { namespace: installNamespace, name: names.lease });
  return (spec?.holderIdentity ?? '').split('_')[0] ?? '';
}

scenario('an outage of the leader, who was only frozen', function () {
  this.timeout(240_000);
  let site: Site;
  let hosts: readonly string[];

  before(async () => {
    await scale(2);
    site = await openSite('frozen');
    hosts = await openMany(site, sites);
  });
  after(async () => {
    await removeSite(site);
    await scale(1);
  });

  it('lands at most the write that was under way, and does no harm', async () => {
    const { namespace } = site;
    const closing = aWindow({ namespace, name: 'closing' });
    await applyWindow(closing);
    await conditionBecomes(closing, 'Closed', { status: 'True' });
    const closure = staysClosed(site, [closing]);

    // Frozen in the midst of its writes, with many more to come.
    const frozen = await leader();
    const many = aWindow(
      { namespace, name: 'many' },
      covering(...hosts.map((_, index) => ({ ingress: { name: `many-${index}` } }))),
    );
    const applied = Date.now();
    await applyWindow(many);
    await eventually('the first writes', () => expect(writesOf(frozen, applied)).to.not.be.empty, {
      everyMs: 5,
    });
    await control.signal({ namespace: installNamespace, pod: frozen }, 'SIGSTOP');
    const frozenAt = Date.now();
    const before = writesOf(frozen, applied).length;
    const leadsAt = await eventually(
      'another leader',
      async () => {
        expect(await leader()).to.not.equal(frozen);
        return Date.now();
      },
      { within: handOverSeconds },
    );
    console.log(
      `      another one leads ${((leadsAt - frozenAt) / 1000).toFixed(1)} s after the leader was frozen, ${before} writes into its work`,
    );
    // What the frozen one was about to do is no longer wanted.
    await deleteWindow(many);
    await control.signal({ namespace: installNamespace, pod: frozen }, 'SIGCONT');
    await eventually('the woken one knows', async () => {
      const log = await control.logs({ namespace: installNamespace, pod: frozen });
      expect(log.slice(-2_000)).to.include('the lead is lost');
    });

    const late = writesOf(frozen, leadsAt);
    console.log(`      the woken one's writes: ${late.length === 0 ? 'none' : late.join(', ')}`);
    expect(late, 'writes of the woken one').to.have.lengthOf.at.most(1);
    await eventually(
      'nothing but the closed site is gated',
      async () => {
        const { items } = await api.list(resources.ingresses, { namespace });
        const gated = items.filter(({ metadata }) =>
          JSON.stringify(metadata.annotations ?? {}).includes('backsoon'),
        );
        expect(gated.map(({ metadata }) => metadata.name)).to.deep.equal([site.ingress]);
      },
      { within: 40 },
    );
    expect(await statusesOf(hosts)).to.deep.equal({ 200: sites });
    await conditionBecomes(closing, 'Closed', { status: 'True' });
    closure.end();
    await deleteWindow(closing);
    await leavesNoTrace(namespace);
  });
});
