import { expect } from 'chai';
import { resources } from '../../src/kube/resources.ts';
import { scenario } from './toolkit/closures.ts';
import { api, kubectl } from './toolkit/cluster.ts';
import { eventually } from './toolkit/eventually.ts';
import type { Site } from './toolkit/site.ts';
import { openSite, removeSite } from './toolkit/site.ts';
import type { IngressAsItIs } from './toolkit/traces.ts';
import { becomesAsBefore, ingressNow, leavesNoTrace } from './toolkit/traces.ts';
import { visit } from './toolkit/visitor.ts';
import { aWindow, scheduled, secondsAhead } from './toolkit/window.ts';
import { applyWindow, conditionBecomes, deleteWindow, phaseBecomes } from './toolkit/windows.ts';

const middlewaresKey = 'traefik.ingress.kubernetes.io/router.middlewares';
const namespace = 'e2e-admission';
const policy = 'e2e-no-gates';
const words = 'no gates on Sundays';
const inKey = `'${middlewaresKey}' in object.metadata.annotations`;

/** An admission policy of the cluster that refuses every Ingress of the namespace with a gate. */
const policyObjects = [
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: policy },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        resourceRules: [
          {
            apiGroups: ['networking.k8s.io'],
            apiVersions: ['v1'],
            operations: ['CREATE', 'UPDATE'],
            resources: ['ingresses'],
          },
        ],
      },
      validations: [{ expression: `!has(object.metadata.annotations) || !(${inKey})`, message: words }],
    },
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: policy },
    spec: { policyName: policy, validationActions: ['Deny'] },
  },
];

async function refuseGates(): Promise<void> {
  for (const object of policyObjects) await kubectl(['apply', '--filename', '-'], JSON.stringify(object));
  // The API server reads new policies a moment later.
  await eventually('the policy is in force', async () => {
    const annotation = `${middlewaresKey}=x-y@kubernetescrd`;
    const trial = ['annotate', 'ingress', 'app', '--namespace', namespace, '--overwrite', '--dry-run=server'];
    const said = await kubectl([...trial, annotation]).catch((error: Error) => error.message);
    expect(said).to.include(words);
  });
}

async function allowGates(): Promise<void> {
  for (const { kind } of policyObjects) await kubectl(['delete', kind, policy, '--ignore-not-found']);
}

scenario('other writers: an admission policy that refuses gates', function () {
  this.timeout(120_000);
  const window = aWindow({ namespace });
  const inAnHour = secondsAhead(3_600);
  const coming = aWindow({ namespace, name: 'coming' }, scheduled(inAnHour, inAnHour + 60_000));
  let site: Site;
  let untouched: IngressAsItIs;

  before(async () => {
    site = await openSite('admission');
    untouched = await ingressNow(site);
  });
  after(async () => {
    await allowGates();
    await removeSite(site);
  });

  it('is known when the window is created, an hour before its start, and nothing was written to find out', async () => {
    await refuseGates();
    await applyWindow(coming);
    const { message } = await conditionBecomes(coming, 'Armable', { status: 'False', reason: 'WriteFailed' });
    expect(message).to.include(words).and.to.include('Ingress e2e-admission/app');
    await conditionBecomes(coming, 'Ready', { status: 'False', reason: 'WriteFailed' });
    await phaseBecomes(coming, 'Scheduled');
    expect(await ingressNow(site)).to.deep.equal(untouched);
    expect((await api.list(resources.middlewares, { namespace })).items).to.deep.equal([]);
  });

  it('is known to be gone as soon as the Ingress changes', async () => {
    await allowGates();
    // Policies go out of force a moment later, and an answer that came too early stands for a minute.
    await eventually(
      'the window can be armed',
      async () => {
        await kubectl([
          'annotate',
          'ingress',
          'app',
          '--namespace',
          namespace,
          '--overwrite',
          `seen=${Date.now()}`,
        ]);
        await conditionBecomes(coming, 'Armable', { status: 'True' }, { within: 2 });
      },
      { within: 30 },
    );
    await deleteWindow(coming);
    await kubectl(['annotate', 'ingress', 'app', '--namespace', namespace, 'seen-']);
    await leavesNoTrace(namespace);
  });

  it('that begins while the site is closed leaves it closed, and is told of when the gate has to go back on', async () => {
    await applyWindow(window);
    await conditionBecomes(window, 'Closed', { status: 'True' });
    await refuseGates();
    expect((await visit(site.host)).status).to.equal(503);
    await kubectl(['annotate', 'ingress', 'app', '--namespace', namespace, `${middlewaresKey}-`]);
    const { message } = await conditionBecomes(window, 'Armable', { status: 'False', reason: 'WriteFailed' });
    expect(message).to.include(words);
    await conditionBecomes(window, 'Closed', { status: 'False', reason: 'Partial' });
    await allowGates();
    // What is refused is tried again at least every 30 s.
    await conditionBecomes(window, 'Closed', { status: 'True' }, { within: 45 });
    await conditionBecomes(window, 'Armable', { status: 'True' });
    await eventually('visitors meet the page', async () => {
      expect((await visit(site.host)).status).to.equal(503);
    });
  });

  it('leaves nothing behind', async () => {
    await deleteWindow(window);
    await becomesAsBefore(site, untouched);
    await leavesNoTrace(namespace);
  });
});
