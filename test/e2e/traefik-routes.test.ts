import { expect } from 'chai';
import { resources } from '../../src/kube/resources.ts';
import { appRequests } from './toolkit/access-log.ts';
import { scenario } from './toolkit/closures.ts';
import { api } from './toolkit/cluster.ts';
import { eventually, throughout } from './toolkit/eventually.ts';
import type { Site } from './toolkit/site.ts';
import { isServed, openSite, removeSite, staysClosed } from './toolkit/site.ts';
import { leavesNoTrace } from './toolkit/traces.ts';
import { TraefikOptions } from './toolkit/traefik-pods.ts';
import { colleague, visit } from './toolkit/visitor.ts';
import { allowing, aWindow } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow } from './toolkit/windows.ts';

const answers = async ({ host }: Site, status: number, from?: string): Promise<void> =>
  eventually(
    `${host} answers ${status}`,
    async () => {
      expect((await visit(host, from === undefined ? {} : { from })).status).to.equal(status);
    },
    { within: 40 },
  );

scenario('traefik: an option that keeps Middlewares of some namespaces out', function () {
  this.timeout(180_000);
  const namespace = 'e2e-dropped';
  const option = '--providers.kubernetesingress.crossprovidernamespaces';
  const window = aWindow({ namespace });
  let site: Site;

  before(async () => {
    site = await openSite('dropped');
  });
  after(async () => removeSite(site));

  it('drops the Ingress with its gate: 404, nobody gets in, and the verdict names the option', async () => {
    {
      await using _options = await TraefikOptions.add(`${option}=elsewhere`);
      await isServed(site);
      await applyWindow(window);
      const { message } = await conditionBecomes(
        window,
        'GatesProven',
        { status: 'False', reason: 'NoRoute' },
        { within: 60 },
      );
      expect(message).to.include('crossProviderNamespaces').and.to.include('add it there');
      await conditionBecomes(window, 'Closed', { status: 'False', reason: 'Partial' });
      await answers(site, 404);
      const dropped = Date.now();
      await throughout(
        'nobody gets in',
        () => expect(appRequests(site.host, dropped, Date.now())).to.deep.equal([]),
        { seconds: 1 },
      );
    }
    await using _options = await TraefikOptions.add(`${option}=elsewhere,${namespace}`);
    await conditionBecomes(window, 'Closed', { status: 'True' }, { within: 60 });
    const closure = staysClosed(site, [window]);
    await answers(site, 503);
    closure.end();
    await deleteWindow(window);
    await answers(site, 200);
    await leavesNoTrace(namespace);
  });
});

scenario('traefik: an app that is scaled to zero while its site is closed', function () {
  this.timeout(180_000);
  const namespace = 'e2e-zero';
  const window = aWindow({ namespace }, allowing(colleague));
  let site: Site;
  let endpoints: readonly object[];

  const scaleTo = async (list: readonly object[]): Promise<void> => {
    await api.mergePatch(resources.endpointSlices, { namespace, name: 'app' }, { endpoints: list });
  };

  before(async () => {
    site = await openSite('zero');
    ({ endpoints = [] } = await api.get(resources.endpointSlices, { namespace, name: 'app' }));
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
  });
  after(async () => removeSite(site));

  it('loses its page: 404 for all, and the verdict says why; it is back with the app', async () => {
    await scaleTo([]);
    await answers(site, 404);
    await answers(site, 404, colleague);
    const { message } = await conditionBecomes(
      window,
      'GatesProven',
      { status: 'False', reason: 'NoRoute' },
      { within: 90 },
    );
    expect(message).to.include('has no endpoints').and.to.include('allowEmptyServices');
    await scaleTo(endpoints);
    await answers(site, 503);
    await conditionBecomes(window, 'Closed', { status: 'True' }, { within: 60 });
  });

  it('keeps its page where Traefik serves empty Services', async () => {
    await using _options = await TraefikOptions.add('--providers.kubernetesingress.allowemptyservices=true');
    await conditionBecomes(window, 'Closed', { status: 'True' }, { within: 60 });
    await scaleTo([]);
    const refused = await eventually('who passes meets an app that is not there', async () => {
      const admitted = await visit(site.host, { from: colleague });
      expect(admitted.headers, `status ${admitted.status}`).to.not.have.property('backsoon-window');
      expect(admitted.status).to.equal(503);
      return visit(site.host);
    });
    expect(refused.status).to.equal(503);
    expect(refused.headers).to.have.property('backsoon-window');
    expect((await visit(site.host)).headers).to.have.property('retry-after');
    await scaleTo(endpoints);
    await answers(site, 200, colleague);
    await deleteWindow(window);
    await answers(site, 200);
    await leavesNoTrace(namespace);
  });
});
