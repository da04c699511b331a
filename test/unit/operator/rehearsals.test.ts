import { expect } from 'chai';
import type { GateKey } from '../../../src/api/ingress.ts';
import { gateKey } from '../../../src/api/ingress.ts';
import { KubeClient } from '../../../src/kube/client.ts';
import { InClusterTransport } from '../../../src/kube/in-cluster-transport.ts';
import type { Transport } from '../../../src/kube/transport.ts';
import type { Operation, Rehearsal, WantedGate } from '../../../src/operator/decide/plan.ts';
import { putOf } from '../../../src/operator/decide/plan.ts';
import { Rehearsals } from '../../../src/operator/rehearsals.ts';
import { anIngress, annotated, called, markedEditable } from '../builders/ingress.ts';
import { FakeClock } from '../kube/fake-clock.ts';
import { FakeServer } from '../kube/fake-server.ts';
import { ServiceAccount } from '../kube/service-account.ts';
import { until } from '../kube/until.ts';
import { accept, conflict } from './answers.ts';
import { planOf } from './decide/standing.ts';

const minute = 60_000;

function rehearsalOf(name: string, question = 'as it is', ingress = anIngress(called(name))): Rehearsal {
  const plan = planOf(ingress);
  const gate = gateKey('shop', name);
  const { uid } = ingress.metadata;
  return {
    gate,
    question,
    operations: [
      ...plan.objects.map((object) => ({ kind: 'ApplyGateObject' as const, object, gate })),
      putOf({ namespace: 'shop', name, uid }, plan),
    ],
  };
}

const off = (name: string): WantedGate => ({
  gate: gateKey('shop', name),
  uid: `uid-${name}`,
  on: false,
  annotations: {},
});

