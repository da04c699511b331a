import { expect } from 'chai';
import { encodeKeys } from '../../../src/access/keys.ts';
import { dataKeys, names } from '../../../src/api/names.ts';
import { encodeNetwork, encodePolicy } from '../../../src/policy/encode.ts';
import { at, buildPolicy, network } from '../policy/build.ts';
import { type Answered, eventually, keys, RunningResponder } from './running-responder.ts';

const closedAt = at('2026-12-01T22:00:00Z');
const stranger = { 'x-forwarded-for': '198.51.100.10' };
const { revision } = encodePolicy(buildPolicy());

const is =
  (status: number) =>
  (answer: Answered): boolean =>
    answer.status === status;

describe('a responder and its policies', function () {
  this.timeout(30_000);

  let running: RunningResponder;
  const begin = async (prepare: (server: RunningResponder['server']) => void): Promise<void> => {
    running = await RunningResponder.start(closedAt, prepare);
  };
  const ready = async (): Promise<Answered> => eventually(async () => running.admin('/readyz'), is(200));
  const ask = async (): Promise<Answered> => running.gate({ headers: stranger });

  afterEach(async () => running.stop());

  it('admits nobody and is not ready before it has loaded them', async () => {
    await begin((server) => (server.holdsLists = true));
    expect(await ask()).to.include({ status: 503, body: '' });
    expect(await running.gate({ path: '/gate/forward/any/thing' })).to.include({ status: 503 });
    expect(await running.admin('/readyz')).to.include({ status: 503, body: 'policies not loaded\n' });
    expect(await running.admin('/healthz')).to.include({ status: 200 });
    expect(await running.status()).to.include({ loaded: false, network: null });
    running.server.releaseLists();
    await ready();
    expect(await ask()).to.include({ status: 200 });
  });

  it('asks only for ConfigMaps of its namespace by label, and writes nothing', async () => {
    await begin(() => undefined);
    await ready();
    for (const { method, path, query } of running.server.requests) {
      expect(method).to.equal('GET');
      expect(path).to.equal('/api/v1/namespaces/backsoon-system/configmaps');
      expect(query.get('labelSelector')).to.equal('backsoon.dev/role in (policy,network)');
    }
  });

  it('obeys new, changed and deleted ones', async () => {
    await begin((server) => server.putNetwork(network));
    await ready();
    expect(await ask()).to.include({ status: 200 });
    running.server.putPolicy(buildPolicy());
    await eventually(ask, is(503));
    expect((await running.status()).policies).to.deep.equal({ 'uid-upgrade': revision });
    running.server.putPolicy(buildPolicy({ occurrences: [] }));
    await eventually(ask, is(200));
    running.server.putPolicy(buildPolicy());
    await eventually(ask, is(503));
    running.server.remove(names.policy('uid-upgrade'));
    await eventually(ask, is(200));
    expect((await running.status()).policies).to.deep.equal({});
  });

  it('reports the revision of the network settings, and obeys changed ones', async () => {
    await begin((server) => {
      server.putNetwork(network);
      server.putPolicy(buildPolicy());
    });
    await ready();
    expect((await running.status()).network).to.equal(encodeNetwork(network).revision);
    const colleagueBehindProxy = async (): Promise<Answered> =>
      running.gate({ headers: { 'x-forwarded-for': '203.0.113.7, 198.51.100.77', via: '1.1 squid' } });
    expect(await colleagueBehindProxy()).to.include({ status: 503 });
    const traefik = {
      addressHeader: 'x-forwarded-for',
      trustedProxies: ['198.51.100.77/32'],
      sees: network.classes['traefik']!.sees,
    } as const;
    running.server.putNetwork({ ...network, classes: { traefik } });
    await eventually(colleagueBehindProxy, is(200));
  });

  const bad: readonly (readonly [string, string, Record<string, string>])[] = [
    ['no JSON', names.policy('uid-upgrade'), { [dataKeys.policy]: '{' }],
    ['no data', names.policy('uid-upgrade'), {}],
    [
      'another schema',
      names.policy('uid-upgrade'),
      { [dataKeys.policy]: JSON.stringify({ ...buildPolicy(), schema: 9 }) },
    ],
    [
      'another window',
      names.policy('uid-upgrade'),
      { [dataKeys.policy]: encodePolicy(buildPolicy({ name: 'b', occurrences: [] })).json },
    ],
  ];
  for (const [what, name, data] of bad) {
    it(`stays on the last good one when a policy turns to ${what}`, async () => {
      await begin((server) => server.putPolicy(buildPolicy()));
      await ready();
      running.server.put(name, data);
      // What comes later on the same watch shows that the bad one has been read.
      running.server.putPolicy(buildPolicy({ name: 'later', ingresses: ['api'] }));
      await eventually(
        async () => running.status(),
        ({ policies }) => 'uid-later' in policies,
      );
      expect((await running.status()).policies).to.include({ 'uid-upgrade': revision });
      expect(await ask()).to.include({ status: 503 });
      expect((await running.admin('/metrics')).body).to.include('backsoon_bad_policies_total 1');
      expect(running.log.join('')).to.include(name);
    });
  }

  for (const [what, name, data] of bad) {
    it(`admits nobody and is not ready when it starts beside a policy that is ${what}`, async () => {
      await begin((server) => {
        server.put(name, data);
        server.putPolicy(buildPolicy({ name: 'later', ingresses: ['api'] }));
      });
      const { body } = await eventually(
        async () => running.admin('/readyz'),
        (answer) => answer.body.includes(name),
      );
      expect(body).to.equal(`policies not loaded: ConfigMap ${name} can not be read; the log says why\n`);
      expect(await ask()).to.include({ status: 503, body: '' });
      expect(await running.status()).to.deep.include({ loaded: false, policies: {} });
      running.server.putPolicy(buildPolicy());
      await ready();
      expect((await running.status()).policies).to.include({ 'uid-upgrade': revision });
      expect(await ask()).to.include({ status: 503 });
      expect((await ask()).body).not.to.equal('');
    });
  }

  it('loads the others once a policy that it can not read is gone', async () => {
    await begin((server) => server.put(names.policy('uid-upgrade'), {}));
    await eventually(
      async () => running.admin('/readyz'),
      ({ body }) => body.includes('uid-upgrade'),
    );
    running.server.remove(names.policy('uid-upgrade'));
    await ready();
    expect(await ask()).to.include({ status: 200 });
  });

  it('goes on with the others when a new policy can not be read, and does not list it', async () => {
    await begin((server) => server.putPolicy(buildPolicy()));
    await ready();
    running.server.put(names.policy('uid-new'), { [dataKeys.policy]: '{' });
    await eventually(
      async () => running.log.join(''),
      (log) => log.includes('uid-new'),
    );
    expect(await running.admin('/readyz')).to.include({ status: 200 });
    expect((await running.status()).policies).to.deep.equal({ 'uid-upgrade': revision });
    expect(await ask()).to.include({ status: 503 });
  });

  it('goes on with what it has when the API server is gone', async () => {
    await begin((server) => server.putPolicy(buildPolicy()));
    await ready();
    await running.server.stop();
    await eventually(
      async () => running.log.join(''),
      (log) => log.includes('going on with those that are loaded'),
    );
    expect(await ask()).to.include({ status: 503 });
    expect(await running.admin('/readyz')).to.include({ status: 200 });
  });

  it('follows the keys as they change, and stays on the last good ones', async () => {
    await begin(() => undefined);
    expect((await running.status()).keys).to.deep.equal(['k1']);
    running.writeKeys(encodeKeys({ ...keys, next: { id: 'k2', key: Buffer.alloc(32, 2) } }));
    await eventually(
      async () => running.status(),
      (status) => status.keys.join() === 'k1,k2',
    );
    running.writeKeys('{');
    await eventually(
      async () => running.log.join(''),
      (log) => log.includes('keys not loaded'),
    );
    expect((await running.status()).keys).to.deep.equal(['k1', 'k2']);
    running.writeKeys(encodeKeys(keys));
    await eventually(
      async () => running.status(),
      (status) => status.keys.join() === 'k1',
    );
    // Once for each new set of keys, however often the file was read.
    expect(running.log.filter((line) => line.includes('keys loaded'))).to.have.length(3);
  });
});
