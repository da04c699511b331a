import { expect } from 'chai';
import type { KubeEvent } from '../../src/kube/kinds.ts';
import { resources } from '../../src/kube/resources.ts';
import { scenario } from './toolkit/closures.ts';
import { api, kubectl } from './toolkit/cluster.ts';
import { eventually, throughout } from './toolkit/eventually.ts';
import type { Site } from './toolkit/site.ts';
import { openSite, removeSite, staysClosed } from './toolkit/site.ts';
import type { IngressAsItIs } from './toolkit/traces.ts';
import { becomesAsBefore, ingressNow, leavesNoTrace } from './toolkit/traces.ts';
import { visit } from './toolkit/visitor.ts';
import { aWindow } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, conditionOf, deleteWindow, readWindow } from './toolkit/windows.ts';

const middlewaresKey = 'traefik.ingress.kubernetes.io/router.middlewares';

scenario('gitops: a gate that is taken off again and again', function () {
  this.timeout(120_000);
  const namespace = 'e2e-gitops';
  const window = aWindow({ namespace });
  /** What git holds on the Ingress. */
  const kept = { 'example.com/team': 'shop' };
  let site: Site;
  let untouched: IngressAsItIs;
  let gated: IngressAsItIs;

  const draft = (annotations?: Readonly<Record<string, string>>) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace, name: 'app', ...(annotations === undefined ? {} : { annotations }) },
  });
  const applyAs = async (fieldManager: string, annotations?: Readonly<Record<string, string>>) =>
    api.apply(resources.ingresses, draft(annotations), { fieldManager, force: true });
  const gateOf = ({ metadata }: IngressAsItIs): string | undefined => metadata.annotations?.[middlewaresKey];
  const proven = async () => conditionOf(await readWindow(window), 'GatesProven');

  /** Takes the gate off as a tool does that once set the annotation and does so no more. */
  async function takeOffAs(fieldManager: string): Promise<void> {
    await applyAs(fieldManager, { ...kept, [middlewaresKey]: '' });
    await applyAs(fieldManager, kept);
  }

  /** Milliseconds from an instant until the gate is on again. */
  async function backOn(since: number): Promise<number> {
    await eventually(
      'the gate is on again',
      async () => {
        expect(gateOf(await ingressNow(site))).to.equal(gateOf(gated));
      },
      { everyMs: 20 },
    );
    return Date.now() - since;
  }

  const isClosed = async (): Promise<void> => {
    await conditionBecomes(window, 'Closed', { status: 'True' });
    await eventually('visitors meet the page', async () => {
      expect((await visit(site.host)).status).to.equal(503);
    });
  };

  before(async () => {
    site = await openSite('gitops');
    untouched = await ingressNow(site);
    await applyWindow(window);
    await isClosed();
    gated = await ingressNow(site);
  });
  after(async () => removeSite(site));

  it('goes on again after pauses that grow, and says that Argo CD did it and what to configure there', async () => {
    const pauses: number[] = [];
    for (let times = 0; times < 4; times += 1) {
      await takeOffAs('argocd-controller');
      pauses.push(await backOn(Date.now()));
    }
    console.log(`      milliseconds until the gate was on again: ${pauses.join(', ')}`);
    // At once, then 1 s, 2 s, 4 s, each measured from when the operator saw it.
    expect(pauses[0]).to.be.lessThan(1_000);
    expect(pauses[1]).to.be.within(900, 2_500);
    expect(pauses[2]).to.be.within(1_900, 3_500);
    expect(pauses[3]).to.be.within(3_900, 6_000);
    await isClosed();
    const { message } = await conditionBecomes(window, 'GatesProven', {
      status: 'False',
      reason: 'Reverted',
    });
    expect(message).to.include('argocd-controller took off or changed').and.to.include('ignoreDifferences');
    const { metadata, status } = await readWindow(window);
    expect(status?.message).to.equal(message);
    await eventually('an Event that says so', async () => {
      const { items } = await api.list(resources.events, { namespace });
      const told = items.filter(
        ({ regarding, reason }: KubeEvent) => regarding.uid === metadata.uid && reason === 'Reverted',
      );
      expect(told.map(({ type, note = '' }) => [type, note.includes('argocd-controller')])).to.deep.include([
        'Warning',
        true,
      ]);
    });
  });

  it('names who wrote a value of its own over it, takes nothing back, and closes when that is gone', async () => {
    const theirs = `${namespace}-guard@kubernetescrd`;
    await applyAs('kustomize-controller', { [middlewaresKey]: theirs });
    const { message } = await conditionBecomes(window, 'Armable', { status: 'False', reason: 'Conflict' });
    expect(message)
      .to.include(theirs)
      .and.to.include('kustomize-controller changed it')
      .and.to.include('Flux');
    await throughout(
      'their value stands',
      async () => {
        expect(gateOf(await ingressNow(site))).to.equal(theirs);
      },
      { seconds: 2 },
    );
    await applyAs('kustomize-controller');
    await backOn(Date.now());
    await isClosed();
    await conditionBecomes(window, 'Armable', { status: 'True' });
  });

  it('says that nobody left a name after kubectl annotate, and guesses by who is known to write annotations', async () => {
    await kubectl(['annotate', 'ingress', 'app', '--namespace', namespace, `${middlewaresKey}-`]);
    await eventually('a guess, not a name', async () => {
      const { reason, message } = await proven();
      expect(reason).to.equal('Reverted');
      expect(message).to.include('Ingress e2e-gitops/app: somebody took off or changed');
      expect(message).to.include('the one known to write its annotations is argocd-controller');
    });
    await backOn(Date.now());
  });

  it('ends closed, and opens with its window', async () => {
    await isClosed();
    // Traefik reads changes 2 s apart, and may still go through the one without a gate after the one with it is made.
    await eventually('nobody has got in for 3 s', () => {
      expect(Object.keys(site.crowd.statuses(Date.now() - 3_000))).to.deep.equal(['503']);
    });
    const closure = staysClosed(site, [window]);
    await throughout(
      'the site is closed',
      async () => {
        expect((await visit(site.host)).status).to.equal(503);
      },
      { seconds: 2 },
    );
    closure.end();
    await deleteWindow(window);
    await applyAs('argocd-controller');
    await becomesAsBefore(site, untouched);
    await leavesNoTrace(namespace);
  });
});
