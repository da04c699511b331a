import { expect } from 'chai';
import { annotations } from '../../../../src/api/names.ts';
import { KubeClient } from '../../../../src/kube/client.ts';
import { InClusterTransport } from '../../../../src/kube/in-cluster-transport.ts';
import type { Secret } from '../../../../src/kube/kinds.ts';
import { Store } from '../../../../src/kube/store.ts';
import type { Transport } from '../../../../src/kube/transport.ts';
import { KeyKeeper, keysOf } from '../../../../src/operator/fleet/key-keeper.ts';
import { FakeClock } from '../../kube/fake-clock.ts';
import { FakeServer, type Exchange } from '../../kube/fake-server.ts';
import { ServiceAccount } from '../../kube/service-account.ts';

const namespace = 'backsoon-system';
const name = 'backsoon-keys';
const hourMs = 3_600_000;

describe('operator: the keeper of the signing keys', () => {
  let account: ServiceAccount;
  let server: FakeServer;
  let transport: Transport;
  let secrets: Store<Secret>;
  let clock: FakeClock;
  let keeper: KeyKeeper;
  let version: number;

  /** The API server: takes what is applied, unless it is meant for another version than the one that stands. */
  const take = (exchange: Exchange): void => {
    const { metadata, ...rest } = JSON.parse(exchange.body) as Pick<Secret, 'metadata' | 'data'>;
    const { resourceVersion } = metadata;
    if (resourceVersion !== undefined && resourceVersion !== String(version))
      return exchange.fail(409, 'Conflict');
    version += 1;
    return exchange.json(200, {
      ...rest,
      metadata: { ...metadata, uid: 'u', resourceVersion: String(version) },
    });
  };

  beforeEach(async () => {
    version = 1;
    account = new ServiceAccount();
    server = await FakeServer.start(take);
    transport = new InClusterTransport({ server: server.url, directory: account.directory });
    secrets = new Store<Secret>();
    clock = new FakeClock();
    keeper = new KeyKeeper({
      client: new KubeClient(transport, { defaultTimeoutMs: 2000 }),
      world: { secrets },
      installNamespace: namespace,
      clock,
      rotationHours: 720,
      isListed: () => true,
    });
  });
  afterEach(async () => {
    await transport.close();
    await server.stop();
    account.remove();
  });

  const standing = (): Secret | undefined => secrets.find({ namespace, name });
  const ids = () => {
    const { current, previous, next } = keysOf(standing()) ?? {};
    return { current: current?.id, previous: previous?.id, next: next?.id };
  };

  it('makes a key, and writes down when', async () => {
    const wakeAt = await keeper.keep();
    expect(wakeAt).to.equal(undefined);
    expect(ids().current).to.match(/^[0-9a-f]{8}$/);
    expect(standing()?.metadata.annotations).to.deep.equal({
      [annotations.currentKeySince]: '2026-12-01T21:00:01Z',
    });
    expect(String(await keeper.keep()), 'when to look again').to.equal('2026-12-31T21:00:01Z');
    expect(server.requests, 'a second look writes nothing').to.have.lengthOf(1);
  });

  it('changes the key in two writes, each over what it has read', async () => {
    await keeper.keep();
    const { current: first } = ids();
    clock.wallAheadMs = 720 * hourMs;
    await keeper.keep();
    const { next } = ids();
    expect(ids()).to.include({ current: first, previous: undefined });
    await keeper.keep();
    expect(ids()).to.deep.equal({ current: next, previous: first, next: undefined });
    clock.wallAheadMs += 24 * hourMs;
    await keeper.keep();
    expect(ids()).to.deep.equal({ current: next, previous: undefined, next: undefined });
    const versions = server.requests.map(({ body }) => (JSON.parse(body) as Secret).metadata.resourceVersion);
    expect(versions).to.deep.equal([undefined, '2', '3', '4']);
  });

  it('writes nothing over keys of which it has not heard', async () => {
    await keeper.keep();
    const before = ids();
    version += 1;
    clock.wallAheadMs = 720 * hourMs;
    const failure: unknown = await keeper.keep().then(
      () => 'written',
      (error: unknown) => error,
    );
    expect(String(failure)).to.contain('Conflict');
    expect(ids()).to.deep.equal(before);
  });

  it('puts keys that somebody deleted back as responders still hold them', async () => {
    await keeper.keep();
    await keeper.keep();
    const before = standing()?.data;
    secrets.remove({ namespace, name });
    await keeper.keep();
    expect(standing()?.data).to.deep.equal(before);
  });

  it('replaces keys that can not be read', async () => {
    await keeper.keep();
    const secret = standing();
    if (secret === undefined) throw new Error('no Secret');
    secrets.upsert({
      ...secret,
      metadata: { ...secret.metadata, resourceVersion: '3' },
      data: { 'keys.json': 'e30=' },
    });
    version = 3;
    await keeper.keep();
    expect(ids().current).to.match(/^[0-9a-f]{8}$/);
  });
});
