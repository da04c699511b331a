import { expect } from 'chai';
import { annotations } from '../../src/api/names.ts';
import { resources } from '../../src/kube/resources.ts';
import { scenario } from './toolkit/closures.ts';
import { api, kubectl } from './toolkit/cluster.ts';
import { eventually } from './toolkit/eventually.ts';
import type { Site } from './toolkit/site.ts';
import { openNextTo, openSite, removeSite, staysClosed } from './toolkit/site.ts';
import { ingressNow, leavesNoTrace } from './toolkit/traces.ts';
import { colleague, visit } from './toolkit/visitor.ts';
import { allowing, aWindow, scheduled, secondsAhead } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow } from './toolkit/windows.ts';

const middlewaresKey = 'traefik.ingress.kubernetes.io/router.middlewares';

scenario('traefik: an Ingress whose list of Middlewares Backsoon may edit', function () {
  this.timeout(120_000);
  const namespace = 'e2e-editable';
  const ours = `${namespace}-backsoon-headers@kubernetescrd,${namespace}-backsoon-listed@kubernetescrd`;
  const guard = `${namespace}-guard@kubernetescrd`;
  const stamp = `${namespace}-stamp@kubernetescrd`;
  const window = aWindow({ namespace, ingress: 'listed' }, allowing(colleague));
  const inAnHour = secondsAhead(3_600);
  const coming = aWindow(
    { namespace, name: 'coming', ingress: 'listed' },
    scheduled(inAnHour, inAnHour + 60_000),
  );
  let plain: Site;
  let site: Site;

  const listNow = async (): Promise<string | undefined> =>
    (await ingressNow(site)).metadata.annotations?.[middlewaresKey];
  const listBecomes = async (list: string): Promise<void> =>
    eventually(`the list is ${list}`, async () => {
      expect(await listNow()).to.equal(list);
    });
  /** As a person does who knows nothing of gates. */
  const annotate = async (key: string, value: string | undefined): Promise<void> => {
    const change = value === undefined ? `${key}-` : `${key}=${value}`;
    await kubectl(['annotate', 'ingress', 'listed', '--namespace', namespace, '--overwrite', change]);
  };
  const responseHeaders = async (name: string, headers: Readonly<Record<string, string>>): Promise<void> => {
    await api.create(resources.middlewares, {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'Middleware',
      metadata: { name, namespace },
      spec: { headers: { customResponseHeaders: headers } },
    });
  };

  before(async () => {
    plain = await openSite('editable');
    await responseHeaders('guard', { 'X-Guard': 'on duty' });
    await responseHeaders('stamp', { 'X-Stamp': 'stamped' });
    site = await openNextTo(plain, {
      name: 'listed',
      host: 'editable-listed.test',
      annotations: { [middlewaresKey]: `${guard}, ${guard}` },
    });
  });
  after(async () => {
    await site?.crowd.leave();
    await removeSite(plain);
  });

  it('is refused an hour ahead while it is not allowed, with both ways out in the message', async () => {
    await applyWindow(coming);
    const { message } = await conditionBecomes(coming, 'Armable', { status: 'False', reason: 'Conflict' });
    expect(message)
      .to.include(`${annotations.gate}: pre-wired and ${middlewaresKey}: ${ours},${guard},${guard}`)
      .and.to.include(`${annotations.allowEdit}: "true"`);
    await annotate(annotations.allowEdit, 'true');
    await conditionBecomes(coming, 'Armable', { status: 'True' });
    expect(await listNow(), 'asked by a dry run').to.equal(`${guard}, ${guard}`);
    await deleteWindow(coming);
  });

  it('closes: ours come first, and who passes still meets theirs', async () => {
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
    const closure = staysClosed(site, [window]);
    expect(await listNow()).to.equal(`${ours},${guard}, ${guard}`);
    const refused = await visit(site.host);
    expect(refused.status).to.equal(503);
    expect(refused.headers, 'the page comes before theirs').to.not.have.property('x-guard');
    const admitted = await visit(site.host, { from: colleague });
    expect([admitted.status, admitted.headers['x-guard']]).to.deep.equal([200, 'on duty']);
    closure.end();
  });

  it('stays closed, and is written by nobody else, while others add theirs and take some away', async () => {
    const closure = staysClosed(site, [window]);
    await annotate(middlewaresKey, `${ours},${stamp}`);
    await eventually('who passes meets what they added', async () => {
      const { headers } = await visit(site.host, { from: colleague });
      expect(headers['x-stamp']).to.equal('stamped');
      expect(headers).to.not.have.property('x-guard');
    });
    expect((await visit(site.host)).status).to.equal(503);
    expect(await listNow()).to.equal(`${ours},${stamp}`);
    closure.end();
  });

  it('gets ours first again when others put theirs before, or leave ours out', async () => {
    for (const theirs of [`${stamp},${ours}`, stamp]) {
      await annotate(middlewaresKey, theirs);
      await listBecomes(`${ours},${stamp}`);
    }
    await conditionBecomes(window, 'Closed', { status: 'True' });
    await eventually('visitors meet the page', async () => {
      expect((await visit(site.host)).status).to.equal(503);
    });
  });

  it('opens with exactly what others made of the list, also what they changed just before', async () => {
    await annotate(middlewaresKey, ` ${stamp},${ours},${guard}`);
    await deleteWindow(window);
    await listBecomes(` ${stamp},${guard}`);
    await eventually('the site is open, and theirs work', async () => {
      const { status, headers } = await visit(site.host);
      expect([status, headers['x-stamp'], headers['x-guard']]).to.deep.equal([200, 'stamped', 'on duty']);
    });
    await eventually('our Middlewares are gone', async () => {
      const { items } = await api.list(resources.middlewares, { namespace });
      expect(items.map(({ metadata: { name } }) => name)).to.have.members(['guard', 'stamp']);
    });
  });

  it('keeps ours at the end when the edit is allowed no more, open, and loses them when it is allowed again', async () => {
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
    await annotate(annotations.allowEdit, undefined);
    await conditionBecomes(window, 'Armable', { status: 'False', reason: 'Conflict' });
    expect((await visit(site.host)).status).to.equal(503);
    await deleteWindow(window);
    await eventually('the site is open', async () => {
      expect((await visit(site.host)).status).to.equal(200);
    });
    const kept = await listNow();
    expect(kept).to.include(ours);
    await annotate(annotations.allowEdit, 'true');
    await listBecomes(` ${stamp},${guard}`);
    await api.delete(resources.middlewares, { namespace, name: 'guard' });
    await api.delete(resources.middlewares, { namespace, name: 'stamp' });
    await leavesNoTrace(namespace);
  });
});
