import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { ApiServer, installDefinition, kubectl } from '../crd/api-server.ts';
import { isAllowed } from './access-review.ts';
import { documentsOf, find, render, type Rendered } from './rendered.ts';

// A run of its own namespaces: those of an earlier run may still be on their way out.
const run = randomBytes(3).toString('hex');
const install = `rights-${run}`;
const controllers = `rights-${run}-ingress`;
const namespaces = { 'all namespaces': '', 'another namespace': 'default', controllers, install } as const;
const operator = `system:serviceaccount:${install}:backsoon-operator`;
const responder = `system:serviceaccount:${install}:backsoon-responder`;

/** Where, and what. */
type Deed = readonly [place: keyof typeof namespaces, deed: string];

const may: readonly Deed[] = [
  ['all namespaces', 'list backsoon.dev/maintenancewindows'],
  ['all namespaces', 'watch networking.k8s.io/ingresses'],
  ['all namespaces', 'list networking.k8s.io/ingressclasses'],
  ['all namespaces', 'list /nodes'],
  ['all namespaces', 'list traefik.io/middlewares'],
  ['all namespaces', 'watch /services'],
  ['all namespaces', 'watch /configmaps'],
  ['another namespace', 'patch backsoon.dev/maintenancewindows/status'],
  ['another namespace', 'patch networking.k8s.io/ingresses'],
  ['another namespace', 'delete traefik.io/middlewares'],
  ['another namespace', 'create /services backsoon'],
  ['another namespace', 'delete /services backsoon'],
  ['another namespace', 'create events.k8s.io/events'],
  ['controllers', 'get /services traefik'],
  ['controllers', 'watch /configmaps settings'],
  ['controllers', 'list discovery.k8s.io/endpointslices'],
  ['install', 'create /configmaps'],
  ['install', 'delete /pods'],
  ['install', 'create coordination.k8s.io/leases'],
  ['install', 'update coordination.k8s.io/leases backsoon-operator'],
  ['install', 'watch /secrets backsoon-keys'],
  ['install', 'patch apps/deployments backsoon-responder'],
];

const mayNot: readonly Deed[] = [
  ['all namespaces', 'list /secrets'],
  ['all namespaces', 'patch /nodes'],
  ['another namespace', 'get /secrets backsoon-keys'],
  ['another namespace', 'get /configmaps'],
  ['another namespace', 'create /configmaps'],
  ['another namespace', 'patch /configmaps'],
  ['another namespace', 'create backsoon.dev/maintenancewindows'],
  ['another namespace', 'patch backsoon.dev/maintenancewindows'],
  ['another namespace', 'delete networking.k8s.io/ingresses'],
  ['another namespace', 'update networking.k8s.io/ingresses'],
  ['another namespace', 'patch networking.k8s.io/ingresses/status'],
  ['another namespace', 'create /pods'],
  ['another namespace', 'create /services'],
  ['another namespace', 'patch /services another'],
  ['another namespace', 'delete /services another'],
  ['another namespace', 'list discovery.k8s.io/endpointslices'],
  ['controllers', 'get /services another'],
  ['controllers', 'patch /configmaps settings'],
  ['controllers', 'patch /services traefik'],
  ['install', 'get /secrets another'],
  ['install', 'list /secrets'],
  ['install', 'create /secrets'],
  ['install', 'delete /services another'],
  ['install', 'patch apps/deployments backsoon-operator'],
  ['install', 'update coordination.k8s.io/leases another'],
  ['install', 'create /pods'],
  ['install', 'create /pods/exec'],
  ['install', 'create /serviceaccounts/token'],
  ['install', 'patch rbac.authorization.k8s.io/roles'],
];

