import { expect } from 'chai';
import { servedClasses } from '../../../../src/gates/drivers.ts';
import type { Node } from '../../../../src/kube/kinds.ts';
import type { FleetObserved, FleetOperation, FleetSettings } from '../../../../src/operator/fleet/desired.ts';
import { desiredNetwork, fleetOperations } from '../../../../src/operator/fleet/desired.ts';
import type { TemplateKind, TemplateObject } from '../../../../src/operator/fleet/template.ts';
import { frozen } from '../../builders/freeze.ts';
import { traefikClass } from '../../builders/ingress.ts';

const namespace = 'backsoon-system';
const object = (apiVersion: string, kind: TemplateKind, spec: TemplateObject['spec']): TemplateObject => ({
  apiVersion,
  kind,
  metadata: { name: 'backsoon-responder', namespace, labels: { app: 'responder' } },
  spec,
});
const template = {
  deployment: object('apps/v1', 'Deployment', {
    replicas: 2,
    template: { spec: { containers: [{ name: 'r' }] } },
  }),
  service: object('v1', 'Service', { ports: [{ port: 80 }] }),
  disruptionBudget: object('policy/v1', 'PodDisruptionBudget', { minAvailable: 1 }),
};
const settings: FleetSettings = frozen({
  template,
  clusterIP: undefined,
  clusterCIDRs: ['10.244.0.0/16'],
  classes: [...servedClasses({ settings: [], classes: [traefikClass] }).values()],
  configs: new Map(),
});
const node: Node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n', uid: 'n', resourceVersion: '1', creationTimestamp: '2026-12-01T00:00:00Z' },
  spec: { podCIDRs: ['10.245.1.0/24'] },
  status: {
    addresses: [
      { type: 'InternalIP', address: '172.16.0.5' },
      { type: 'Hostname', address: 'node-1' },
    ],
  },
};

/** Live objects have more than what was applied. */
const live = ({ spec, metadata, ...rest }: TemplateObject, more: object = {}): { readonly spec: object } =>
  ({
    ...rest,
    metadata: { ...metadata, uid: 'u', resourceVersion: '7' },
    spec: { ...spec, ...more },
    status: {},
  }) as { readonly spec: object };
const clusterIP = '10.96.0.80';

/** Everything as it should be. */
const standing: FleetObserved = frozen({
  namespace,
  deployment: live(template.deployment, { revisionHistoryLimit: 10 }),
  service: live(template.service, { clusterIP, type: 'ClusterIP' }),
  disruptionBudget: live(template.disruptionBudget),
  state: { clusterIP },
  network: desiredNetwork({ nodes: [node] }, settings).json,
  nodes: [node],
});
const nothing: FleetObserved = {
  ...standing,
  deployment: undefined,
  service: undefined,
  disruptionBudget: undefined,
  state: { clusterIP: undefined },
  network: undefined,
};

const wordsOf = (operation: FleetOperation): string => {
  switch (operation.kind) {
    case 'ApplyConfig':
      return `ApplyConfig ${operation.name}${'clusterIP' in operation.data ? ` ${operation.data['clusterIP']}` : ''}`;
    case 'ApplyTemplate':
      return `ApplyTemplate ${operation.object.kind}${addressOf(operation.object)}${operation.otherwise ? `, else${addressOf(operation.otherwise) || ' any'}` : ''}`;
  }
};

const addressOf = ({ spec: { clusterIP } }: TemplateObject): string =>
  typeof clusterIP === 'string' ? ` ${clusterIP}` : '';

const table: readonly {
  readonly title: string;
  readonly observed: FleetObserved;
  readonly chosen?: string;
  readonly operations: readonly string[];
}[] = [
  { title: 'all is well', observed: standing, operations: [] },
  {
    title: 'nothing is there: settings before what mounts them',
    observed: nothing,
    operations: [
      'ApplyConfig backsoon-network',
      'ApplyTemplate Service',
      'ApplyTemplate PodDisruptionBudget',
      'ApplyTemplate Deployment',
    ],
  },
  {
    title: 'the Service got its address: record it',
    observed: { ...standing, state: { clusterIP: undefined } },
    operations: [`ApplyConfig backsoon-state ${clusterIP}`],
  },
  {
    title: 'the Service is gone: make it again with the recorded address',
    observed: { ...standing, service: undefined },
    operations: [`ApplyTemplate Service ${clusterIP}, else any`],
  },
  {
    title: 'the Service is gone, and the chart chooses',
    observed: { ...standing, service: undefined },
    chosen: '10.96.0.99',
    operations: ['ApplyTemplate Service 10.96.0.99'],
  },
  {
    title: 'the chart chooses another address than the one that stands: it can not be changed in place',
    observed: standing,
    chosen: '10.96.0.99',
    operations: [],
  },
  {
    title: 'somebody scaled the responder',
    observed: { ...standing, deployment: live(template.deployment, { replicas: 0 }) },
    operations: ['ApplyTemplate Deployment'],
  },
  {
    title: 'somebody added a container',
    observed: {
      ...standing,
      deployment: live(template.deployment, {
        template: { spec: { containers: [{ name: 'r' }, { name: 'extra' }] } },
      }),
    },
    operations: ['ApplyTemplate Deployment'],
  },
  {
    title: 'no disruption budget',
    observed: { ...standing, disruptionBudget: undefined },
    operations: ['ApplyTemplate PodDisruptionBudget'],
  },
  {
    title: 'a new node',
    observed: { ...standing, nodes: [node, { ...node, spec: { podCIDRs: ['10.245.2.0/24'] } }] },
    operations: ['ApplyConfig backsoon-network'],
  },
];

describe('operator: what the responder needs', () => {
  for (const { title, observed, chosen, operations } of table) {
    it(title, () => {
      const found = fleetOperations(observed, { ...settings, clusterIP: chosen });
      expect(found.map(wordsOf)).to.deep.equal(operations);
    });
  }

  it('knows the cluster’s own addresses: the chart’s, the nodes’ and their Pods’', () => {
    const network = JSON.parse(desiredNetwork({ nodes: [node] }, settings).json) as object;
    expect(network).to.deep.equal({
      schema: 2,
      clusterCIDRs: ['10.244.0.0/16', '10.245.1.0/24', '172.16.0.5/32'],
      classes: {
        traefik: {
          addressHeader: 'x-forwarded-for',
          trustedProxies: [],
          sees: { host: true, path: true, method: true },
        },
      },
    });
  });

  it('is the same whatever order nodes come in', () => {
    const other = { ...node, spec: { podCIDRs: ['10.245.2.0/24'] } };
    expect(desiredNetwork({ nodes: [node, other] }, settings)).to.deep.equal(
      desiredNetwork({ nodes: [other, node] }, settings),
    );
  });
});
