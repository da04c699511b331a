import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import type { SigningKeys } from '../../../../src/access/keys.ts';
import { systemClock } from '../../../../src/kube/clock.ts';
import type { ProbeTarget } from '../../../../src/operator/decide/plan.ts';
import { operatorMetrics } from '../../../../src/operator/metrics.ts';
import { Prover } from '../../../../src/operator/prove/prover.ts';
import { echoing, FakeIngress } from './fake-ingress.ts';

const gate = 'shop/web';
const keys: SigningKeys = { current: { id: 'k1', key: Buffer.alloc(32, 1) } };

const target = (decision: 'open' | 'closed'): ProbeTarget => ({
  gate,
  class: { name: 'traefik', driver: 'traefik', trustedProxies: [], service: undefined },
  hosts: [{ host: 'shop.example.com', tls: false, path: '/' }],
  addresses: [],
  expected: { gate: 'on', decision, revision: 'none' },
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
    prover = new Prover({
      addresses: { of: async () => ({ addresses: [ingress.at()] }) },
      keys: () => keys,
      ownAddresses: [],
      clock: systemClock,
      metrics,
      onChange: () => undefined,
    });
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
