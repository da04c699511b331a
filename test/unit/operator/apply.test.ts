import { expect } from 'chai';
import { KubeClient } from '../../../src/kube/client.ts';
import { InClusterTransport } from '../../../src/kube/in-cluster-transport.ts';
import type { Transport } from '../../../src/kube/transport.ts';
import { Applier } from '../../../src/operator/apply.ts';
import type { Operation, Plan } from '../../../src/operator/decide/plan.ts';
import { World } from '../../../src/operator/world.ts';
import { FakeServer, type Exchange } from '../kube/fake-server.ts';
import { ServiceAccount } from '../kube/service-account.ts';
import { anIngress } from '../builders/ingress.ts';
import { buildPolicy } from '../policy/build.ts';
import { accept, type Body, bodyOf, conflict, web } from './answers.ts';
import { planOf } from './decide/standing.ts';

const { annotations, objects } = planOf(anIngress());
const [key = '', value = ''] = Object.entries(annotations)[0] ?? [];
const patchPath = '/metadata/annotations/traefik.ingress.kubernetes.io~1router.middlewares';
const middleware = { kind: 'Middleware', uid: 'uid-object', namespace: 'shop' } as const;

const watched = {
  watchTemplates: true,
  gateObjectKinds: ['Middleware'],
  controllerConfigMaps: [],
  onError: () => undefined,
} as const;

const putGate: Operation = { kind: 'PutGate', ingress: web, annotations };
const takeGate: Operation = { kind: 'TakeGate', ingress: web, annotations };
const applyObjects = objects.map((object): Operation => ({
  kind: 'ApplyGateObject',
  object,
  gate: 'shop/web',
}));
const deleteObject: Operation = { kind: 'DeleteGateObject', object: { ...middleware, name: 'backsoon-old' } };
const applyPolicy: Operation = {
  kind: 'ApplyPolicy',
  policy: buildPolicy(),
  acceptedSpec: { targets: [{ ingress: { name: 'web' } }] },
};
const deletePolicy: Operation = { kind: 'DeletePolicy', windowUid: 'uid-gone' };
const status: Plan['statuses'][number] = {
  window: { namespace: 'shop', name: 'upgrade', uid: 'uid-upgrade' },
  status: { phase: 'Closed' },
  events: [{ type: 'Normal', reason: 'Closed', message: 'Closed is True.' }],
};

const ingresses = '/apis/networking.k8s.io/v1/namespaces/shop/ingresses/web';
const middlewares = '/apis/traefik.io/v1alpha1/namespaces/shop/middlewares';
const configMaps = '/api/v1/namespaces/backsoon-system/configmaps';
const windowStatus = '/apis/backsoon.dev/v1alpha1/namespaces/shop/maintenancewindows/upgrade/status';

