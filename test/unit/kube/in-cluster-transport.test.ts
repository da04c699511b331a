import { expect } from 'chai';
import { inClusterServer, InClusterTransport } from '../../../src/kube/in-cluster-transport.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeServer } from './fake-server.ts';
import { ServiceAccount } from './service-account.ts';
import { describeTransport } from './transport.contract.ts';

describe('InClusterTransport', () => {
  describeTransport(() => {
    const account = new ServiceAccount();
    return {
      create: (server) => new InClusterTransport({ server, directory: account.directory }),
      setToken: (token) => account.setToken(token),
      setAuthority: (authority) => account.setAuthority(authority),
      remove: () => account.remove(),
    };
  });

  it('reads the token again after a minute, not sooner, without any 401', async () => {
    const account = new ServiceAccount();
    const clock = new FakeClock();
    const server = await FakeServer.start((exchange) => exchange.json(200, {}));
    const transport = new InClusterTransport({ server: server.url, directory: account.directory, clock });
    const signal = new AbortController().signal;
    const call = async (): Promise<string> =>
      (await transport.request({ method: 'GET', path: '/version', signal })).text();
    try {
      await call();
      account.setToken('token-2');
      clock.freeze(59_999);
      await call();
      clock.freeze(1);
      await call();
      expect(server.requests.map(({ headers }) => headers.authorization)).to.deep.equal([
        'Bearer token-1',
        'Bearer token-1',
        'Bearer token-2',
      ]);
    } finally {
      await transport.close();
      await server.stop();
      account.remove();
    }
  });
});

describe('inClusterServer', () => {
  it('is what the kubelet puts into the environment', () => {
    const environment = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };
    expect(inClusterServer(environment)).to.equal('https://10.96.0.1:443');
  });

  it('brackets an IPv6 address', () => {
    const environment = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
    expect(inClusterServer(environment)).to.equal('https://[fd00::1]:443');
  });

  it('says so outside a cluster', () => {
    expect(() => inClusterServer({})).to.throw('not in a cluster');
  });
});
