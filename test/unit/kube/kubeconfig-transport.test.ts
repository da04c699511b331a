import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { KubeconfigTransport } from '../../../src/kube/kubeconfig-transport.ts';
import { ServiceAccount } from './service-account.ts';
import { describeTransport } from './transport.contract.ts';

const kubeconfig = (server: string, token: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    clusters: [{ name: 'c', cluster: { server, 'certificate-authority': 'ca.crt' } }],
    users: [{ name: 'u', user: { token } }],
    contexts: [
      { name: 'here', context: { cluster: 'c', user: 'u', namespace: 'shop' } },
      { name: 'broken', context: { cluster: 'missing', user: 'u' } },
    ],
  });

/** A kubeconfig next to its authority's certificate. */
class Home {
  readonly account = new ServiceAccount();
  readonly file = join(this.account.directory, 'config');
  #server = 'https://127.0.0.1:1';

  write(server: string, token: string): void {
    this.#server = server;
    writeFileSync(this.file, kubeconfig(server, token));
  }

  setToken(token: string): void {
    this.write(this.#server, token);
  }
}

describe('KubeconfigTransport', () => {
  describeTransport(() => {
    const home = new Home();
    return {
      create: (server) => {
        home.write(server, 'token-1');
        return new KubeconfigTransport({ file: home.file });
      },
      setToken: (token) => home.setToken(token),
      setAuthority: (authority) => home.account.setAuthority(authority),
      remove: () => home.account.remove(),
    };
  });

  const home = new Home();
  before(() => home.write('https://127.0.0.1:1/k8s/clusters/c-1', 'token-1'));
  after(() => home.account.remove());

  it('knows the namespace of its context', () => {
    expect(new KubeconfigTransport({ file: home.file }).namespace).to.equal('shop');
  });

  it('refuses a context without a cluster', () => {
    expect(() => new KubeconfigTransport({ file: home.file, context: 'broken' })).to.throw('broken');
  });

  it('refuses a file that is not there', () => {
    expect(() => new KubeconfigTransport({ file: '/nonexistent/config' })).to.throw('/nonexistent/config');
  });
});
