import { Agent } from 'node:http';
import { expect } from 'chai';
import { encodePolicy } from '../../../src/policy/encode.ts';
import { at, buildPolicy, network, otherToken, token } from '../policy/build.ts';
import { eventually, RunningResponder } from './running-responder.ts';

const closedAt = at('2026-12-01T22:00:00Z');
const stranger = { 'x-forwarded-for': '198.51.100.10', 'x-forwarded-host': 'shop.example.com' };

describe('metrics', function () {
  this.timeout(30_000);

  let running: RunningResponder;
  /** The value of each series by `name{labels}`. */
  const series = async (): Promise<Map<string, number>> => {
    const { body } = await running.admin('/metrics');
    const lines = body.split('\n').filter((line) => line.startsWith('backsoon_'));
    return new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
    );
  };

  beforeEach(async () => {
    running = await RunningResponder.start(closedAt, (server) => {
      server.putNetwork(network);
      server.putPolicy(buildPolicy());
    });
    await running.isReady();
  });
  afterEach(async () => running.stop());

  it('count credentials that were good for nothing, by window and kind, and exchanges', async () => {
    await running.gate({ headers: { ...stranger, 'backsoon-token': otherToken } });
    await running.gate({ headers: { ...stranger, 'backsoon-exchange': otherToken } });
    await running.gate({ headers: { ...stranger, 'backsoon-exchange': token } });
    const name = (await running.gate({ headers: { ...stranger, 'backsoon-exchange': token } })).headers[
      'set-cookie'
    ]?.[0]?.split('=')[0];
    await running.gate({ headers: { ...stranger, cookie: `${name}=v1.k1.9.ops.x` } });
    const seen = await series();
    const refused = (kind: string): number | undefined =>
      seen.get(`backsoon_refused_credentials_total{window="shop/upgrade",kind="${kind}"}`);
    expect([refused('token'), refused('cookie'), refused('exchange')]).to.deep.equal([1, 1, 1]);
    expect(seen.get('backsoon_exchanges_total{window="shop/upgrade"}')).to.equal(2);
    expect(
      seen.get('backsoon_gate_decisions_total{window="shop/upgrade",outcome="exchange",pass=""}'),
    ).to.equal(3);
  });

  it('count each answer of a gate in the histogram', async () => {
    for (let request = 0; request < 5; request++) await running.gate({ headers: stranger });
    await running.gate({ path: '/gate/forward/shop/free' });
    await running.gate({ path: '/elsewhere' });
    const seen = await series();
    expect(seen.get('backsoon_gate_answer_seconds_count')).to.equal(6);
    expect(seen.get('backsoon_gate_answer_seconds_bucket{le="+Inf"}')).to.equal(6);
    expect(seen.get('backsoon_gate_answer_seconds_sum')).to.be.within(1e-6, 1);
  });

  it('tell since when each policy is in force', async () => {
    const since = 'backsoon_policy_in_force_since_timestamp_seconds{window="shop/upgrade"}';
    expect((await series()).get(since)).to.equal(closedAt / 1000);
    running.nowMs += 5_000;
    await running.enforce(buildPolicy({ name: 'other' }));
    expect((await series()).get(since), 'another window changed').to.equal(closedAt / 1000);
    running.nowMs += 5_000;
    const changed = buildPolicy({ page: { title: 'Longer' } });
    await running.enforce(changed);
    const seen = await series();
    expect(seen.get(since), 'it changed itself').to.equal(closedAt / 1000 + 10);
    const { revision } = encodePolicy(changed);
    expect(
      [...seen.keys()].filter((key) => key.startsWith('backsoon_policy_info{window="shop/upgrade"')),
    ).to.deep.equal([`backsoon_policy_info{window="shop/upgrade",revision="${revision}"}`]);
  });

  it('forget a window that is gone, and nothing else', async () => {
    await running.enforce(buildPolicy({ name: 'other', ingresses: ['api'] }));
    await running.gate({ headers: stranger });
    await running.gate({
      path: '/gate/forward/shop/api',
      headers: { ...stranger, 'backsoon-exchange': 'x' },
    });
    const of = async (window: string): Promise<string[]> =>
      [...(await series()).keys()].filter((key) => key.includes(`window="${window}"`));
    expect(await of('shop/other')).to.have.length(4);
    const before = await of('shop/upgrade');
    running.server.remove('backsoon-policy-uid-other');
    await eventually(
      async () => of('shop/other'),
      (left) => left.length === 0,
    );
    expect(await of('shop/upgrade')).to.deep.equal(before);
  });

  it('have no label that a visitor chooses: any number of strange requests adds no series', async () => {
    const strange = async (index: number): Promise<void> => {
      await running.gate({
        path: `/gate/forward/shop/free-${index}`,
        headers: {
          'x-forwarded-for': `198.51.100.${index % 250}`,
          'x-forwarded-host': `h${index}.example`,
          'x-forwarded-method': `M${index}`,
          'x-forwarded-uri': `/p${index}`,
          'user-agent': `agent ${index}`,
          'accept-language': `x-${index}`,
        },
      });
      await running.gate({
        headers: {
          'x-forwarded-for': `odd ${index}`,
          'x-forwarded-method': `M${index}`,
          'backsoon-exchange': `${index}`,
        },
      });
    };
    await strange(0);
    const before = (await series()).size;
    for (let index = 1; index < 50; index++) await strange(index);
    const after = await series();
    expect(after.size).to.equal(before);
    expect(after.get('backsoon_orphan_gates')).to.equal(50);
    expect(after.get('backsoon_gate_decisions_total{window="",outcome="orphan",pass=""}')).to.equal(50);
  });

  it('count connections, probes apart from visitors, and findings by reason', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 3 });
    const headers = { 'x-forwarded-for': '203.0.113.99', via: '1.1 squid' };
    await Promise.all(Array.from({ length: 250 }, async () => running.gate({ agent, headers })));
    const seen = await series();
    agent.destroy();
    expect(seen.get('backsoon_gate_connections')).to.equal(3);
    expect(seen.get('backsoon_probes_total')).to.equal(0);
    expect(seen.get('backsoon_unknown_client_addresses_total{reason="UnknownProxy"}')).to.equal(250);
    expect(seen.get('backsoon_address_findings{reason="UnknownProxy"}')).to.equal(1);
    await eventually(
      async () => (await series()).get('backsoon_gate_connections'),
      (open) => open === 0,
    );
  });
});
