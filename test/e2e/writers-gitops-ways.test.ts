import { expect } from 'chai';
import { annotations as names, fieldManager } from '../../src/api/names.ts';
import { resources } from '../../src/kube/resources.ts';
import { scenario } from './toolkit/closures.ts';
import { api, installNamespace, kubectl } from './toolkit/cluster.ts';
import { eventually } from './toolkit/eventually.ts';
import type { Site } from './toolkit/site.ts';
import { openNextTo, openSite, removeSite, staysClosed } from './toolkit/site.ts';
import type { IngressAsItIs } from './toolkit/traces.ts';
import { ingressNow, leavesNoTrace } from './toolkit/traces.ts';
import { visit } from './toolkit/visitor.ts';
import { aWindow } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow } from './toolkit/windows.ts';

const middlewaresKey = 'traefik.ingress.kubernetes.io/router.middlewares';
const argo = 'argocd-controller';
const flux = 'kustomize-controller';

type Annotations = Readonly<Record<string, string>>;

/** Writes what git has, as one tool does in one of its ways. */
type Way = (manifest: string) => Promise<unknown>;

const clientSide: Way = async (manifest) =>
  kubectl(['apply', '--field-manager', argo, '--filename', '-'], manifest);

const serverSide =
  (manager: string): Way =>
  async (manifest) =>
    kubectl(
      ['apply', '--server-side', '--force-conflicts', '--field-manager', manager, '--filename', '-'],
      manifest,
    );

const replacing: Way = async (manifest) =>
  kubectl(['replace', '--field-manager', argo, '--filename', '-'], manifest);

/** What the tool's manager owns by server-side apply comes to hold all that managers named `kubectl*` own; then it applies. */
const takingOverKubectl: Way = async (manifest) => {
  const { metadata } = JSON.parse(manifest) as { metadata: { namespace: string; name: string } };
  const live = await api.get(resources.ingresses, metadata);
  const entries = live.metadata.managedFields ?? [];
  const ofKubectl = entries.filter(({ manager = '' }) => manager.startsWith('kubectl'));
  expect(ofKubectl, 'what kubectl owns').to.have.lengthOf(1);
  const kept = entries.filter(({ manager = '' }) => !manager.startsWith('kubectl') && manager !== flux);
  const taken = ofKubectl.map((entry) => Object.assign({}, entry, { manager: flux, operation: 'Apply' }));
  const path = '/metadata/managedFields';
  await api.jsonPatch(resources.ingresses, metadata, [{ op: 'replace', path, value: [...kept, ...taken] }]);
  return serverSide(flux)(manifest);
};

/** The Ingress as git has it: with these annotations, and the spec that it has. */
const manifestOf = ({ metadata: { namespace, name }, spec }: IngressAsItIs, annotations: Annotations) =>
  JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace, name, annotations },
    spec,
  });

const annotationsOf = async (site: Site): Promise<Annotations> =>
  (await ingressNow(site)).metadata.annotations ?? {};

const isClosed = async (site: Site): Promise<void> =>
  eventually(
    'visitors meet the page, and have for 3 s',
    async () => {
      expect((await visit(site.host)).status).to.equal(503);
      expect(Object.keys(site.crowd.statuses(Date.now() - 3_000))).to.deep.equal(['503']);
    },
    { within: 40 },
  );

