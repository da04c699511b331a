import { expect } from 'chai';
import type { Waiting } from '../../../../src/operator/prove/turns.ts';
import { Turns } from '../../../../src/operator/prove/turns.ts';

interface Named extends Waiting {
  readonly name: string;
}
const named = (lane: string, group: string, name: string): Named => ({ lane, group, name });

function take(turns: Turns<Named>): Named[] {
  const taken: Named[] = [];
  for (let item = turns.next(); item !== undefined; item = turns.next()) taken.push(item);
  return taken;
}

describe('operator: whose turn it is', () => {
  it('is that of each namespace in turn, first come first served in it', () => {
    const turns = new Turns<Named>(10);
    for (const name of ['1', '2', '3', '4']) turns.add(named('traefik', 'big', name));
    turns.add(named('traefik', 'small', '1'));
    turns.add(named('traefik', 'other', '1'));
    expect(take(turns).map(({ group, name }) => `${group} ${name}`)).to.deep.equal([
      'big 1',
      'small 1',
      'other 1',
      'big 2',
      'big 3',
      'big 4',
    ]);
  });

  it('comes when a place is free, and a class whose controller is silent takes no place of another', () => {
    const turns = new Turns<Named>(2);
    for (const name of ['1', '2', '3']) turns.add(named('silent', 'shop', name));
    turns.add(named('quick', 'shop', '4'));
    const [first, ...others] = take(turns);
    expect([first, ...others].map((each) => each?.name)).to.deep.equal(['1', '2', '4']);
    expect(turns.next()).to.equal(undefined);
    turns.done(first!);
    expect(turns.next()?.name).to.equal('3');
    expect(turns.next()).to.equal(undefined);
  });

  it('costs the same however many wait', () => {
    const turnMs = (count: number): number => {
      const turns = new Turns<Named>(1);
      for (let index = 0; index < count; index += 1)
        turns.add(named('traefik', `n${index % (count / 20)}`, `${index}`));
      const started = performance.now();
      for (let item = turns.next(); item !== undefined; item = turns.next()) turns.done(item);
      return (performance.now() - started) / count;
    };
    // The best of three, as the machine may be busy with something else; a search would cost ten times as much.
    const bestMs = (count: number): number => Math.min(turnMs(count), turnMs(count), turnMs(count));
    expect(bestMs(100_000) / bestMs(10_000), 'a turn among ten times as many').to.be.lessThan(5);
  });
});
