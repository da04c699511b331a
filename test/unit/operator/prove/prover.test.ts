import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import type { SigningKeys } from '../../../../src/access/keys.ts';
import { systemClock } from '../../../../src/kube/clock.ts';
import type { ProbeTarget } from '../../../../src/operator/decide/plan.ts';
import { operatorMetrics } from '../../../../src/operator/metrics.ts';
import type { ProverOptions } from '../../../../src/operator/prove/prover.ts';
import { Prover } from '../../../../src/operator/prove/prover.ts';
import { echoing, FakeIngress } from './fake-ingress.ts';
import { traefik } from '../../../../src/gates/traefik.ts';

const gate = 'shop/web';
const keys: SigningKeys = { current: { id: 'k1', key: Buffer.alloc(32, 1) } };

const target = (decision: 'open' | 'closed'): ProbeTarget => ({
  gate,
  class: { name: 'traefik', driver: 'traefik', trustedProxies: [], service: undefined },
  driver: traefik,
  hosts: [{ host: 'shop.example.com', tls: false, path: '/' }],
  addresses: [],
  expected: { gate: 'on', decision, revision: 'none' },
});

/** A prover that asks the one Pod of this ingress. */
const proverOf = (ingress: FakeIngress, change: Partial<ProverOptions>): Prover =>
  new Prover({
    addresses: { of: async () => ({ addresses: [ingress.at()] }) },
    keys: () => keys,
    ownAddresses: [],
    sighting: async () => 'unseen',
    settleSeconds: 0,
    clock: systemClock,
    now: () => systemClock.now(),
    metrics: operatorMetrics(),
    onChange: () => undefined,
    ...change,
  });

describe('operator: the time of the last proof', () => {
  const metrics = operatorMetrics();
  const stop = new AbortController();
  let ingress: FakeIngress;
  let prover: Prover;
  let running: Promise<void>;

  before(async () => {
    ingress = await FakeIngress.start((request, response) =>
      echoing({ gate, keys, now: systemClock.now() })(request, response),
    );
    prover = proverOf(ingress, { metrics });
    running = prover.run(stop.signal);
  });
  after(async () => {
    stop.abort();
    await running;
    await ingress.stop();
  });

  const series = async (): Promise<readonly (readonly [unknown, number])[]> => {
    const metric = await metrics.registry.getSingleMetric('backsoon_last_proof_timestamp_seconds')?.get();
    return (metric?.values ?? []).map(({ labels, value }) => [labels['gate'], value]);
  };
  const answered = async (): Promise<void> => {
    const deadline = performance.now() + 10_000;
    while (prover.proofs.get(gate) === undefined) {
      if (performance.now() > deadline) throw new Error(`no proof; ${ingress.requests.length} requests came`);
      await pause(5);
    }
  };

  it('is told of a gate that answers as it should, and goes with the gate', async () => {
    const before = Date.now() / 1000;
    prover.watch('shop', [target('closed')]);
    await answered();
    const [[name, at] = [undefined, 0]] = await series();
    expect(name).to.equal(gate);
    expect(at).to.be.within(before, Date.now() / 1000);
    prover.watch('shop', []);
    expect(await series()).to.deep.equal([]);
  });

  it('is not told of a gate that answers otherwise', async () => {
    prover.watch('shop', [target('open')]);
    await answered();
    expect(prover.proofs.get(gate)).to.include({ verdict: 'Proven', decision: 'closed' });
    expect(await series()).to.deep.equal([]);
  });
});

