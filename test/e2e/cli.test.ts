import { expect } from 'chai';
import type { MaintenanceWindow } from '../../src/api/generated/maintenance-window.ts';
import { apiVersion, kind } from '../../src/api/names.ts';
import type { Closure } from './toolkit/closures.ts';
import { scenario } from './toolkit/closures.ts';
import { kubectl } from './toolkit/cluster.ts';
import type { Site } from './toolkit/site.ts';
import { openSite, removeSite, staysClosed } from './toolkit/site.ts';
import type { IngressAsItIs } from './toolkit/traces.ts';
import { ingressNow, leavesNoTrace } from './toolkit/traces.ts';
import { visit } from './toolkit/visitor.ts';
import type { WindowDraft } from './toolkit/window.ts';
import { aWindow } from './toolkit/window.ts';
import { applyWindow, deleteWindow, readWindow } from './toolkit/windows.ts';

scenario('the cli closes and opens a site', function () {
  this.timeout(120_000);
  let site: Site;
  let untouched: IngressAsItIs;
  let closure: Closure | undefined;
  let window: WindowDraft;

  /** Types `kubectl backsoon` in the site's namespace; a failure is an error with all that it said. */
  const backsoon = async (...argv: readonly string[]): Promise<string> =>
    kubectl(['backsoon', ...argv, '-n', site.namespace]);

  /** The same, where it has to fail: what it said. */
  const refused = async (...argv: readonly string[]): Promise<string> =>
    backsoon(...argv).then(
      (out) => expect.fail(`${argv.join(' ')} succeeded: ${out}`),
      (error: Error) => error.message,
    );

  const asItIs = async (): Promise<MaintenanceWindow> => readWindow(window);
  const endNow = async (): Promise<string> =>
    (await asItIs()).status?.occurrence?.end ?? expect.fail('no end in the status');

  before(async () => {
    site = await openSite('cli');
    untouched = await ingressNow(site);
  });
  after(async () => removeSite(site));

  it('close makes a window, and wait returns when visitors meet its page', async () => {
    const name = (await backsoon('close', '--for', '10m', '--message', 'We move.', site.ingress)).trim();
    expect(name).to.match(/^close-\d{8}-\d{4}-[a-z]{4}$/);
    window = { apiVersion, kind, metadata: { name, namespace: site.namespace }, spec: { targets: [] } };
    window = { ...window, spec: (await asItIs()).spec };
    const said = await backsoon('wait', '--closed', '--all', '--timeout', '60s');
    expect(said).to.equal(`${site.namespace}/${name} is closed: 1 of 1 gates are proven closed.\n`);
    closure = staysClosed(site, [window]);
    const { status, body } = await visit(site.host, { headers: { accept: 'text/plain' } });
    expect(status).to.equal(503);
    expect(body).to.include('We move.');
  });

  it('status shows it in a line, and in full', async () => {
    const { name } = window.metadata;
    expect(await backsoon('status')).to.match(
      new RegExp(`^${name} +Closed +True +(\\d+s ago|now) +in (9m\\d*s?|10m) +1/1 `, 'm'),
    );
    const { status } = JSON.parse(await backsoon('status', name, '-o', 'json')) as MaintenanceWindow;
    expect(status?.phase).to.equal('Closed');
    expect(await kubectl(['backsoon', 'status', '-A'])).to.include(name);
  });

  it('extend moves the end, and moves it again', async () => {
    const before = Temporal.Instant.from(await endNow());
    for (const times of [1, 2]) {
      await backsoon('extend', window.metadata.name, '20m');
      await backsoon('wait', '--closed', window.metadata.name, '--timeout', '60s');
      expect(await endNow()).to.equal(before.add({ minutes: 20 * times }).toString());
    }
    const { headers } = await visit(site.host);
    expect(Number(headers['retry-after'])).to.be.greaterThan(20 * 60);
  });

  it('says what is wrong and changes nothing', async () => {
    expect(await refused('close', '--for', '10m', 'nothing')).to.include(`it has ${site.ingress}`);
    expect(await refused('extend', 'nothing', '10m')).to.include(`it has ${window.metadata.name}`);
    expect(await refused('wait', '--open', '--all', '--timeout', '1s')).to.include('Not open in time');
  });

  it('open opens it, and wait returns when the gate is gone', async () => {
    closure?.end();
    await backsoon('open', '--all');
    await backsoon('wait', '--open', '--all', '--timeout', '60s');
    // At once, not soon: that is what was waited for.
    expect(await ingressNow(site)).to.deep.equal(untouched);
    expect((await visit(site.host)).status).to.equal(200);
    const { spec } = await asItIs();
    expect(spec.ttlSecondsAfterCompleted).to.equal(86_400);
    await deleteWindow(window);
    await leavesNoTrace(site.namespace);
  });

  it('open is not undone by what applies the window from git', async () => {
    window = aWindow({ namespace: site.namespace });
    await applyWindow(window);
    await backsoon('wait', '--closed', window.metadata.name, '--timeout', '60s');
    expect(await refused('extend', window.metadata.name, '10m')).to.include('no end');
    await backsoon('open', window.metadata.name);
    await applyWindow(window);
    expect((await asItIs()).spec.endedAt).to.be.a('string');
    await backsoon('wait', '--open', window.metadata.name, '--timeout', '60s');
    expect((await visit(site.host)).status).to.equal(200);
    expect(await refused('wait', '--closed', window.metadata.name)).to.include('closes no more');
    expect(await ingressNow(site)).to.deep.equal(untouched);
    await deleteWindow(window);
    await leavesNoTrace(site.namespace);
  });
});
