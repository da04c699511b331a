import { expect } from 'chai';
import { resources } from '../../../src/kube/resources.ts';
import { scenario } from '../toolkit/closures.ts';
import { api, kubectl } from '../toolkit/cluster.ts';
import { eventually } from '../toolkit/eventually.ts';
import type { Site } from '../toolkit/site.ts';
import { createIngress, openSite, removeSite, staysClosed } from '../toolkit/site.ts';
import type { IngressAsItIs } from '../toolkit/traces.ts';
import { becomesAsBefore, ingressNow } from '../toolkit/traces.ts';
import { colleague, visit } from '../toolkit/visitor.ts';
import type { WindowDraft } from '../toolkit/window.ts';
import { allowing, aWindow, covering, coveringAll } from '../toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow, readWindow } from '../toolkit/windows.ts';

const nginx = 'nginx.ingress.kubernetes.io';

/** A second Service that leads to the same app, as a canary's does. */
async function copyService(namespace: string): Promise<void> {
  const [service, slice] = await Promise.all([
    api.get(resources.services, { namespace, name: 'app' }),
    api.get(resources.endpointSlices, { namespace, name: 'app' }),
  ]);
  const { ports = [] } = service.spec;
  const name = 'app-canary';
  const copies = [
    { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name }, spec: { ports } },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { namespace, name, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      endpoints: slice.endpoints,
      ports: slice.ports,
    },
  ];
  for (const copy of copies) await kubectl(['apply', '--filename', '-'], JSON.stringify(copy));
}

/** The main Ingress's canary, as Argo Rollouts makes one: same host and path, its own Service, all of the visitors. */
async function addCanary({ namespace, host }: Site, className: string): Promise<void> {
  await copyService(namespace);
  const annotations = { [`${nginx}/canary`]: 'true', [`${nginx}/canary-weight`]: '100' };
  await createIngress({ namespace, name: 'app-canary', host, className, annotations });
  const service = { name: 'app-canary', port: { name: 'http' } };
  const path = '/spec/rules/0/http/paths/0/backend/service';
  const patch = [{ op: 'replace' as const, path, value: service }];
  await api.jsonPatch(resources.ingresses, { namespace, name: 'app-canary' }, patch);
}

for (const className of ['traefik-nginx']) {
  scenario(`a canary Ingress of the class ${className}`, function () {
    this.timeout(120_000);
    let site: Site;
    let untouched: IngressAsItIs;
    const canary = () => ingressNow({ ...site, ingress: 'app-canary' });
    const armableOf = (window: WindowDraft, reason: 'NoTargets') =>
      conditionBecomes(window, 'Armable', { status: 'False', reason });

    before(async () => {
      site = await openSite(`canary-${className}`, { className });
      untouched = await ingressNow(site);
      await addCanary(site, className);
    });
    after(async () => removeSite(site));

    it('closes with its main Ingress, by the gate of that one alone', async () => {
      const asMade = await canary();
      const window = aWindow(site, coveringAll, allowing(colleague));
      await applyWindow(window);
      await conditionBecomes(window, 'Closed', { status: 'True' }, { within: 60 });
      const closure = staysClosed(site, [window]);
      expect((await readWindow(window)).status?.gates).to.include({ total: 1, proven: 1, refused: 0 });
      for (let each = 0; each < 10; each += 1) expect((await visit(site.host)).status).to.equal(503);
      expect((await visit(site.host, { from: colleague })).status).to.equal(200);
      const { metadata, spec } = await canary();
      expect({ spec, annotations: metadata.annotations }).to.deep.equal({
        spec: asMade.spec,
        annotations: asMade.metadata.annotations,
      });
      closure.end();
      await deleteWindow(window);
      await becomesAsBefore(site, untouched);
      await eventually('the site is open', async () => {
        expect((await visit(site.host)).status).to.equal(200);
      });
    });

    it('asked for alone closes nothing, and the window says which Ingress to name', async () => {
      const window = aWindow(site, covering({ ingress: { name: 'app-canary' } }));
      await applyWindow(window);
      const { message } = await armableOf(window, 'NoTargets');
      expect(message).to.include('app-canary, a canary').and.to.include('Target app;');
      expect((await visit(site.host)).status).to.equal(200);
      await deleteWindow(window);
    });
  });
}
