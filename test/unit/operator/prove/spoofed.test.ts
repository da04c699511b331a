import { expect } from 'chai';
import type { ControllerAddress } from '../../../../src/operator/prove/controller-addresses.ts';
import type { Answer } from './fake-ingress.ts';
import { echoing, FakeIngress } from './fake-ingress.ts';
import { answering, echo, gate, keys, now, proveTarget, shop, targetOf } from './proving.ts';

describe('operator: a proof of a gate of a controller that believes every X-Forwarded-For', () => {
  let ingress: FakeIngress;
  beforeEach(async () => (ingress = await FakeIngress.start(echo)));
  afterEach(async () => ingress.stop());

  const gullible = echoing({ gate, keys, now, isGullible: true });

  interface Standing {
    readonly trustedProxies?: readonly string[];
    readonly ownAddresses?: readonly string[];
    readonly more?: readonly ControllerAddress[];
  }
  const spoofed = async (answer: Answer, standing: Standing = {}): Promise<boolean | undefined> => {
    const { trustedProxies = [], ownAddresses = ['10.244.0.7'], more = [] } = standing;
    ingress.answer = answer;
    const target = targetOf(shop);
    const proof = await proveTarget(
      { ...target, class: { ...target.class, trustedProxies } },
      [ingress.at(), ...more],
      ownAddresses,
    );
    return proof.spoofed;
  };
  const proxies = ['192.0.2.0/28'];
  const all = ['10.244.0.0/16'];

  it('says so', async () => {
    expect(await spoofed(gullible)).to.equal(true);
    expect(await spoofed(echo)).to.equal(false);
    expect(await spoofed(gullible, { trustedProxies: proxies })).to.equal(true);
  });

  it('says nothing when the operator itself is to be believed, or does not know its address', async () => {
    expect(await spoofed(gullible, { trustedProxies: all })).to.equal(undefined);
    expect(await spoofed(echo, { trustedProxies: all })).to.equal(undefined);
    expect(await spoofed(gullible, { trustedProxies: proxies, ownAddresses: [] })).to.equal(undefined);
    expect(await spoofed(gullible, { ownAddresses: [] }), 'nobody is to be believed').to.equal(true);
  });

  it('needs an answer from everywhere to say that it is not so', async () => {
    const other = await FakeIngress.start(answering(404));
    const more = [other.at()];
    expect(await spoofed(echo, { more })).to.equal(undefined);
    expect(await spoofed(gullible, { more })).to.equal(true);
    await other.stop();
  });
});
