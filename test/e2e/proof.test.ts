import { expect } from 'chai';
import { headers as names } from '../../src/api/headers.ts';
import { resources } from '../../src/kube/resources.ts';
import { scenario } from './toolkit/closures.ts';
import { api } from './toolkit/cluster.ts';
import { eventually, throughout } from './toolkit/eventually.ts';
import { ingressLog } from './toolkit/ingress-log.ts';
import { Recorder } from './toolkit/recorder.ts';
import { createRule } from './toolkit/rules.ts';
import type { Site } from './toolkit/site.ts';
import { openSite, removeSite, staysClosed } from './toolkit/site.ts';
import { becomesAsBefore, ingressNow, leavesNoTrace } from './toolkit/traces.ts';
import { CutWatch, scaleTraefik, traefikAddresses } from './toolkit/traefik-pods.ts';
import type { Answer } from './toolkit/visitor.ts';
import { colleague, visit } from './toolkit/visitor.ts';
import { allowing, aWindow, covering, scheduled, secondsAhead } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow, phaseBecomes, readWindow } from './toolkit/windows.ts';

const namespace = 'e2e-proof';
const middlewaresKey = 'traefik.ingress.kubernetes.io/router.middlewares';

/** The hosts and entry points at which Traefik saw probes since the log had so many characters. */
const probedSince = (start: number): ReadonlySet<string> =>
  new Set(
    ingressLog()
      .slice(start)
      .split('\n')
      .filter((line) => line.includes('backsoon-probe') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as { RequestHost: string; entryPointName: string; RequestPath: string })
      .map(
        ({ RequestHost, entryPointName, RequestPath }) => `${entryPointName} ${RequestHost} ${RequestPath}`,
      ),
  );

