import { expect } from 'chai';
import { installNamespace, kubectl } from './toolkit/cluster.ts';

const account = (name: string): string => `system:serviceaccount:${installNamespace}:${name}`;

/** The lines of `kubectl auth can-i --list`: resources, URLs, names, verbs. */
async function rightsOf(name: string, namespace: string): Promise<readonly string[]> {
  const table = await kubectl(['auth', 'can-i', '--list', '--namespace', namespace, '--as', account(name)]);
  const [, ...lines] = table.trimEnd().split('\n');
  return lines.map((line) => line.trimEnd().replaceAll(/\s{2,}/g, ' '));
}

/** Rights that a service account has beyond those of one without any role. */
async function extraRights(name: string, namespace: string): Promise<readonly string[]> {
  const everybody = new Set(await rightsOf('nobody-in-particular', namespace));
  expect([...everybody], 'rights of every account').to.not.be.empty;
  return (await rightsOf(name, namespace)).filter((right) => !everybody.has(right));
}

async function can(name: string, verb: string, what: string, namespace: string): Promise<boolean> {
  const question = [
    'auth',
    'can-i',
    verb,
    ...what.split(' '),
    '--namespace',
    namespace,
    '--as',
    account(name),
  ];
  // kubectl says no by its exit status, too.
  const answer = await kubectl(question).catch((error: Error) => error.message);
  const word = answer.trimEnd().split(/\s/).at(-1);
  expect(word, answer).to.be.oneOf(['yes', 'no']);
  return word === 'yes';
}

describe('the rights of the installed chart', () => {
  it('let the responder read ConfigMaps of its own namespace and nothing else', async () => {
    expect(await extraRights('backsoon-responder', installNamespace)).to.deep.equal([
      'configmaps [] [] [get list watch]',
    ]);
    expect(await extraRights('backsoon-responder', 'shop')).to.deep.equal([]);
  });

  const allowed = [
    ['patch', 'ingresses.networking.k8s.io', 'shop'],
    // Those that are labelled as templates, which RBAC can not say.
    ['list', 'configmaps', 'shop'],
    ['patch', 'maintenancewindows.backsoon.dev --subresource=status', 'shop'],
    // Those whose time to live is over.
    ['delete', 'maintenancewindows.backsoon.dev', 'shop'],
  ] as const;
  for (const [verb, what, namespace] of allowed) {
    it(`let the operator ${verb} ${what} of ${namespace}`, async () => {
      expect(await can('backsoon-operator', verb, what, namespace)).to.equal(true);
    });
  }

  const forbidden = [
    ['*', '*', 'shop'],
    ['get', 'secrets', 'shop'],
    ['list', 'secrets', 'shop'],
    ['get', 'secrets', installNamespace],
    ['get', 'configmaps', 'shop'],
    ['patch', 'configmaps', 'shop'],
    ['patch', 'deployments.apps', 'shop'],
    ['patch', 'services', 'shop'],
    ['create', 'pods', 'shop'],
    ['create', 'pods', installNamespace],
    ['delete', 'ingresses.networking.k8s.io', 'shop'],
    ['create', 'ingresses.networking.k8s.io', 'shop'],
    ['patch', 'maintenancewindows.backsoon.dev', 'shop'],
    ['create', 'maintenancewindows.backsoon.dev', 'shop'],
    ['create', 'clusterrolebindings.rbac.authorization.k8s.io', 'shop'],
    ['impersonate', 'users', 'shop'],
  ] as const;
  for (const [verb, what, namespace] of forbidden) {
    it(`do not let the operator ${verb} ${what} of ${namespace}`, async () => {
      expect(await can('backsoon-operator', verb, what, namespace)).to.equal(false);
    });
  }
});
