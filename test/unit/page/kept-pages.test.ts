import { expect } from 'chai';
import { KeptPages } from '../../../src/page/kept-pages.ts';
import type { CutPage } from '../../../src/page/slots.ts';

describe('KeptPages', () => {
  const ofBytes = (bytes: number): CutPage => ({ pieces: ['x'.repeat(bytes)], slots: [] });

  it('renders a page once', () => {
    let rendered = 0;
    const shelf = new KeptPages(100).shelf(() => {
      rendered += 1;
      return ofBytes(10);
    });
    expect(shelf('a')).to.equal(shelf('a'));
    expect(rendered).to.equal(1);
    expect(shelf('b')).not.to.equal(shelf('a'));
  });

  it('never keeps more than it may, and forgets the oldest first', () => {
    const kept = new KeptPages(100);
    const shelves = [1, 2, 3].map(() => kept.shelf(() => ofBytes(30)));
    const first = shelves.map((shelf) => shelf('a'));
    expect(kept.bytes).to.equal(90);
    shelves[0]!('b');
    expect(kept.bytes).to.equal(90);
    expect(shelves[2]!('a')).to.equal(first[2]);
    expect(shelves[1]!('a')).to.equal(first[1]);
    expect(shelves[0]!('a')).not.to.equal(first[0]);
    for (let index = 0; index < 1000; index += 1) {
      shelves[index % 3]!(`k${index}`);
      expect(kept.bytes).to.be.at.most(100);
    }
  });

  it('gives a page that is too large, and does not keep it', () => {
    const kept = new KeptPages(100);
    expect(kept.shelf(() => ofBytes(101))('a').pieces[0]).to.have.length(101);
    expect(kept.bytes).to.equal(0);
  });
});
