import { expect } from 'chai';
import { listAll } from '../../../src/kube/list.ts';
import type { ConfigMap } from '../../../src/kube/kinds.ts';
import { Reflector } from '../../../src/kube/reflector.ts';
import { resources } from '../../../src/kube/resources.ts';
import { Store } from '../../../src/kube/store.ts';
import { until } from '../../unit/kube/until.ts';
import { useCluster, type Cluster } from './cluster.ts';

const { configMaps, middlewares } = resources;
/** Like a controller's own kind where that controller is not installed. */
const undefinedResource = { ...middlewares, group: 'nobody.test' };
const withinMs = 10_000;

describe('watching a real API server', function () {
  this.timeout(20_000);
  let cluster: Cluster;
  let stop: AbortController;

  before(async () => {
    cluster = await useCluster();
  });
  after(async () => cluster.remove());
  beforeEach(() => {
    stop = new AbortController();
  });
  afterEach(() => stop.abort());

  const create = async (name: string, step: string, role = 'test'): Promise<ConfigMap> =>
    cluster.client.create(configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: cluster.namespace, labels: { role } },
      data: { step },
    });

  it('keeps a store equal to the server, within its selection', async () => {
    const { client, namespace } = cluster;
    await create('before', '1');
    const store = new Store<ConfigMap>();
    const errors: unknown[] = [];
    const selection = { namespace, labelSelector: 'role=test' };
    const onError = (error: unknown): number => errors.push(error);
    const reflector = new Reflector({ client, resource: configMaps, selection, store, onError });
    const running = reflector.run(stop.signal);
    await reflector.hasSynced;
    const seen = (): string[] =>
      store
        .list()
        .map(({ metadata, data }) => `${metadata.name} ${data?.['step'] ?? ''}`)
        .sort();
    const untilSeen = async (...expected: string[]): Promise<unknown> =>
      until(seen, (now) => now.join() === expected.join(), { withinMs });
    await untilSeen('before 1');
    await create('after', '1');
    await create('other', '1', 'other');
    await client.mergePatch(configMaps, { namespace, name: 'before' }, { data: { step: '2' } });
    await untilSeen('after 1', 'before 2');
    await client.delete(configMaps, { namespace, name: 'before' });
    // Leaving the selection is a deletion to who watches it.
    await client.mergePatch(
      configMaps,
      { namespace, name: 'after' },
      { metadata: { labels: { role: 'other' } } },
    );
    await untilSeen();
    stop.abort();
    await running;
    expect(errors).to.deep.equal([]);
  });

  it('says that a resource without its definition is not served', async () => {
    const { client, namespace } = cluster;
    const reflector = new Reflector({
      client,
      resource: undefinedResource,
      selection: { namespace },
      store: new Store(),
    });
    void reflector.run(stop.signal);
    expect(await reflector.firstAnswer).to.equal('NotServed');
  });

  it('reads a long list in pages', async () => {
    const { client, namespace } = cluster;
    const names = Array.from({ length: 7 }, (_, index) => `page-${index}`);
    await Promise.all(names.map(async (name) => create(name, '1', 'pages')));
    const selection = { namespace, labelSelector: 'role=pages' };
    const first = await client.list(configMaps, { ...selection, limit: 3 });
    expect(first.items).to.have.length(3);
    expect(first.continue).to.be.a('string');
    const all = await listAll(client, configMaps, selection);
    expect(all.items.map(({ metadata }) => metadata.name)).to.deep.equal(names);
    expect(all.items.every(({ kind, apiVersion }) => kind === 'ConfigMap' && apiVersion === 'v1')).to.equal(
      true,
    );
  });
});
