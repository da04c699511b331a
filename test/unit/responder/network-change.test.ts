import { expect } from 'chai';
import { at, buildPolicy, network } from '../policy/build.ts';
import { type Answered, eventually, RunningResponder } from './running-responder.ts';

const proxy = '203.0.113.99';

describe('a change of the network settings', function () {
  this.timeout(30_000);

  let running: RunningResponder;

  before(async () => {
    running = await RunningResponder.start(at('2026-12-01T22:00:00Z'), (server) => {
      server.putNetwork(network);
      server.putPolicy(buildPolicy());
    });
    await eventually(
      async () => running.admin('/readyz'),
      ({ status }) => status === 200,
    );
    const headers = { 'x-forwarded-for': proxy, via: '1.1 squid' };
    await Promise.all(Array.from({ length: 250 }, async () => running.gate({ headers })));
  });

  after(async () => running.stop());

  it('withdraws what was found under the old ones, and nothing else does', async () => {
    const reasons = async (): Promise<string[]> =>
      (await running.status()).findings.map(({ reason }) => reason);
    expect(await reasons()).to.deep.equal(['UnknownProxy']);

    const before = await running.status();
    running.server.putPolicy(buildPolicy({ access: { addresses: ['198.51.100.0/24'] } }));
    await eventually(
      async () => running.status(),
      ({ policies }) => JSON.stringify(policies) !== JSON.stringify(before.policies),
    );
    expect(await reasons(), 'after a change of a window').to.deep.equal(['UnknownProxy']);

    running.server.putNetwork({ ...network, clusterCIDRs: [...network.clusterCIDRs, '172.30.0.9/32'] });
    const joined = await eventually(
      async () => running.status(),
      (status) => status.network !== before.network,
    );
    expect(await reasons(), 'after a Node joined').to.deep.equal(['UnknownProxy']);

    const classes = Object.fromEntries(
      Object.entries(network.classes).map(([name, settings]) => [
        name,
        { ...settings, trustedProxies: [...settings.trustedProxies, proxy] },
      ]),
    );
    running.server.putNetwork({ ...network, classes });
    await eventually(
      async () => running.status(),
      (status) => status.network !== joined.network,
    );
    expect(await reasons(), 'after the proxy was named').to.deep.equal([]);
  });

  it('does not let a proxy in again that was found to be shared', async () => {
    const shared = '203.0.113.50';
    const come = async (index: number): Promise<Answered> =>
      running.gate({ headers: { 'x-forwarded-for': shared, 'user-agent': `browser ${index}` } });
    running.server.putPolicy(buildPolicy());
    await eventually(
      async () => come(0),
      ({ status }) => status === 200,
    );
    for (let index = 1; index <= 20; index += 1) await come(index);
    expect(await come(1), 'before').to.include({ status: 503 });
    const { network: before } = await running.status();
    running.server.putNetwork({ ...network, clusterCIDRs: ['10.244.0.0/16', '172.30.0.10/32'] });
    await eventually(
      async () => running.status(),
      (status) => status.network !== before,
    );
    expect(await come(2), 'after a Node joined').to.include({ status: 503 });
  });
});
