import { expect } from 'chai';
import type { KubeClient } from '../../../src/kube/client.ts';
import { isKubeError, type KubeErrorCode } from '../../../src/kube/errors.ts';
import type { Ingress } from '../../../src/kube/kinds.ts';
import type { ObjectDraft } from '../../../src/kube/objects.ts';
import { resources } from '../../../src/kube/resources.ts';
import { useCluster, type Cluster } from './cluster.ts';

const { ingresses, configMaps } = resources;
const ours = 'backsoon-ops';
const middlewares = 'traefik.ingress.kubernetes.io/router.middlewares';

describe('writing to a real API server', () => {
  let cluster: Cluster;
  let client: KubeClient;
  let ref: { namespace: string; name: string };

  before(async function () {
    this.timeout(20_000);
    cluster = await useCluster();
    client = cluster.client;
  });
  after(async () => cluster.remove());

  const ingress = (annotations: Record<string, string>): ObjectDraft => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...ref, annotations },
    spec: { rules: [{ host: 'shop.example.com' }] },
  });
  const gate = (annotations: Record<string, string>, uid?: string): ObjectDraft => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { ...ref, annotations, ...(uid === undefined ? {} : { uid }) },
  });
  const codeOf = async (call: Promise<unknown>): Promise<KubeErrorCode | 'no error'> => {
    const error = await call.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error === undefined) return 'no error';
    if (!isKubeError(error)) throw error;
    return error.code;
  };
  const annotationsNow = async (): Promise<Ingress['metadata']['annotations']> =>
    (await client.get(ingresses, ref)).metadata.annotations;

  let made = 0;
  beforeEach(async () => {
    made += 1;
    ref = { namespace: cluster.namespace, name: `shop-${made}` };
    await client.create(ingresses, ingress({ app: 'shop' }), { fieldManager: 'argocd' });
  });

  it('adds our annotation by apply and takes exactly it away by applying the empty set', async () => {
    const { uid } = (await client.get(ingresses, ref)).metadata;
    await client.apply(ingresses, gate({ [middlewares]: 'gate' }, uid), { fieldManager: ours });
    expect(await annotationsNow()).to.deep.equal({ app: 'shop', [middlewares]: 'gate' });
    await client.mergePatch(ingresses, ref, { metadata: { annotations: { added: 'meanwhile' } } });
    await client.apply(ingresses, gate({}, uid), { fieldManager: ours });
    expect(await annotationsNow()).to.deep.equal({ app: 'shop', added: 'meanwhile' });
  });

  it('does not touch the spec', async () => {
    const { spec } = await client.get(ingresses, ref);
    const applied = await client.apply(ingresses, gate({ [middlewares]: 'gate' }), { fieldManager: ours });
    expect(applied.spec).to.deep.equal(spec);
  });

  it('names the manager of an annotation that is somebody else’s, and leaves it', async () => {
    await client.apply(ingresses, gate({ [middlewares]: 'theirs' }), { fieldManager: 'flux "x"' });
    const error = await client
      .apply(ingresses, gate({ [middlewares]: 'ours' }), { fieldManager: ours })
      .catch((reason: unknown) => reason);
    if (!isKubeError(error, 'FieldManagerConflict')) throw error;
    expect(error.conflicts).to.deep.equal([
      { field: `.metadata.annotations.${middlewares}`, manager: 'flux "x"' },
    ]);
    expect((await annotationsNow())?.[middlewares]).to.equal('theirs');
  });

  it('names the manager that wrote without apply, too', async () => {
    await client.mergePatch(
      ingresses,
      ref,
      { metadata: { annotations: { [middlewares]: 'by hand' } } },
      { fieldManager: 'kubectl-annotate' },
    );
    const error = await client
      .apply(ingresses, gate({ [middlewares]: 'ours' }), { fieldManager: ours })
      .catch((reason: unknown) => reason);
    if (!isKubeError(error, 'FieldManagerConflict')) throw error;
    expect(error.conflicts.map(({ manager }) => manager)).to.deep.equal(['kubectl-annotate']);
  });

  it('never creates or changes another object by an apply with the uid of a deleted one', async () => {
    const { uid } = (await client.get(ingresses, ref)).metadata;
    await client.delete(ingresses, ref, { uid });
    const apply = async (): Promise<unknown> =>
      client.apply(ingresses, gate({ [middlewares]: 'gate' }, uid), { fieldManager: ours });
    expect(await codeOf(apply()), 'nothing is there').to.equal('Conflict');
    await client.create(ingresses, ingress({ app: 'the next one' }));
    expect(await codeOf(apply()), 'another one is there').to.equal('Invalid');
    expect(await annotationsNow()).to.deep.equal({ app: 'the next one' });
  });

  it('knows in a dry run what an apply would meet, and stores nothing', async () => {
    const dryRun = { fieldManager: ours, dryRun: true } as const;
    const answer = await client.apply(ingresses, gate({ [middlewares]: 'gate' }), dryRun);
    expect(answer.metadata.annotations?.[middlewares]).to.equal('gate');
    expect(await annotationsNow()).to.deep.equal({ app: 'shop' });
    await client.apply(ingresses, gate({ [middlewares]: 'theirs' }), { fieldManager: 'flux' });
    expect(await codeOf(client.apply(ingresses, gate({ [middlewares]: 'gate' }), dryRun))).to.equal(
      'FieldManagerConflict',
    );
  });

  it('lets a JSON patch with a failed test change nothing', async () => {
    const path = '/metadata/annotations/app';
    const patch = (expected: string) =>
      client.jsonPatch(ingresses, ref, [
        { op: 'test', path, value: expected },
        { op: 'remove', path },
      ]);
    expect(await codeOf(patch('other'))).to.equal('Invalid');
    expect(await annotationsNow()).to.deep.equal({ app: 'shop' });
    await patch('shop');
    expect(await annotationsNow()).to.equal(undefined);
  });

  it('deletes only the object that was meant', async () => {
    const other = '00000000-0000-0000-0000-000000000000';
    expect(await codeOf(client.delete(ingresses, ref, { uid: other }))).to.equal('Conflict');
    const { uid } = (await client.get(ingresses, ref)).metadata;
    await client.delete(ingresses, ref, { uid });
    expect(await codeOf(client.get(ingresses, ref))).to.equal('NotFound');
  });

  it('tells AlreadyExists, Conflict and Invalid apart', async () => {
    expect(await codeOf(client.create(ingresses, ingress({})))).to.equal('AlreadyExists');
    const stale = await client.get(ingresses, ref);
    await client.mergePatch(ingresses, ref, { metadata: { labels: { a: 'b' } } });
    expect(await codeOf(client.replace(ingresses, stale))).to.equal('Conflict');
    const broken = { ...ingress({}), spec: { rules: [{ host: 'not a host' }] } };
    expect(await codeOf(client.apply(ingresses, broken, { fieldManager: ours, force: true }))).to.equal(
      'Invalid',
    );
  });

  it('keeps fields that these types do not know', async () => {
    const data = { kept: 'yes' };
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: ref, data, immutable: true };
    await client.create(configMaps, map);
    expect(await client.get(configMaps, ref)).to.deep.include({ data, immutable: true });
    const unknown = { ...map, metadata: { ...ref, name: 'odd' }, dada: {} };
    expect(await codeOf(client.create(configMaps, unknown, { fieldValidation: 'Strict' }))).to.equal(
      'Invalid',
    );
  });
});