describe('operator: asking by dry runs', () => {
  let account: ServiceAccount;
  let server: FakeServer;
  let transport: Transport;
  let clock: FakeClock;
  let rehearsals: Rehearsals;
  let changes: number;
  let leave: AbortController;
  let running: Promise<void>;

  beforeEach(async () => {
    account = new ServiceAccount();
    server = await FakeServer.start((exchange) => accept(exchange));
    transport = new InClusterTransport({ server: server.url, directory: account.directory });
    clock = new FakeClock();
    changes = 0;
    leave = new AbortController();
    rehearsals = new Rehearsals({
      client: new KubeClient(transport, { defaultTimeoutMs: 2000 }),
      installNamespace: 'backsoon-system',
      clock,
      onChange: () => (changes += 1),
      onError: () => undefined,
    });
    running = rehearsals.run(leave.signal);
  });
  afterEach(async () => {
    leave.abort();
    await running;
    await transport.close();
    await server.stop();
    account.remove();
  });

  const consider = (...planned: readonly Rehearsal[]): void =>
    rehearsals.consider('shop', { rehearsals: planned, wanted: [] }, []);
  const told = async (times: number): Promise<void> => {
    await until(
      () => changes,
      (count) => count === times,
    );
  };
  const asked = (): readonly string[] =>
    server.requests.map(({ path }) => path.split('/').slice(-2).join('/'));
  const failures = (): Readonly<Record<string, string>> =>
    Object.fromEntries([...rehearsals.failures('shop')].map(([gate, { reason }]) => [gate, reason]));
  const isAnswered = (gate: GateKey, question = 'as it is'): boolean =>
    rehearsals.isAnswered('shop', gate, question);

  it('asks for exactly what would be written, and for nothing to be stored', async () => {
    consider(rehearsalOf('web'));
    expect(isAnswered('shop/web')).to.equal(false);
    await told(1);
    expect(isAnswered('shop/web')).to.equal(true);
    expect(failures()).to.deep.equal({});
    for (const { method, query } of server.requests) {
      expect(method).to.equal('PATCH');
      expect(query.get('dryRun')).to.equal('All');
      expect(query.get('fieldManager')).to.equal('backsoon-backsoon-system');
    }
    const gate = server.requests.find(({ path }) => path.includes('/ingresses/'));
    expect(gate?.query.get('force')).to.equal(null);
    expect(JSON.parse(gate?.body ?? '')).to.have.nested.property('metadata.annotations');
  });

  it('asks for an edit of a list that others keep as it would be made', async () => {
    const list = { 'traefik.ingress.kubernetes.io/router.middlewares': 'shop-auth@kubernetescrd' };
    consider(rehearsalOf('web', 'as it is', anIngress(markedEditable, annotated(list))));
    await told(1);
    const edit = server.requests.find(({ path }) => path.includes('/ingresses/'));
    expect(edit?.headers['content-type']).to.equal('application/json-patch+json');
    expect(edit?.query.get('dryRun')).to.equal('All');
    expect(failures()).to.deep.equal({});
  });

  it('asks about each gate, and about one object for all of them', async () => {
    consider(rehearsalOf('web'), rehearsalOf('api'), rehearsalOf('blog'));
    await told(1);
    expect(asked().filter((path) => path.startsWith('middlewares/'))).to.have.lengthOf(1);
    expect(asked()).to.include.members(['ingresses/web', 'ingresses/api', 'ingresses/blog']);
  });

  it('asks once, and again about what changed', async () => {
    consider(rehearsalOf('web'), rehearsalOf('api'));
    await told(1);
    const first = server.requests.length;
    consider(rehearsalOf('web'), rehearsalOf('api'));
    await clock.advance(60 * minute);
    expect(server.requests).to.have.lengthOf(first);
    consider(rehearsalOf('web', 'changed'), rehearsalOf('api'));
    await told(2);
    expect(
      asked()
        .slice(first)
        .filter((path) => path.startsWith('ingresses/')),
    ).to.deep.equal(['ingresses/web']);
  });

  it('loses no answer to what is decided meanwhile', async () => {
    server.answer = (exchange) => {
      consider(rehearsalOf('web'));
      accept(exchange);
    };
    consider(rehearsalOf('web'));
    await told(1);
    expect(isAnswered('shop/web')).to.equal(true);
    expect(asked()).to.have.lengthOf(2);
  });

  const refusals = [
    ['another field manager', conflict, 'Conflict'],
    ['a missing right', (exchange) => exchange.fail(403, 'Forbidden'), 'Forbidden'],
    ['an admission policy', (exchange) => exchange.fail(422, 'Invalid', { message: 'no' }), 'WriteFailed'],
    ['a webhook that is down', (exchange) => exchange.fail(500, 'InternalError'), 'WriteFailed'],
  ] satisfies readonly (readonly [string, FakeServer['answer'], string])[];
  for (const [title, answer, reason] of refusals) {
    it(`tells of ${title}`, async () => {
      server.answer = (exchange) =>
        exchange.path.endsWith('/ingresses/web') ? answer(exchange) : accept(exchange);
      consider(rehearsalOf('web'), rehearsalOf('api'));
      await told(1);
      expect(failures()).to.deep.equal({ 'shop/web': reason });
      expect(isAnswered('shop/web')).to.equal(true);
    });
  }

  it('tells each gate of an object that may not be written, and asks no more then', async () => {
    server.answer = (exchange) => exchange.fail(403, 'Forbidden', { message: 'middlewares is forbidden' });
    consider(rehearsalOf('web'), rehearsalOf('api'));
    await told(1);
    expect(failures()).to.deep.equal({ 'shop/web': 'Forbidden', 'shop/api': 'Forbidden' });
    expect(rehearsals.failures('shop').get('shop/api')?.message).to.include('Ingress shop/api');
    expect(server.requests).to.have.lengthOf(1);
  });

  it('asks again about a refusal after a minute, then later each time, and at once when it changed', async () => {
    server.answer = (exchange) => exchange.fail(403, 'Forbidden');
    consider(rehearsalOf('web'));
    await told(1);
    await clock.advance(minute - 1);
    expect(changes).to.equal(1);
    await clock.advance(1);
    await told(2);
    await clock.advance(2 * minute - 1);
    expect(changes).to.equal(2);
    await clock.advance(1);
    await told(3);
    consider(rehearsalOf('web', 'changed'));
    await told(4);
    server.answer = (exchange) => accept(exchange);
    consider(rehearsalOf('web', 'mended'));
    await told(5);
    expect(failures()).to.deep.equal({});
  });

  it('takes no answer for none, and asks again soon', async () => {
    server.answer = (exchange) => exchange.fail(503, 'ServiceUnavailable');
    consider(rehearsalOf('web'));
    await told(1);
    expect(isAnswered('shop/web')).to.equal(false);
    expect(failures()).to.deep.equal({});
    server.answer = (exchange) => accept(exchange);
    await clock.advance(1_000);
    await told(2);
    expect(isAnswered('shop/web')).to.equal(true);
  });

  it('keeps a refusal while the gate is wanted and off, and drops it when the gate goes on', async () => {
    server.answer = (exchange) => exchange.fail(403, 'Forbidden');
    consider(rehearsalOf('web'));
    await told(1);
    const wanted = [off('web')];
    rehearsals.consider('shop', { rehearsals: [], wanted }, []);
    expect(failures()).to.deep.equal({ 'shop/web': 'Forbidden' });
    const put = rehearsalOf('web').operations.filter(({ kind }) => kind === 'PutGate') as Operation[];
    rehearsals.consider('shop', { rehearsals: [], wanted }, put);
    expect(failures()).to.deep.equal({});
  });
});
