import { expect } from 'chai';
import { at, buildPolicy, network } from '../policy/build.ts';
import { eventually, RunningResponder } from './running-responder.ts';

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

    const classes = Object.fromEntries(
      Object.entries(network.classes).map(([name, settings]) => [
        name,
        { ...settings, trustedProxies: [...settings.trustedProxies, proxy] },
      ]),
    );
    running.server.putNetwork({ ...network, classes });
    await eventually(
      async () => running.status(),
      (status) => status.network !== before.network,
    );
    expect(await reasons(), 'after the proxy was named').to.deep.equal([]);
  });
});
