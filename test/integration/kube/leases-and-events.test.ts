import { expect } from 'chai';
import { EventRecorder } from '../../../src/kube/events.ts';
import type { KubeEvent } from '../../../src/kube/kinds.ts';
import { LeaderElector } from '../../../src/kube/leader-election.ts';
import { resources } from '../../../src/kube/resources.ts';
import { until } from '../../unit/kube/until.ts';
import { useCluster, type Cluster } from './cluster.ts';

describe('on a real API server', function () {
  this.timeout(30_000);
  let cluster: Cluster;

  before(async () => {
    cluster = await useCluster();
  });
  after(async () => cluster.remove());

  it('hands the lead over within 2 s when the leader stops', async () => {
    const { client, namespace } = cluster;
    const errors: unknown[] = [];
    const candidate = (identity: string) => {
      const onError = (error: unknown): number => errors.push(error);
      const elector = new LeaderElector({ client, namespace, name: 'backsoon-operator', identity, onError });
      const stop = new AbortController();
      const ended = elector.run(stop.signal, async (leading) => {
        const told = Promise.withResolvers<void>();
        leading.addEventListener('abort', () => told.resolve(), { once: true });
        await told.promise;
      });
      return { elector, stop, ended };
    };
    const one = candidate('one');
    await until(
      () => one.elector.isLeading(),
      (leads) => leads,
    );
    const two = candidate('two');
    const since = performance.now();
    one.stop.abort();
    expect(await one.ended).to.equal('Stopped');
    expect(two.elector.isLeading()).to.equal(false);
    await until(
      () => two.elector.isLeading(),
      (leads) => leads,
    );
    expect(performance.now() - since).to.be.below(2000);
    const { spec } = await client.get(resources.leases, { namespace, name: 'backsoon-operator' });
    expect(spec).to.include({ holderIdentity: 'two', leaseDurationSeconds: 15, leaseTransitions: 1 });
    two.stop.abort();
    expect(await two.ended).to.equal('Stopped');
    expect(errors).to.deep.equal([]);
  });

  it('takes events, and the count of their repeats', async () => {
    const { client, namespace } = cluster;
    const { metadata } = await client.create(resources.configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace, name: 'eventful' },
    });
    const errors: unknown[] = [];
    const recorder = new EventRecorder({
      client,
      source: { controller: 'backsoon.dev/operator', instance: 'operator-0' },
      onError: (error) => errors.push(error),
    });
    const { name, uid } = metadata;
    const event = {
      regarding: { apiVersion: 'v1', kind: 'ConfigMap', namespace, name, uid },
      type: 'Warning',
      reason: 'GateConflict',
      action: 'Arm',
      note: `${'ü'.repeat(600)} is too long`,
    } as const;
    recorder.record(event);
    await recorder.flush();
    recorder.record(event);
    await recorder.flush();
    recorder.stop();
    expect(errors).to.deep.equal([]);
    const { items } = await client.list(resources.events, { namespace });
    const written = items.filter(({ reason }: KubeEvent) => reason === 'GateConflict');
    expect(written).to.have.length(1);
    expect(written[0]).to.deep.include({ action: 'Arm', type: 'Warning', reportingInstance: 'operator-0' });
    expect(written[0]?.series?.count).to.equal(2);
    expect(written[0]?.regarding).to.deep.include({ kind: 'ConfigMap', name, uid });
  });
});