scenario('proof of gates', function () {
  this.timeout(120_000);
  let site: Site;

  before(async () => {
    site = await openSite('proof', { perSecond: 20 });
  });
  after(async () => removeSite(site));

  it('asks each kind of Ingress as its visitors would, and says which can not be asked', async () => {
    const rules = ['wild', 'secure', 'bare', 'patterns'];
    await createRule({ namespace, name: 'wild', host: '*.wild.proof.test' });
    await createRule({ namespace, name: 'secure', host: 'secure.proof.test', tls: true });
    await createRule({ namespace, name: 'bare', path: '/proof-bare' });
    const patterns = { path: '/item/[0-9]+', pathType: 'ImplementationSpecific' } as const;
    await createRule({ namespace, name: 'patterns', host: 'patterns.proof.test', ...patterns });
    const window = aWindow(
      { namespace, name: 'kinds' },
      covering(...rules.map((name) => ({ ingress: { name } }))),
    );
    const seen = ingressLog().length;
    await applyWindow(window);
    await eventually('all but one are proven', async () => {
      const { gates, gateDetails = [] } = (await readWindow(window)).status ?? {};
      expect(gates, JSON.stringify(gateDetails)).to.include({ total: 4, proven: 3, unproven: 1, wrong: 0 });
      expect(gateDetails.map(({ ingress, reason }) => [ingress, reason])).to.deep.equal([
        ['patterns', 'PathNotProbeable'],
      ]);
    });
    const [pod] = await traefikAddresses();
    expect([...probedSince(seen)]).to.have.members([
      'web backsoon-probe.wild.proof.test /',
      'websecure secure.proof.test /',
      `web ${pod} /proof-bare`,
    ]);
    await deleteWindow(window);
    // The one that can not be asked needs only what the API server says.
    await leavesNoTrace(namespace);
    for (const name of rules) await api.delete(resources.ingresses, { namespace, name });
  });

  it('is none of a login that an app has behind its gate: a pass never passes that', async () => {
    const guard = {
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'Middleware',
      metadata: { name: 'login', namespace },
      // Nobody's password: the login refuses everybody.
      spec: { basicAuth: { secret: 'login' } },
    };
    const users = Buffer.from('nobody:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/').toString('base64');
    await api.create(resources.secrets, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'login', namespace },
      data: { users },
    });
    await api.create(resources.middlewares, guard);
    const theirs = `${namespace}-login@kubernetescrd`;
    const annotations = { [middlewaresKey]: theirs };
    await createRule({ namespace, name: 'guarded', host: 'guarded.proof.test', annotations });
    const window = aWindow({ namespace, name: 'guarded', ingress: 'guarded' }, allowing(`${colleague}/32`));
    await applyWindow(window);
    const { message } = await conditionBecomes(window, 'Armable', { status: 'False', reason: 'Conflict' });
    const [, value = ''] = /router\.middlewares: (\S+) - or/.exec(message) ?? [];
    expect(value, message).to.match(new RegExp(`,${theirs}$`));

    const wired = { 'backsoon.dev/gate': 'pre-wired', [middlewaresKey]: value };
    await createRule({ namespace, name: 'guarded', host: 'guarded.proof.test', annotations: wired });
    await conditionBecomes(window, 'Closed', { status: 'True' });
    expect((await visit('guarded.proof.test')).status, 'a stranger').to.equal(503);
    expect((await visit('guarded.proof.test', { from: colleague })).status, 'a colleague').to.equal(401);
    await deleteWindow(window);
    await api.delete(resources.ingresses, { namespace, name: 'guarded' });
    await api.delete(resources.middlewares, { namespace, name: 'login' });
    await leavesNoTrace(namespace);
  });

  it('is asked for with probes that are good for their own gate and host alone, and let nobody in', async () => {
    await using recorder = await Recorder.start({ namespace, name: 'recorder' });
    const host = 'recorded.proof.test';
    const alias = 'alias.proof.test';
    await createRule({ namespace, name: 'recorded', host, aliases: [alias], service: 'recorder' });
    await eventually('the recorder', async () => expect((await visit(host)).status).to.equal(200));
    const closing = aWindow({ namespace, name: 'closing' });
    await applyWindow(closing);
    await conditionBecomes(closing, 'Closed', { status: 'True' });
    const closure = staysClosed(site, [closing]);

    const probes = (): string[] =>
      recorder.requests.flatMap(({ [names.probe]: probe, host: at }) =>
        typeof probe === 'string' && at === host ? [probe] : [],
      );
    const replay = async (where: string): Promise<Answer> =>
      visit(where, { headers: { [names.probe]: probes().at(-1) ?? '' } });
    const window = aWindow({ namespace, name: 'recorded', ingress: 'recorded' });
    const [pod = ''] = await traefikAddresses();
    {
      // Until Traefik hears of the annotation, probes reach the app.
      await using _cut = await CutWatch.of(pod);
      await applyWindow(window);
      await eventually('a probe reaches the app', () => expect(probes()).to.not.deep.equal([]));
      expect(probes().at(-1)).to.match(/^v1\./);
    }
    await eventually(
      'a captured probe gets its echo at its own gate',
      async () => {
        const { status, headers } = await replay(host);
        expect({ status, hasEcho: names.echo in headers }).to.deep.equal({ status: 503, hasEcho: true });
      },
      { within: 45, everyMs: 50 },
    );
    const reached = recorder.requests.length;
    for (const elsewhere of [alias, site.host]) {
      const { status, headers } = await replay(elsewhere);
      expect({ status, hasEcho: names.echo in headers }, elsewhere).to.deep.equal({
        status: 503,
        hasEcho: false,
      });
    }
    const own = await replay(host);
    expect({ status: own.status, hasEcho: names.echo in own.headers }, 'it was still good').to.deep.equal({
      status: 503,
      hasEcho: true,
    });
    expect(recorder.requests.length, 'requests that reached the app').to.equal(reached);
    closure.end();
    await deleteWindow(closing);
    await deleteWindow(window);
    await leavesNoTrace(namespace);
    await api.delete(resources.ingresses, { namespace, name: 'recorded' });
  });

  it('that a gate is gone comes before its Middleware goes, however long the controller takes', async () => {
    const untouched = await ingressNow(site);
    const end = secondsAhead(20);
    const window = aWindow({ namespace, name: 'ending' }, scheduled(Date.now() - 60_000, end));
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
    const closure = staysClosed(site, [window]);
    closure.end(end);
    const gate = { namespace, name: 'backsoon-app' };
    const [pod = ''] = await traefikAddresses();
    {
      await using _cut = await CutWatch.of(pod);
      expect(Date.now(), 'when Traefik was cut off').to.be.lessThan(end);
      await becomesAsBefore(site, untouched, { within: 40 });
      await phaseBecomes(window, 'Opening');
      await eventually('what is waited for', async () => {
        const { message = '' } = (await readWindow(window)).status ?? {};
        expect(message)
          .to.include(`Waiting for proof that the gate of Ingress ${namespace}/app is gone`)
          .and.to.include(`${site.host} at ${pod}`);
      });
      await throughout(
        'the Middleware stands and the site is open',
        async () => {
          await api.get(resources.middlewares, gate);
          expect((await visit(site.host)).status).to.equal(200);
        },
        { seconds: 6 },
      );
    }
    await phaseBecomes(window, 'Completed', { within: 45 });
    await leavesNoTrace(namespace);
    expect(site.crowd.statuses(end + 50), 'what visitors met since the end').to.have.all.keys('200');
    await deleteWindow(window);
  });
});

scenario('traefik: proof of a gate at two replicas', function () {
  this.timeout(180_000);
  let site: Site;

  before(async () => {
    await scaleToTwo();
    site = await openSite('replicas');
  });
  after(async () => {
    await removeSite(site);
    await scaleTraefik(1);
  });

  let pods: readonly string[];
  const scaleToTwo = async (): Promise<void> => {
    pods = await scaleTraefik(2);
  };

  it('is had only when both know the gate, and names the one that does not', async () => {
    const window = aWindow({ namespace: site.namespace });
    const [, late = ''] = pods;
    {
      await using _cut = await CutWatch.of(late);
      await applyWindow(window);
      await eventually(
        'the gate is wrong at the one that was held back',
        async () => {
          const { gates, gateDetails = [] } = (await readWindow(window)).status ?? {};
          expect(gates, JSON.stringify(gateDetails)).to.include({ total: 1, proven: 0, wrong: 1 });
          expect(gateDetails[0]).to.include({ reason: 'SiteAnswers' });
          expect(gateDetails[0]?.message).to.include(`${site.host} at ${late} answered 200`);
        },
        { within: 40 },
      );
      const { status } = await conditionBecomes(window, 'Closed', { status: 'False', reason: 'Partial' });
      expect(status).to.equal('False');
    }
    await conditionBecomes(window, 'Closed', { status: 'True' }, { within: 60 });
    const closure = staysClosed(site, [window]);
    for (let each = 0; each < 20; each += 1) expect((await visit(site.host)).status).to.equal(503);
    closure.end();
    await deleteWindow(window);
    await leavesNoTrace(site.namespace);
  });
});
