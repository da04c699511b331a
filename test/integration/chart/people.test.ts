import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { eventually } from '../../e2e/toolkit/eventually.ts';
import { ApiServer, installDefinition, kubectl } from '../crd/api-server.ts';
import { targets } from '../crd/windows.ts';
import { isAllowed } from './access-review.ts';
import { render, type Rendered } from './rendered.ts';

const namespace = `people-${randomBytes(3).toString('hex')}`;
const looking = ['get', 'list', 'watch'];
const writing = ['create', 'update', 'patch', 'delete', 'deletecollection'];

/** Kubernetes' own ClusterRoles, and what who has one of them in a namespace may do to its windows. */
const roles = { view: looking, edit: looking, admin: [...looking, ...writing] } as const;
type Role = keyof typeof roles;

/** A user whose one right is this role in the namespace. */
const userWith = (role: Role): string => `${role}-of-${namespace}`;

const isAggregated = ({ kind, metadata }: Rendered): boolean =>
  kind === 'ClusterRole' && /^backsoon-(view|admin)-/.test(metadata.name);

describe('what people may do to windows', function () {
  this.timeout(60_000);
  let server: ApiServer;
  let aggregated: Rendered[];

  const apply = (items: readonly object[]): Promise<string> =>
    kubectl(
      ['apply', '--server-side', '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...items] }),
    );

  const verbsOf = async (role: Role, where = namespace): Promise<string[]> => {
    const user = userWith(role);
    const verbs = await Promise.all(
      [...looking, ...writing].map(async (verb) => {
        const deed = `${verb} backsoon.dev/maintenancewindows`;
        return (await isAllowed(server, { user, namespace: where, deed })) ? [verb] : [];
      }),
    );
    return verbs.flat();
  };

  const applyWindowAs = (role: Role): Promise<string> =>
    kubectl(
      ['apply', '--server-side', '--dry-run=server', `--as=${userWith(role)}`, '-o', 'name', '-f', '-'],
      JSON.stringify({
        apiVersion: 'backsoon.dev/v1alpha1',
        kind: 'MaintenanceWindow',
        metadata: { name: 'tried', namespace },
        spec: { targets },
      }),
    );

  before(async () => {
    await installDefinition();
    server = await ApiServer.connect();
    aggregated = (await render(namespace)).filter(isAggregated);
    await apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]);
    const bindings = (['view', 'edit', 'admin'] as const).map((name) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name, namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: userWith(name) }],
    }));
    await apply([...aggregated, ...bindings]);
    // Kubernetes copies the rules into its own roles a moment later; those of `view` come to `edit` and `admin` in two steps.
    await eventually('the rights of each role', async () => {
      for (const role of ['view', 'edit'] as const) expect(await verbsOf(role), role).to.include('get');
      expect(await verbsOf('admin'), 'admin').to.include('create');
    });
  });

  after(async () => {
    await kubectl(['delete', 'clusterrole', ...aggregated.map(({ metadata }) => metadata.name)]);
    await kubectl(['delete', 'namespace', namespace, '--wait=false']);
    await server.close();
  });

  for (const role of ['view', 'edit', 'admin'] as const) {
    it(`${role}: ${roles[role].join(', ')}`, async () => {
      expect(await verbsOf(role)).to.deep.equal(roles[role]);
    });
  }

  it('nothing in a namespace where they have no role', async () => {
    for (const role of ['view', 'edit', 'admin'] as const)
      expect(await verbsOf(role, 'default'), role).to.deep.equal([]);
  });

  it('never write what the operator says of a window', async () => {
    const deed = 'patch backsoon.dev/maintenancewindows/status';
    expect(await isAllowed(server, { user: userWith('admin'), namespace, deed })).to.equal(false);
  });

  it('an admin applies one; who may only edit the namespace is refused', async () => {
    expect(await applyWindowAs('admin')).to.include('maintenancewindow.backsoon.dev/tried');
    const refused: unknown = await applyWindowAs('edit').catch((error: unknown) => error);
    expect(String(refused)).to.include('is forbidden');
  });

  it('is left to roles of their own where the chart is told so', async () => {
    const objects = await render(namespace, '--set', 'aggregateRoles=false');
    expect(objects.filter(isAggregated)).to.deep.equal([]);
    expect(aggregated).to.have.length(2);
  });
});
