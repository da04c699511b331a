import { expect } from 'chai';
import { KubeClient } from '../../../src/kube/client.ts';
import { InClusterTransport } from '../../../src/kube/in-cluster-transport.ts';
import type { Transport } from '../../../src/kube/transport.ts';
import { OtherInstall, refuseBesideOthers } from '../../../src/operator/other-installs.ts';
import { FakeServer } from '../kube/fake-server.ts';
import { ServiceAccount } from '../kube/service-account.ts';

const gateOf = (install: string, name: string) => ({
  metadata: { namespace: 'shop', name, uid: name, labels: { 'backsoon.dev/install': install } },
});

describe('operator: beside another install', () => {
  let account: ServiceAccount;
  let server: FakeServer;
  let transport: Transport;

  beforeEach(async () => {
    account = new ServiceAccount();
    server = await FakeServer.start((exchange) => exchange.fail(404, 'NotFound'));
    transport = new InClusterTransport({ server: server.url, directory: account.directory });
  });
  afterEach(async () => {
    await transport.close();
    await server.stop();
    account.remove();
  });

  const listing = (...items: readonly object[]): void => {
    server.answer = (exchange) =>
      exchange.json(200, { kind: 'List', metadata: { resourceVersion: '7' }, items });
  };
  const start = async (): Promise<unknown> =>
    refuseBesideOthers(new KubeClient(transport), 'backsoon-system', ['Middleware']).catch(
      (error: unknown) => error,
    );

  it('starts where there are no gates of another one', async () => {
    listing();
    expect(await start()).to.equal(undefined);
    expect(server.requests[0]?.query.get('labelSelector')).to.equal(
      'backsoon.dev/install,backsoon.dev/install!=backsoon-system',
    );
  });

  it('starts where there can be none: Traefik’s CRDs are missing', async () => {
    expect(await start()).to.equal(undefined);
  });

  it('does not start beside another one’s gates, and says how to be rid of them', async () => {
    listing(gateOf('blue', 'backsoon-web'), gateOf('green', 'backsoon-api'));
    const refusal = await start();
    expect(refusal).to.be.instanceOf(OtherInstall);
    const { message } = refusal as OtherInstall;
    expect(message).to.include('shop/backsoon-web').and.to.include('blue, green');
    expect(message).to.include('kubectl delete middlewares.traefik.io -A -l backsoon.dev/install=blue');
  });

  it('does not start when it can not tell', async () => {
    server.answer = (exchange) => exchange.fail(503, 'ServiceUnavailable');
    expect(await start())
      .to.be.instanceOf(Error)
      .and.to.not.be.instanceOf(OtherInstall);
  });
});
