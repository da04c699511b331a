import { expect } from 'chai';
import * as fc from 'fast-check';
import type { ConfigMap } from '../../../src/kube/kinds.ts';
import { keyOf } from '../../../src/kube/objects.ts';
import { Store, withoutManagedFields, type Change } from '../../../src/kube/store.ts';
import { configMap } from './fake-server.ts';

const object = (name: string, version: number, data: Record<string, string> = {}): ConfigMap =>
  configMap(name, version, data) as ConfigMap;

const byColour = {
  colour: ({ data }: ConfigMap) => (data?.['colour'] === undefined ? [] : [data['colour']]),
};

/** One thing that a reflector may tell a store. */
type Step =
  | { readonly type: 'upsert' | 'remove'; readonly name: string; readonly colour: string }
  | { readonly type: 'replace'; readonly objects: Readonly<Record<string, string>> };

const name = fc.constantFrom('a', 'b', 'c', 'd');
const colour = fc.constantFrom('red', 'green');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ type: fc.constantFrom('upsert' as const, 'remove' as const), name, colour }),
  fc.record({ type: fc.constant('replace' as const), objects: fc.dictionary(name, colour) }),
);

describe('Store', () => {
  it('gives the same lists until something in them changes, and new ones then', () => {
    const store = new Store<ConfigMap>({ indexers: byColour });
    store.replace([object('a', 1, { colour: 'red' }), object('b', 2, { colour: 'green' })]);
    const before = { all: store.list(), red: store.byIndex('colour', 'red') };
    store.upsert(object('a', 1, { colour: 'red' }));
    expect(store.list()).to.equal(before.all);
    store.upsert(object('b', 3, { colour: 'green' }));
    expect(store.list()).to.not.equal(before.all);
    expect(store.byIndex('colour', 'red')).to.equal(before.red);
    store.upsert(object('b', 4, { colour: 'red' }));
    expect(store.byIndex('colour', 'red').map(({ metadata }) => metadata.name)).to.have.members(['a', 'b']);
    expect(store.byIndex('colour', 'green')).to.deep.equal([]);
    store.remove({ namespace: before.all[0]?.metadata.namespace, name: 'a' });
    expect(store.byIndex('colour', 'red').map(({ metadata }) => metadata.name)).to.deep.equal(['b']);
  });

  it('equals a replay of any events and lists, as do its changes and its index', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const store = new Store<ConfigMap>({ indexers: byColour });
        const followed = new Map<string, ConfigMap>();
        store.subscribe((change) => follow(followed, change));
        const truth = new Map<string, ConfigMap>();
        steps.forEach((each, version) => {
          take(store, truth, each, version);
          expect(store.list()).to.have.deep.members([...truth.values()]);
        });
        expect(new Map(store.list().map((each) => [each.metadata.name, each]))).to.deep.equal(truth);
        expect(followed).to.deep.equal(truth);
        for (const value of ['red', 'green']) {
          const expected = [...truth.values()].filter(({ data }) => data?.['colour'] === value);
          expect(store.byIndex('colour', value)).to.have.deep.members(expected);
        }
      }),
    );
  });

  it('tells old and new, and deletes what a list does not have any more', () => {
    const store = new Store<ConfigMap>();
    const changes: Change<ConfigMap>[] = [];
    store.upsert(object('a', 1));
    const unsubscribe = store.subscribe((change) => changes.push(change));
    store.upsert(object('a', 2));
    store.replace([object('b', 3)]);
    unsubscribe();
    store.remove({ namespace: 'shop', name: 'b' });
    expect(changes).to.deep.equal([
      { key: 'shop/a', old: object('a', 1), new: object('a', 2) },
      { key: 'shop/a', old: object('a', 2), new: undefined },
      { key: 'shop/b', old: undefined, new: object('b', 3) },
    ]);
  });

  it('does not call the same version a change', () => {
    const store = new Store<ConfigMap>();
    let changes = 0;
    store.subscribe(() => (changes += 1));
    store.upsert(object('a', 1));
    store.replace([object('a', 1)]);
    expect(changes).to.equal(1);
  });

  it('confirms an own write only while nothing newer was heard', () => {
    const store = new Store<ConfigMap>();
    const [first, ours, newer] = [object('a', 1), object('a', 2), object('a', 3)];
    store.upsert(first);
    store.confirm(store.get(keyOf(first.metadata)), ours);
    expect(store.list()).to.deep.equal([ours]);
    store.upsert(newer);
    store.confirm(ours, object('a', 2, { late: 'answer' }));
    expect(store.list(), 'a late answer after a newer event').to.deep.equal([newer]);
    store.remove(newer.metadata);
    store.confirm(newer, object('a', 4));
    expect(store.list(), 'a late answer after a deletion').to.deep.equal([]);
  });

  it('finds objects by key and by reference', () => {
    const store = new Store<ConfigMap>();
    store.upsert(object('a', 1));
    expect(store.get('shop/a')).to.deep.equal(object('a', 1));
    expect(store.find({ namespace: 'shop', name: 'a' })).to.deep.equal(object('a', 1));
    expect(store.find({ namespace: 'other', name: 'a' })).to.equal(undefined);
  });

  it('refuses an index that was not declared', () => {
    expect(() => new Store<ConfigMap>().byIndex('size', 'xl')).to.throw(TypeError, 'no index size');
  });

  it('goes on when an indexer throws', () => {
    const errors: unknown[] = [];
    const indexers = {
      bad: () => {
        throw new Error('no');
      },
    };
    const store = new Store<ConfigMap>({ indexers, onHandlerError: (error) => errors.push(error) });
    store.upsert(object('a', 1));
    expect(store.size).to.equal(1);
    expect(errors).to.have.length(1);
  });

  it('keeps what the transform makes of an object', () => {
    const store = new Store<ConfigMap>({ transform: withoutManagedFields });
    const full = object('a', 1);
    store.upsert({
      ...full,
      metadata: {
        ...full.metadata,
        managedFields: [{ manager: 'kubectl' }],
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', kept: 'yes' },
      },
    });
    expect(store.get('shop/a')).to.deep.equal({
      ...full,
      metadata: { ...full.metadata, annotations: { kept: 'yes' } },
    });
  });
});

const take = (store: Store<ConfigMap>, truth: Map<string, ConfigMap>, step: Step, version: number): void => {
  if (step.type === 'replace') {
    const objects = Object.entries(step.objects).map(([each, value]) =>
      object(each, version, { colour: value }),
    );
    store.replace(objects);
    truth.clear();
    for (const each of objects) truth.set(each.metadata.name, each);
  } else if (step.type === 'upsert') {
    const each = object(step.name, version, { colour: step.colour });
    store.upsert(each);
    truth.set(step.name, each);
  } else {
    store.remove({ namespace: 'shop', name: step.name });
    truth.delete(step.name);
  }
};

const follow = (followed: Map<string, ConfigMap>, change: Change<ConfigMap>): void => {
  const key = change.key.replace('shop/', '');
  expect(followed.get(key)).to.deep.equal(change.old);
  if (change.new === undefined) followed.delete(key);
  else followed.set(key, change.new);
};
