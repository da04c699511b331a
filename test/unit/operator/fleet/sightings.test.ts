import { expect } from 'chai';
import { Sightings } from '../../../../src/operator/fleet/sightings.ts';
import { aStatus, roundOf } from './statuses.ts';

const seen = { gate: 'shop/web', nonce: 'nonce-1', sentFrom: true, spoofed: false };
const never = new AbortController().signal;

describe('operator: what responders saw of probes', () => {
  it('is asked for at once, and told by the round that begins then', async () => {
    let asked = 0;
    const sightings = new Sightings(() => (asked += 1));
    const sighting = sightings.of('shop/web', 'nonce-1', never);
    expect(asked).to.equal(1);
    sightings.begin()(roundOf({ a: aStatus(), b: aStatus({}, { nonces: [seen] }) }));
    expect(await sighting).to.equal(seen);
  });

  it('is not told by a round that was under way: the replica may have been asked before the gate was', async () => {
    const sightings = new Sightings(() => undefined);
    const underWay = sightings.begin();
    const sighting = sightings.of('shop/web', 'nonce-1', never);
    underWay(roundOf({ a: aStatus() }));
    sightings.begin()(roundOf({ a: aStatus({}, { nonces: [seen] }) }));
    expect(await sighting).to.equal(seen);
  });

  it('is of this gate and this nonce', async () => {
    const sightings = new Sightings(() => undefined);
    const both = [sightings.of('shop/api', 'nonce-1', never), sightings.of('shop/web', 'nonce-2', never)];
    sightings.begin()(roundOf({ a: aStatus({}, { nonces: [seen] }) }));
    expect(await Promise.all(both)).to.deep.equal(['unseen', 'unseen']);
  });

  it('is not known while a replica does not answer, unless another one saw it', async () => {
    const sightings = new Sightings(() => undefined);
    const both = [sightings.of('shop/web', 'nonce-1', never), sightings.of('shop/web', 'nonce-2', never)];
    sightings.begin()(roundOf({ a: aStatus({}, { nonces: [seen] }), b: undefined }));
    expect(await Promise.all(both)).to.deep.equal([seen, 'unknown']);
  });

  it('keeps nobody waiting who gives up', async () => {
    const controller = new AbortController();
    const sighting = new Sightings(() => undefined).of('shop/web', 'nonce-1', controller.signal);
    controller.abort();
    expect(await sighting).to.equal('unknown');
  });
});