describe('the rights that the chart gives', function () {
  this.timeout(60_000);
  let server: ApiServer;
  let objects: Rendered[];

  const applyAs = (manager: string, items: readonly object[], ...more: readonly string[]): Promise<string> =>
    kubectl(
      ['apply', '--server-side', `--field-manager=${manager}`, '-o', 'name', ...more, '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
    );

  const allowed = (user: string, [place, deed]: Deed): Promise<boolean> =>
    isAllowed(server, { user, namespace: namespaces[place], deed });

  before(async () => {
    await installDefinition();
    server = await ApiServer.connect();
    const values = [
      'crds.install=false',
      'operator.replicas=0',
      'ingressControllers.traefik.driver=traefik',
      `ingressControllers.traefik.service=${controllers}/traefik`,
      `ingressControllers.traefik.configMap=${controllers}/settings`,
    ].flatMap((value) => ['--set', value]);
    objects = await render(install, ...values);
    const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await applyAs('test', [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: install, labels: restricted } },
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: controllers } },
    ]);
    await applyAs('test', [
      ...objects,
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'nobody', namespace: install } },
    ]);
  });

  after(async () => {
    await kubectl(['delete', 'namespace', install, controllers, '--wait=false']);
    for (const { kind, metadata } of objects.filter((object) => object.kind.startsWith('ClusterRole')))
      await kubectl(['delete', kind, metadata.name]);
    await server.close();
  });

  for (const [place, deed] of may) {
    it(`let the operator ${deed} in ${place}`, async () => {
      expect(await allowed(operator, [place, deed])).to.equal(true);
    });
  }

  for (const [place, deed] of mayNot) {
    it(`do not let the operator ${deed} in ${place}`, async () => {
      expect(await allowed(operator, [place, deed])).to.equal(false);
    });
  }

  it('let the responder read the ConfigMaps of its namespace, and nothing that others may not', async () => {
    const rightsOf = async (account: string): Promise<string[]> => {
      const groups = ['system:serviceaccounts', `system:serviceaccounts:${install}`, 'system:authenticated'];
      const list = await kubectl([
        'auth',
        'can-i',
        '--list',
        '--no-headers',
        `--namespace=${install}`,
        `--as=system:serviceaccount:${install}:${account}`,
        ...groups.map((group) => `--as-group=${group}`),
      ]);
      return list.trim().split('\n');
    };
    const everybodys = new Set(await rightsOf('nobody'));
    expect(everybodys.size).to.be.greaterThan(0);
    const own = (await rightsOf('backsoon-responder')).filter((line) => !everybodys.has(line));
    expect(own.map((line) => line.replaceAll(/\s+/g, ' ').trim())).to.deep.equal([
      'configmaps [] [] [get list watch]',
    ]);
    expect(await allowed(responder, ['another namespace', 'list /configmaps'])).to.equal(false);
  });

  it('let the operator make the responder, and no other Deployment, Service or Secret', async () => {
    const template = documentsOf(find(objects, 'ConfigMap', 'backsoon-operator').data!['responder.yaml']!);
    const keys = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'backsoon-keys', namespace: install },
    };
    const asOperator = ['--dry-run=server', `--as=${operator}`];
    const made = await applyAs('test', [...template, keys], ...asOperator);
    expect(made.trim().split('\n')).to.have.members([
      'deployment.apps/backsoon-responder',
      'service/backsoon-responder',
      'poddisruptionbudget.policy/backsoon-responder',
      'secret/backsoon-keys',
    ]);
    for (const object of [...template, keys]) {
      const other = { ...object, metadata: { ...object.metadata, name: 'another' } };
      const refused: unknown = await applyAs('test', [other], ...asOperator).then(
        (out) => `applied ${out}`,
        (error: unknown) => error,
      );
      expect(String(refused)).to.include('is forbidden');
    }
  });

  it('let the operator list its Secret by name, as its watch does', async () => {
    const read = ['get', 'secrets', '-n', install, `--as=${operator}`];
    expect(await kubectl([...read, '--field-selector=metadata.name=backsoon-keys', '-o', 'name'])).to.equal(
      '',
    );
  });

  it('are for Pods that a namespace of PodSecurity `restricted` takes', async () => {
    const template = documentsOf(find(objects, 'ConfigMap', 'backsoon-operator').data!['responder.yaml']!);
    for (const name of ['backsoon-operator', 'backsoon-responder']) {
      const { spec } = find([...objects, ...template], 'Deployment', name);
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: install },
        spec: spec!.template!.spec,
      };
      const { status, body } = await server.request({
        method: 'POST',
        path: `/api/v1/namespaces/${install}/pods?dryRun=All`,
        body: pod,
      });
      expect(status, body.message).to.equal(201);
    }
  });
});