describe('operator: gates that are asked again and again', () => {
  const namesOf = (count: number): readonly string[] =>
    Array.from({ length: count }, (_, index) => `g${index}`);
  const targetCalled = (name: string, expected: ProbeTarget['expected']): ProbeTarget => ({
    ...target('closed'),
    gate: `shop/${name}`,
    hosts: [{ host: `${name}.example.com`, tls: false, path: '/' }],
    expected,
  });
  const closedBy = (revision: string): ProbeTarget['expected'] => ({
    gate: 'on',
    decision: 'closed',
    revision,
  });
  const stop = new AbortController();
  const told: string[] = [];
  let revision = 'none';
  let isGated = true;
  let ingress: FakeIngress;
  let prover: Prover;
  let running: Promise<void>;

  before(async () => {
    ingress = await FakeIngress.start((request, response) => {
      const name = (request.headers.host ?? '').split('.')[0];
      if (!isGated) return void response.writeHead(200, { 'content-length': 0 }).end();
      echoing({ gate: `shop/${name}`, keys, now: systemClock.now(), revision })(request, response);
    });
    prover = proverOf(ingress, { onChange: (namespace) => told.push(namespace) });
    running = prover.run(stop.signal);
  });
  after(async () => {
    stop.abort();
    await running;
    await ingress.stop();
  });

  const becomes = async (what: string, isSo: () => boolean): Promise<void> => {
    const deadline = performance.now() + 20_000;
    while (!isSo()) {
      if (performance.now() > deadline) throw new Error(`not ${what}: ${JSON.stringify([...prover.proofs])}`);
      await pause(5);
    }
  };
  const all = (count: number, isSo: (name: string) => boolean): boolean => namesOf(count).every(isSo);
  const proofOf = (name: string) => prover.proofs.get(`shop/${name}`);

  it('tell of themselves together, by few connections', async () => {
    const count = 300;
    prover.watch(
      'shop',
      namesOf(count).map((name) => targetCalled(name, closedBy('none'))),
    );
    await becomes('all proven', () => all(count, (name) => proofOf(name)?.verdict === 'Proven'));
    await becomes('told', () => told.length > 0);
    expect(told.length).to.be.lessThan(count / 10);
    expect(new Set(told)).to.deep.equal(new Set(['shop']));
    expect(ingress.connections).to.be.lessThan(count / 3);
    prover.watch('shop', []);
    expect(prover.proofs.size).to.equal(0);
  });

  it('are asked at once when their policies change, until the responder follows', async () => {
    prover.watch('shop', [targetCalled('web', closedBy('none'))]);
    await becomes('proven', () => proofOf('web')?.revision === 'none');
    const asked = ingress.requests.length;
    prover.watch('shop', [targetCalled('web', closedBy('0123456789abcdef'))]);
    await becomes('asked more than once', () => ingress.requests.length > asked + 1);
    expect(proofOf('web')?.revision, 'what the responder says').to.equal('none');
    revision = '0123456789abcdef';
    await becomes('proven anew', () => proofOf('web')?.revision === revision);
  });

  it('are asked anew when they should be gone: what was seen before counts no more', async () => {
    const later = targetCalled('web', { gate: 'gone' });
    prover.watch('shop', [later]);
    expect(proofOf('web')).to.equal(undefined);
    await becomes('known to stand', () => proofOf('web')?.verdict === 'Proven');
    isGated = false;
    await becomes('gone', () => proofOf('web')?.verdict === 'Gone');
    prover.watch('shop', [targetCalled('web', closedBy(revision))]);
    expect(proofOf('web')).to.equal(undefined);
    await becomes('missing', () => proofOf('web')?.reason === 'SiteAnswers');
    expect(proofOf('web')?.verdict, 'while its controller may not have read the annotation').to.equal(
      'Unproven',
    );
  });
});

describe('operator: a gate that was off a moment ago', () => {
  const stop = new AbortController();
  let ingress: FakeIngress;
  let prover: Prover;
  let running: Promise<void>;

  before(async () => {
    ingress = await FakeIngress.start((request, response) =>
      echoing({ gate, keys, now: systemClock.now() })(request, response),
    );
    prover = proverOf(ingress, { settleSeconds: 1 });
    running = prover.run(stop.signal);
  });
  after(async () => {
    stop.abort();
    await running;
    await ingress.stop();
  });

  const verdictBecomes = async (...wanted: readonly string[]): Promise<void> => {
    const deadline = performance.now() + 10_000;
    while (!wanted.includes(prover.proofs.get(gate)?.verdict ?? '')) {
      if (performance.now() > deadline) throw new Error(`still ${prover.proofs.get(gate)?.verdict}`);
      await pause(5);
    }
  };

  it('is not proven by an answer until its controller has had time to load it again', async () => {
    prover.watch('shop', [target('closed')]);
    await verdictBecomes('Proven');
    prover.watch('shop', []);
    const on = performance.now();
    prover.watch('shop', [target('closed')]);
    await verdictBecomes('Unproven', 'Proven');
    expect(prover.proofs.get(gate)).to.include({ verdict: 'Unproven', reason: 'Settling' });
    await verdictBecomes('Proven');
    expect(performance.now() - on, 'milliseconds of doubt').to.be.at.least(1_000);
  });
});
