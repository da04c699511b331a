import { expect } from 'chai';
import type { SigningKeys } from '../../../../src/access/keys.ts';
import type { Proof } from '../../../../src/operator/decide/observed.ts';
import type { ControllerAddress } from '../../../../src/operator/prove/controller-addresses.ts';
import { proveGate } from '../../../../src/operator/prove/prove-gate.ts';
import type { Answer } from './fake-ingress.ts';
import { echoing, FakeIngress } from './fake-ingress.ts';

const gate = 'shop/web';
const keys: SigningKeys = { current: { id: 'k1', key: Buffer.alloc(32, 1) } };
const now = Temporal.Instant.from('2026-12-01T21:00:00Z');

const cautious = echoing({ gate, keys, now });
const believesAddresses = echoing({ gate, keys, now, isGullible: true });
const believesHosts = echoing({ gate, keys, now, believesHosts: true });

interface Standing {
  readonly trustedProxies?: readonly string[];
  readonly ownAddresses?: readonly string[];
  readonly more?: readonly ControllerAddress[];
}

describe('operator: a proof tells whether clients can choose their address or host', () => {
  let ingress: FakeIngress;
  beforeEach(async () => (ingress = await FakeIngress.start(cautious)));
  afterEach(async () => ingress.stop());

  async function prove(answer: Answer, standing: Standing = {}): Promise<Proof> {
    const { trustedProxies = [], ownAddresses = ['10.244.0.7'], more = [] } = standing;
    ingress.answer = answer;
    return proveGate({
      target: {
        gate,
        class: { name: 'traefik', driver: 'traefik', trustedProxies, service: undefined },
        hosts: [{ host: 'shop.example.com', tls: false, path: '/' }],
        addresses: [],
        expect: 'closed',
      },
      addresses: [{ ip: '127.0.0.1', ...ingress.ports }, ...more],
      keys,
      ownAddresses,
      now,
      signal: AbortSignal.timeout(4000),
    });
  }
  const spoofed = async (answer: Answer, standing?: Standing): Promise<boolean | undefined> =>
    (await prove(answer, standing)).spoofed;

  const proxies = ['192.0.2.0/28'];
  const all = ['10.244.0.0/16'];

  it('by X-Forwarded-For', async () => {
    expect(await spoofed(believesAddresses)).to.equal(true);
    expect(await spoofed(cautious)).to.equal(false);
    expect(await spoofed(believesAddresses, { trustedProxies: proxies })).to.equal(true);
  });

  it('by X-Forwarded-Host, where hosts are relied on; and the gate is proven all the same', async () => {
    expect(await prove(believesHosts)).to.include({ verdict: 'Proven', decision: 'closed', spoofed: true });
    expect(await spoofed(believesHosts, { trustedProxies: proxies })).to.equal(false);
  });

  it('says nothing when the operator itself is to be believed, or does not know its address', async () => {
    expect(await spoofed(believesAddresses, { trustedProxies: all })).to.equal(undefined);
    expect(await spoofed(cautious, { trustedProxies: all })).to.equal(undefined);
    const unsure = { trustedProxies: proxies, ownAddresses: [] };
    expect(await spoofed(believesAddresses, unsure)).to.equal(undefined);
    expect(await spoofed(believesAddresses, { ownAddresses: [] }), 'nobody is to be believed').to.equal(true);
  });

  it('needs an answer from everywhere to say that they can not', async () => {
    const other = await FakeIngress.start((_request, response) => response.writeHead(404).end());
    const more = [{ ip: '127.0.0.1', ...other.ports }];
    expect(await spoofed(cautious, { more })).to.equal(undefined);
    expect(await spoofed(believesAddresses, { more })).to.equal(true);
    await other.stop();
  });
});
