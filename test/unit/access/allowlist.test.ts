import { expect } from 'chai';
import { allowlistOverlaps } from '../../../src/access/allowlist.ts';

describe('allowlistOverlaps', () => {
  it('finds entries inside, around and equal to a trusted proxy', () => {
    expect(
      allowlistOverlaps(
        ['192.0.2.7', '192.0.0.0/16', '203.0.113.0/24', '2001:db8::/32'],
        ['192.0.2.0/28', '2001:db8:1::5'],
      ),
    ).to.deep.equal([
      { address: '192.0.2.7', proxy: '192.0.2.0/28' },
      { address: '192.0.0.0/16', proxy: '192.0.2.0/28' },
      { address: '2001:db8::/32', proxy: '2001:db8:1::5' },
    ]);
  });

  it('finds nothing where nothing overlaps, or where there is nothing to compare', () => {
    expect(allowlistOverlaps(['192.0.2.16/28', '::/0'], ['192.0.2.0/28'])).to.deep.equal([]);
    expect(allowlistOverlaps([], ['192.0.2.0/28'])).to.deep.equal([]);
    expect(allowlistOverlaps(['192.0.2.1'], [])).to.deep.equal([]);
  });
});
