import { expect } from 'chai';
import { SeenNonces } from '../../../src/responder/seen-nonces.ts';

const seen = (nonce: string, gate = 'shop/web'): Parameters<SeenNonces['record']>[0] => ({
  gate,
  nonce,
  sentFrom: true,
  spoofed: false,
});

describe('nonces seen on the gate path', () => {
  it('are told for 15 s, oldest first', () => {
    const nonces = new SeenNonces();
    nonces.record(seen('a'), 1_000);
    nonces.record(seen('b', 'shop/api'), 2_000);
    expect(nonces.list(16_000)).to.deep.equal([seen('a'), seen('b', 'shop/api')]);
    expect(nonces.list(16_001)).to.deep.equal([seen('b', 'shop/api')]);
    expect(nonces.list(17_001)).to.deep.equal([]);
  });

  it('stay as they were first seen, however often they come again', () => {
    const nonces = new SeenNonces();
    nonces.record({ ...seen('a'), sentFrom: false }, 0);
    nonces.record({ ...seen('a'), spoofed: true }, 14_000);
    expect(nonces.list(15_000)).to.deep.equal([{ ...seen('a'), sentFrom: false }]);
    expect(nonces.list(15_001)).to.deep.equal([]);
  });

  it('are 4096 at most: the oldest is forgotten', () => {
    const nonces = new SeenNonces();
    for (let index = 0; index < 5_000; index += 1) nonces.record(seen(`n${index}`), 0);
    const told = nonces.list(0);
    expect(told).to.have.length(4_096);
    expect(told[0]).to.deep.equal(seen('n904'));
  });
});
