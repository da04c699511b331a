import { expect } from 'chai';
import type { GateKey } from '../../../src/api/ingress.ts';
import { KubeClient } from '../../../src/kube/client.ts';
import { InClusterTransport } from '../../../src/kube/in-cluster-transport.ts';
import type { ManagedFieldsEntry } from '../../../src/kube/objects.ts';
import type { Transport } from '../../../src/kube/transport.ts';
import type { Revert } from '../../../src/operator/decide/observed.ts';
import type { Operation, WantedGate } from '../../../src/operator/decide/plan.ts';
import { RevertMemory, reverterOf } from '../../../src/operator/reverts.ts';
import { FakeClock } from '../kube/fake-clock.ts';
import { FakeServer } from '../kube/fake-server.ts';
import { ServiceAccount } from '../kube/service-account.ts';

const key = 'traefik.ingress.kubernetes.io/router.middlewares';
const ours = 'backsoon-backsoon-system';
const annotations = { [key]: 'ours' };
const gate: GateKey = 'shop/web';
const standing: WantedGate = { gate, uid: 'uid-web', on: true, annotations };
const off: WantedGate = { ...standing, on: false, annotations: {} };
const fields = { 'f:metadata': { 'f:annotations': { [`f:${key}`]: {} } } };
const entry = (
  manager: string,
  time: string,
  rest: Partial<ManagedFieldsEntry> = {},
): ManagedFieldsEntry => ({
  manager,
  operation: 'Apply',
  time: `2026-12-01T${time}Z`,
  fieldsV1: fields,
  ...rest,
});
const put: Operation = {
  kind: 'PutGate',
  ingress: { namespace: 'shop', name: 'web', uid: 'uid-web' },
  annotations,
};

describe('operator: who undid a gate', () => {
  const since = Temporal.Instant.from('2026-12-01T21:00:00Z');
  const rows: readonly (readonly [string, readonly ManagedFieldsEntry[], string | undefined, boolean])[] = [
    ['nobody is known', [], undefined, false],
    ['ourselves do not count', [entry(ours, '21:00:05')], undefined, false],
    ['who wrote after the gate', [entry('argocd-controller', '21:00:05')], 'argocd-controller', true],
    [
      'the last of several',
      [entry('a', '21:00:05'), entry('b', '21:00:07'), entry('c', '21:00:06')],
      'b',
      true,
    ],
    ['who wrote before the gate did perhaps', [entry('helm', '20:00:00')], 'helm', false],
    [
      'who wrote only its spec or its status does not count',
      [
        entry('hpa', '21:00:05', { fieldsV1: { 'f:spec': {} } }),
        entry('labels', '21:00:06', { fieldsV1: { 'f:metadata': { 'f:labels': {} } } }),
        entry('traefik', '21:00:07', { subresource: 'status' }),
      ],
      undefined,
      false,
    ],
  ];
  for (const [title, entries, manager, isCertain] of rows) {
    it(title, () => expect(reverterOf(entries, { ours, since })).to.deep.equal({ manager, isCertain }));
  }
});

describe('operator: the memory of reverts', () => {
  let account: ServiceAccount;
  let server: FakeServer;
  let transport: Transport;
  let clock: FakeClock;
  let memory: RevertMemory;
  /** What the Ingress carries, as the API server has it. */
  let live: Readonly<Record<string, string>>;

  beforeEach(async () => {
    live = {};
    account = new ServiceAccount();
    server = await FakeServer.start((exchange) =>
      exchange.json(200, {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: {
          namespace: 'shop',
          name: 'web',
          uid: 'uid-web',
          annotations: live,
          managedFields: [entry('argocd-controller', '21:00:30')],
        },
        spec: {},
      }),
    );
    transport = new InClusterTransport({ server: server.url, directory: account.directory });
    clock = new FakeClock();
    const client = new KubeClient(transport, { defaultTimeoutMs: 2000 });
    memory = new RevertMemory({ client, clock, installNamespace: 'backsoon-system' });
  });
  afterEach(async () => {
    await transport.close();
    await server.stop();
    account.remove();
  });

  const notice = async (...wanted: readonly WantedGate[]): Promise<boolean> => memory.notice('shop', wanted);
  const remember = (wanted: readonly WantedGate[], ...done: readonly Operation[]): void =>
    memory.remember('shop', { wanted }, done);
  const revert = (): Revert | undefined => memory.view('shop', clock.now()).get(gate);
  const pause = (): number | undefined =>
    revert() &&
    clock
      .now()
      .until(revert()?.againAt ?? clock.now())
      .total('seconds');

  it('sees a gate that went off, and asks once whose doing it was', async () => {
    remember([standing]);
    expect(await notice(standing)).to.equal(false);
    expect(await notice(off)).to.equal(true);
    expect(revert()?.by).to.deep.equal({ manager: 'argocd-controller', isCertain: true });
    expect(revert()?.keys).to.deep.equal([key]);
    remember([off]);
    expect(await notice(off), 'the same one again').to.equal(false);
    expect(server.requests).to.have.lengthOf(1);
  });

  it('lets it on again at once, and later each time', async () => {
    const pauses: (number | undefined)[] = [];
    for (let times = 0; times < 5; times += 1) {
      remember([off], put);
      expect(await notice(off)).to.equal(true);
      pauses.push(pause());
    }
    expect(pauses).to.deep.equal([0, 1, 2, 4, 8]);
  });

  it('does not take a store that is behind for a revert', async () => {
    live = annotations;
    remember([off], put);
    expect(await notice(off)).to.equal(false);
    expect(revert()).to.equal(undefined);
  });

  it('does not take its own taking off for a revert', async () => {
    remember([standing]);
    remember([]);
    expect(await notice(off)).to.equal(false);
  });

  it('forgets after ten quiet minutes, and only then', async () => {
    remember([standing]);
    await notice(off);
    remember([off], put);
    await clock.advance(599_000);
    remember([standing]);
    expect(revert()).to.not.equal(undefined);
    await clock.advance(1_000);
    remember([standing]);
    expect(revert()).to.equal(undefined);
  });

  it('keeps who wrote over a gate for as long as it can not go on again', async () => {
    remember([standing]);
    await notice({ ...off, annotations: {} });
    await clock.advance(3_600_000);
    remember([off]);
    expect(revert()?.by.manager).to.equal('argocd-controller');
    remember([]);
    expect(revert(), 'no window wants it').to.equal(undefined);
  });

  it('knows of an Ingress that is made anew nothing', async () => {
    remember([standing]);
    expect(await notice({ ...off, uid: 'uid-new' })).to.equal(false);
    expect(server.requests).to.deep.equal([]);
  });

  it('counts a revert also when the API server does not say whose it was', async () => {
    server.answer = (exchange) => exchange.fail(503, 'ServiceUnavailable');
    remember([standing]);
    expect(await notice(off)).to.equal(true);
    expect(revert()?.by).to.deep.equal({ manager: undefined, isCertain: false });
  });
});
