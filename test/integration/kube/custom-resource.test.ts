import { expect } from 'chai';
import { isKubeError } from '../../../src/kube/errors.ts';
import type { NamespacedObject } from '../../../src/kube/objects.ts';
import { Reflector } from '../../../src/kube/reflector.ts';
import { resources, type Resource } from '../../../src/kube/resources.ts';
import { Store } from '../../../src/kube/store.ts';
import { until } from '../../unit/kube/until.ts';
import { useCluster, type Cluster } from './cluster.ts';

const group = `test-${process.pid}.example.com`;
const widgets: Resource<NamespacedObject> = {
  group,
  version: 'v1',
  plural: 'widgets',
  kind: 'Widget',
  namespaced: true,
};
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `widgets.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};
const withinMs = 15_000;

describe('watching a custom resource on a real API server', function () {
  this.timeout(40_000);
  let cluster: Cluster;
  let stop: AbortController;
  let store: Store<NamespacedObject>;
  let reflector: Reflector<NamespacedObject>;

  before(async () => {
    cluster = await useCluster();
    stop = new AbortController();
    store = new Store();
    const { client, namespace } = cluster;
    reflector = new Reflector({ client, resource: widgets, selection: { namespace }, store });
    void reflector.run(stop.signal);
  });
  after(async () => {
    stop.abort();
    await cluster.remove();
  });

  const names = (): string =>
    store
      .list()
      .map(({ metadata }) => metadata.name)
      .sort()
      .join();
  const untilNames = async (expected: string): Promise<unknown> =>
    until(names, (seen) => seen === expected, { withinMs });
  const untilState = async (expected: string): Promise<unknown> =>
    until(
      () => reflector.state,
      (state) => state === expected,
      { withinMs },
    );

  it('waits for the definition, then follows the objects', async () => {
    const { client, namespace } = cluster;
    expect(await reflector.firstAnswer).to.equal('NotServed');
    await client.create(resources.customResourceDefinitions, definition);
    await untilState('Synced');
    for (const name of ['one', 'two']) {
      await client.create(widgets, {
        apiVersion: `${group}/v1`,
        kind: 'Widget',
        metadata: { namespace, name },
      });
    }
    await untilNames('one,two');
  });

  it('gets Gone for a version from before the server’s memory', async () => {
    const { client, namespace } = cluster;
    const options = { namespace, resourceVersion: '1', timeoutSeconds: 5, signal: stop.signal };
    const outcome = await client
      .watch(widgets, options)
      .next()
      .catch((error: unknown) => error);
    expect(isKubeError(outcome, 'Gone'), JSON.stringify(outcome)).to.equal(true);
  });

  it('hears of each object’s deletion when the definition is deleted, and then that it is not served', async () => {
    await cluster.client.delete(resources.customResourceDefinitions, definition.metadata);
    await untilNames('');
    await untilState('NotServed');
  });
});
