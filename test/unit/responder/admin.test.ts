import { expect } from 'chai';
import { at, buildPolicy, network, token } from '../policy/build.ts';
import { ask, eventually, RunningResponder } from './running-responder.ts';

const closedAt = at('2026-12-01T22:00:00Z');

describe('admin port', function () {
  this.timeout(30_000);

  let running: RunningResponder;

  before(async () => {
    running = await RunningResponder.start(closedAt, (server) => {
      server.putNetwork(network);
      server.putPolicy(buildPolicy());
    });
    await eventually(
      async () => running.admin('/readyz'),
      ({ status }) => status === 200,
    );
  });

  after(async () => running.stop());

  it('tells the operator who it is and what it has', async () => {
    expect(await running.status()).to.deep.include({
      version: '0.0.0',
      replica: 'backsoon-responder-1',
      now: '2026-12-01T22:00:00Z',
      loaded: true,
      keys: ['k1'],
      findings: [],
    });
  });

  it('counts decisions by window, outcome and pass, and unknown addresses by reason', async () => {
    await running.gate({ headers: { 'x-forwarded-for': '203.0.113.7' } });
    await running.gate({ headers: { 'backsoon-token': token } });
    await running.gate({ headers: { 'x-forwarded-for': '198.51.100.1' } });
    await running.gate({ path: '/gate/forward/shop/free' });
    const { body } = await running.admin('/metrics');
    for (const line of [
      'backsoon_gate_decisions_total{window="shop/upgrade",outcome="pass",pass="address"} 1',
      'backsoon_gate_decisions_total{window="shop/upgrade",outcome="pass",pass="token"} 1',
      'backsoon_gate_decisions_total{window="shop/upgrade",outcome="refuse",pass=""} 1',
      'backsoon_gate_decisions_total{window="",outcome="orphan",pass=""} 1',
      'backsoon_unknown_client_addresses_total{reason="Missing"} 1',
    ]) {
      expect(body).to.include(line);
    }
    expect(body).to.match(/backsoon_policy_info\{window="shop\/upgrade",revision="[0-9a-f]{16}"\} 1/);
  });

  it('is Prometheus text, every family with its help and type', async () => {
    const { headers, body } = await running.admin('/metrics');
    expect(headers['content-type']).to.equal('text/plain; version=0.0.4; charset=utf-8');
    const families = [...body.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name);
    expect(new Set(families).size).to.equal(families.length);
    expect(families).to.include.members(['backsoon_gate_decisions_total', 'backsoon_gate_answer_seconds']);
    for (const line of body.split('\n')) {
      expect(line).to.match(
        /^$|^# (?:HELP|TYPE) |^[a-zA-Z_:][\w:]*(?:\{(?:\w+="[^"]*",?)*\})? (?:Nan|[-+]Inf|[-+.\de]+)$/,
      );
    }
  });

  it('names an unknown proxy that stands for nearly all clients', async () => {
    running.nowMs += 10 * 60_000;
    const headers = { 'x-forwarded-for': '203.0.113.99', via: '1.1 squid' };
    await Promise.all(Array.from({ length: 250 }, async () => running.gate({ headers })));
    expect((await running.status()).findings).to.deep.equal([
      {
        gate: 'shop/web',
        reason: 'UnknownProxy',
        address: '203.0.113.99',
        sign: 'via',
        requests: 250,
        total: 250,
      },
    ]);
  });

  it('answers other paths with 404 and other methods with 405', async () => {
    expect(await running.admin('/gate/forward/shop/web')).to.include({ status: 404 });
    expect(await ask(running.adminPort, { path: '/status', method: 'POST' })).to.include({ status: 405 });
  });
});