describe('operator: carrying a plan out', () => {
  let account: ServiceAccount;
  let server: FakeServer;
  let transport: Transport;
  let events: string[];
  let applier: Applier;
  let world: World;

  beforeEach(async () => {
    account = new ServiceAccount();
    server = await FakeServer.start((exchange) => accept(exchange));
    transport = new InClusterTransport({ server: server.url, directory: account.directory });
    const client = new KubeClient(transport, { defaultTimeoutMs: 2000 });
    const installNamespace = 'backsoon-system';
    world = new World({ ...watched, client, installNamespace });
    events = [];
    applier = new Applier({
      client,
      world,
      installNamespace,
      events: ({ name }, { reason }) => events.push(`${name} ${reason}`),
    });
  });
  afterEach(async () => {
    await transport.close();
    await server.stop();
    account.remove();
  });

  const carryOut = async (operations: readonly Operation[], statuses: Plan['statuses'] = []) =>
    applier.carryOut({ operations, statuses });
  const seen = (): string[] => server.requests.map(({ method, path }) => `${method} ${path}`);
  const only = (): Exchange => {
    const [request, ...others] = server.requests;
    if (request === undefined || others.length > 0) throw new Error(`not one request: ${seen().join(', ')}`);
    return request;
  };

  it('writes what must stand first, then gates, then takes away what is left, then statuses', async () => {
    const { errors } = await carryOut(
      [deleteObject, takeGate, ...applyObjects, applyPolicy, deletePolicy],
      [status],
    );
    expect(errors).to.deep.equal([]);
    const order = seen();
    expect(order.slice(0, 4)).to.have.members([
      `PATCH ${middlewares}/backsoon-headers`,
      `PATCH ${middlewares}/backsoon-web`,
      `PATCH ${configMaps}/backsoon-policy-uid-upgrade`,
      `DELETE ${configMaps}/backsoon-policy-uid-gone`,
    ]);
    expect(order.slice(4)).to.deep.equal([
      `PATCH ${ingresses}`,
      `DELETE ${middlewares}/backsoon-old`,
      `PATCH ${windowStatus}`,
    ]);
  });

  it('leaves what it has not begun when somebody has said something new, and the status with it', async () => {
    const many = Array.from({ length: 100 }, () => deletePolicy);
    const plan = { operations: [...many, putGate], statuses: [status] };
    const { errors } = await applier.carryOut(plan, () => server.requests.length > 0);
    expect(errors).to.deep.equal([]);
    expect(new Set(seen())).to.deep.equal(new Set([`DELETE ${configMaps}/backsoon-policy-uid-gone`]));
    expect(server.requests.length).to.be.lessThan(many.length / 2);
  });

  it('puts a gate on by our annotations alone, on the very Ingress, and never by force', async () => {
    await carryOut([putGate]);
    const { query, body, headers } = only();
    expect(headers['content-type']).to.equal('application/apply-patch+yaml');
    expect(Object.fromEntries(query)).to.deep.equal({ fieldManager: 'backsoon-backsoon-system' });
    expect(JSON.parse(body)).to.deep.equal({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { ...web, annotations },
    });
  });

  it('takes a gate off by applying the empty set', async () => {
    await carryOut([takeGate]);
    expect(bodyOf(only()).metadata).to.deep.equal(web);
    expect(only().query.get('force')).to.equal(null);
  });

  it('takes by a tested patch what is ours by content only', async () => {
    server.answer = (exchange) => accept(exchange, annotations);
    const { errors } = await carryOut([takeGate]);
    expect(errors).to.deep.equal([]);
    expect(seen()).to.deep.equal([`PATCH ${ingresses}`, `PATCH ${ingresses}`]);
    const [, ...edit] = JSON.parse(server.requests[1]?.body ?? '') as unknown[];
    expect(edit).to.deep.equal([
      { op: 'test', path: patchPath, value },
      { op: 'remove', path: patchPath },
    ]);
  });

  const kept: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['what others keep', { team: 'shop' }],
    ['a list that somebody else wrote meanwhile', { [key]: 'shop-auth@kubernetescrd' }],
    ['a list that somebody else put ours into', { [key]: `${value},shop-auth@kubernetescrd` }],
    ['a gate that was pre-wired meanwhile', { [key]: value, 'backsoon.dev/gate': 'pre-wired' }],
  ];
  for (const [title, left] of kept) {
    it(`leaves ${title}`, async () => {
      server.answer = (exchange) => accept(exchange, left);
      await carryOut([takeGate]);
      expect(seen()).to.deep.equal([`PATCH ${ingresses}`]);
    });
  }

  it('deletes the very object that was decided on', async () => {
    await carryOut([deleteObject]);
    expect(JSON.parse(only().body)).to.deep.include({ preconditions: { uid: 'uid-object' } });
  });

  it('takes a thing that is gone for deleted', async () => {
    server.answer = (exchange) => exchange.fail(404, 'NotFound');
    const { errors } = await carryOut([deleteObject, deletePolicy]);
    expect(errors).to.deep.equal([]);
  });

  it('stores a policy with its accepted spec, found by its window’s namespace', async () => {
    await carryOut([applyPolicy]);
    const body = JSON.parse(only().body) as Body & { readonly data: Readonly<Record<string, string>> };
    expect(body.metadata).to.deep.include({
      name: 'backsoon-policy-uid-upgrade',
      namespace: 'backsoon-system',
      labels: {
        'backsoon.dev/install': 'backsoon-system',
        'backsoon.dev/role': 'policy',
        'backsoon.dev/window-namespace': 'shop',
      },
    });
    expect(JSON.parse(body.data['policy.json'] ?? '')).to.deep.equal(buildPolicy());
    expect(JSON.parse(body.data['accepted-spec.json'] ?? '')).to.deep.equal({
      targets: [{ ingress: { name: 'web' } }],
    });
  });

  it('knows at once what it wrote', async () => {
    await carryOut([putGate]);
    expect(world.ingresses.find(web)?.metadata.annotations).to.deep.equal(annotations);
  });

  describe('when a write fails', () => {
    interface Row {
      readonly title: string;
      readonly operation: Operation;
      readonly answer: (exchange: Exchange) => void;
      /** The gate's failure as the status shows it; undefined: tried again, and nobody told. */
      readonly failure: { readonly reason: string; readonly saying: string } | undefined;
    }
    const table: readonly Row[] = [
      {
        title: 'somebody else owns the annotation',
        operation: putGate,
        answer: conflict,
        failure: { reason: 'Conflict', saying: 'argocd-controller' },
      },
      {
        title: 'the API server forbids it',
        operation: putGate,
        answer: (exchange) => exchange.fail(403, 'Forbidden', { message: 'ingresses is forbidden' }),
        failure: { reason: 'Forbidden', saying: 'ingresses is forbidden' },
      },
      {
        title: 'an admission webhook does not like it',
        operation: putGate,
        answer: (exchange) => exchange.fail(422, 'Invalid', { message: 'no annotations on Sundays' }),
        failure: { reason: 'WriteFailed', saying: 'no annotations on Sundays' },
      },
      {
        title: 'the ingress controller’s CRDs are missing',
        operation: applyObjects[0] ?? putGate,
        answer: (exchange) => exchange.fail(404, 'NotFound'),
        failure: { reason: 'WriteFailed', saying: 'CRDs' },
      },
      {
        title: 'the operator may not write its ConfigMaps',
        operation: applyPolicy,
        answer: (exchange) => exchange.fail(403, 'Forbidden', { message: 'configmaps is forbidden' }),
        failure: { reason: 'Forbidden', saying: 'configmaps is forbidden' },
      },
      {
        title: 'the Ingress is another one by now',
        operation: putGate,
        answer: (exchange) => exchange.fail(409, 'Conflict'),
        failure: undefined,
      },
      {
        title: 'the API server is overloaded',
        operation: putGate,
        answer: (exchange) => exchange.fail(503, 'ServiceUnavailable'),
        failure: undefined,
      },
    ];
    for (const { title, operation, answer, failure } of table) {
      it(`${title}: ${failure?.reason ?? 'to be tried again'}`, async () => {
        server.answer = answer;
        const { errors, failures } = await carryOut([operation]);
        expect(errors).to.have.lengthOf(1);
        const [[key, told] = []] = failures;
        expect(told?.reason).to.equal(failure?.reason);
        if (failure === undefined) return;
        expect(key).to.equal(operation === applyPolicy ? 'policy:uid-upgrade' : 'shop/web');
        const named = key?.replace('policy:', 'backsoon-system/backsoon-policy-');
        expect(told?.message).to.contain(failure.saying).and.to.contain(named);
      });
    }

    it('keeps back no other write', async () => {
      server.answer = (exchange) => (exchange.path === ingresses ? conflict(exchange) : accept(exchange));
      const { errors } = await carryOut([applyPolicy, putGate, deleteObject], [status]);
      expect(errors).to.have.lengthOf(1);
      // A refused gate is looked at once more: its value may be a copy of ours.
      expect(seen().filter((request) => !request.startsWith('GET'))).to.have.lengthOf(4);
    });

    it('replaces a gate that a copied manifest brought along, and nothing that is somebody’s wish', async () => {
      const key = Object.keys(annotations).join();
      const copied = { [key]: Object.values(annotations).join().replaceAll('web', 'other') };
      for (const [standing, requests] of [
        [copied, ['PATCH', 'GET', 'PATCH', 'PATCH']],
        [{ [key]: 'shop-login@kubernetescrd' }, ['PATCH', 'GET']],
      ] as const) {
        const first = server.requests.length;
        server.answer = (exchange) => {
          const metadata = { ...web, resourceVersion: '7', annotations: standing };
          if (exchange.method === 'GET') return exchange.json(200, { kind: 'Ingress', metadata, spec: {} });
          return server.requests.length === first + 1 ? conflict(exchange) : accept(exchange);
        };
        const { errors } = await carryOut([putGate]);
        const sent = server.requests.slice(first);
        expect(sent.map(({ method }) => method)).to.deep.equal(requests);
        expect(errors).to.have.lengthOf(standing === copied ? 0 : 1);
        if (standing === copied) expect(sent[2]?.body).to.include('"op":"test"').and.to.include(copied[key]);
      }
    });
  });

  describe('a status', () => {
    it('is ours by force, and its events follow it', async () => {
      await carryOut([], [status]);
      const { path, query, body } = only();
      expect(path).to.equal(windowStatus);
      expect(query.get('force')).to.equal('true');
      expect(JSON.parse(body)).to.deep.equal({
        apiVersion: 'backsoon.dev/v1alpha1',
        kind: 'MaintenanceWindow',
        metadata: status.window,
        status: { phase: 'Closed' },
      });
      expect(events).to.deep.equal(['upgrade Closed']);
    });

    it('that was not written has no events: the next round tells', async () => {
      server.answer = (exchange) => exchange.fail(503, 'ServiceUnavailable');
      const { errors } = await carryOut([], [status]);
      expect(errors).to.have.lengthOf(1);
      expect(events).to.deep.equal([]);
    });

    it('of a window that is gone is nobody’s loss', async () => {
      server.answer = (exchange) => exchange.fail(404, 'NotFound');
      const { errors } = await carryOut([], [status]);
      expect(errors).to.deep.equal([]);
      expect(events).to.deep.equal([]);
    });
  });
});