scenario('gitops: the ways in which Argo CD and Flux apply, while a site is closed', function () {
  this.timeout(180_000);
  const namespace = 'e2e-ways';
  const window = aWindow({ namespace });
  let site: Site;
  let untouched: IngressAsItIs;
  let gate: string | undefined;
  let round = 0;

  /** A commit that has nothing to do with the gate, and maybe a value for it. */
  const commit = (more: Annotations = {}): string => {
    round += 1;
    return manifestOf(untouched, { 'example.com/round': String(round), ...more });
  };
  const arrives = async (way: Way, more: Annotations = {}): Promise<void> => {
    await way(commit(more));
    expect(await annotationsOf(site)).to.include({ 'example.com/round': String(round) });
  };

  before(async () => {
    site = await openSite('ways');
    untouched = await ingressNow(site);
    await clientSide(commit());
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
    gate = (await annotationsOf(site))[middlewaresKey];
    expect(gate).to.be.a('string');
  });
  after(async () => removeSite(site));

  const harmless = [
    { title: 'Argo CD: a three-way diff, applied by the client', way: clientSide },
    { title: 'Argo CD: ServerSideApply=true, by force', way: serverSide(argo) },
    { title: 'Flux: server-side apply, by force', way: serverSide(flux) },
  ];
  for (const { title, way } of harmless) {
    it(`${title}: leaves the gate alone when git has no value for it`, async () => {
      const closure = staysClosed(site, [window]);
      await arrives(way);
      await arrives(way);
      expect((await annotationsOf(site))[middlewaresKey]).to.equal(gate);
      await conditionBecomes(window, 'Closed', { status: 'True' });
      closure.end();
    });
  }

  it('Flux: takes over and undoes what people did with kubectl, and not the gate', async () => {
    const closure = staysClosed(site, [window]);
    await kubectl(['annotate', 'ingress', 'app', '--namespace', namespace, 'example.com/by-hand=yes']);
    const { metadata } = await api.get(resources.ingresses, { namespace, name: 'app' });
    const managers = (metadata.managedFields ?? []).map(({ manager }) => manager);
    expect(managers).to.include('kubectl-annotate').and.to.include(fieldManager(installNamespace));
    await arrives(takingOverKubectl);
    const left = await annotationsOf(site);
    expect(left).to.not.have.property('example.com/by-hand');
    expect(left[middlewaresKey]).to.equal(gate);
    await conditionBecomes(window, 'Closed', { status: 'True' });
    closure.end();
  });

  it('Argo CD: Replace=true takes it off; it is put back, and the window says which option did it', async () => {
    await arrives(replacing);
    await eventually('the gate is back', async () => {
      expect((await annotationsOf(site))[middlewaresKey]).to.equal(gate);
    });
    const { message } = await conditionBecomes(window, 'GatesProven', {
      status: 'False',
      reason: 'Reverted',
    });
    expect(message).to.include(`${argo} took off or changed`).and.to.include('Replace=true');
    await isClosed(site);
  });

  const theirs = `${namespace}-guard@kubernetescrd`;
  const pointer = '/metadata/annotations/traefik.ingress.kubernetes.io~1router.middlewares';
  const overwriting = [
    { title: 'Argo CD, by the client', way: clientSide, manager: argo, cure: pointer },
    {
      title: 'Argo CD, by the server',
      way: serverSide(argo),
      manager: argo,
      cure: 'RespectIgnoreDifferences',
    },
    { title: 'Flux', way: serverSide(flux), manager: flux, cure: 'leave the annotation out of git' },
  ];
  for (const { title, way, manager, cure } of overwriting) {
    it(`${title}: a value that git sets wins, is told of with the cure, and the site closes when git drops it`, async () => {
      await arrives(way, { [middlewaresKey]: theirs });
      const { message } = await conditionBecomes(window, 'Armable', { status: 'False', reason: 'Conflict' });
      expect(message)
        .to.include(`${manager} changed it`)
        .and.to.include(cure)
        .and.to.include(`${names.gate}: pre-wired`);
      expect((await annotationsOf(site))[middlewaresKey]).to.equal(theirs);
      await arrives(way);
      await isClosed(site);
      await conditionBecomes(window, 'Closed', { status: 'True' }, { within: 40 });
      expect((await annotationsOf(site))[middlewaresKey]).to.equal(gate);
    });
  }

  it('opens with its window, and keeps what git has', async () => {
    await deleteWindow(window);
    await eventually('the site is open', async () => {
      expect((await visit(site.host)).status).to.equal(200);
    });
    const left = await annotationsOf(site);
    expect(left).to.include({ 'example.com/round': String(round) });
    expect(left).to.not.have.property(middlewaresKey);
    await leavesNoTrace(namespace);
  });
});

scenario('gitops: a list that git keeps, with leave to edit it', function () {
  this.timeout(180_000);
  const namespace = 'e2e-git-list';
  const window = aWindow({ namespace, ingress: 'listed' });
  const guard = `${namespace}-guard@kubernetescrd`;
  const ours = `${namespace}-backsoon-headers@kubernetescrd,${namespace}-backsoon-listed@kubernetescrd`;
  let plain: Site;
  let site: Site;
  let git: string;

  before(async () => {
    plain = await openSite('git-list');
    await api.create(resources.middlewares, {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'Middleware',
      metadata: { name: 'guard', namespace },
      spec: { headers: { customResponseHeaders: { 'X-Guard': 'on duty' } } },
    });
    site = await openNextTo(plain, { name: 'listed', host: 'git-listed.test' });
    git = manifestOf(await ingressNow(site), { [names.allowEdit]: 'true', [middlewaresKey]: guard });
    await serverSide(flux)(git);
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
  });
  after(async () => {
    await site?.crowd.leave();
    await removeSite(plain);
  });

  it('is put back by Flux each time, and by the gate; the window says what to commit', async () => {
    expect((await annotationsOf(site))[middlewaresKey]).to.equal(`${ours},${guard}`);
    await serverSide(flux)(git);
    await eventually('the gate is back', async () => {
      expect((await annotationsOf(site))[middlewaresKey]).to.equal(`${ours},${guard}`);
    });
    const { message } = await conditionBecomes(window, 'GatesProven', {
      status: 'False',
      reason: 'Reverted',
    });
    expect(message)
      .to.include(`${flux} took off or changed`)
      .and.to.include(`${names.gate}: pre-wired and ${middlewaresKey}: ${ours},${guard}`);
    await isClosed(site);
  });

  it('stays closed through Flux when git has what the window said', async () => {
    const closure = staysClosed(site, [window]);
    const { metadata, ...rest } = JSON.parse(git) as { metadata: { annotations: Annotations } };
    const annotations = { [names.gate]: 'pre-wired', [middlewaresKey]: `${ours},${guard}` };
    await serverSide(flux)(JSON.stringify({ ...rest, metadata: { ...metadata, annotations } }));
    await eventually('nobody says anything more of it', async () => {
      await conditionBecomes(window, 'GatesProven', { status: 'True' }, { within: 0 });
    });
    closure.end();
  });

  it('is git’s when the window is gone', async () => {
    await serverSide(flux)(git);
    await deleteWindow(window);
    await eventually('the list is as git has it', async () => {
      expect((await annotationsOf(site))[middlewaresKey]).to.equal(guard);
    });
    await eventually('the site is open', async () => {
      expect((await visit(site.host)).status).to.equal(200);
    });
    await api.delete(resources.middlewares, { namespace, name: 'guard' });
    await leavesNoTrace(namespace);
  });
});
