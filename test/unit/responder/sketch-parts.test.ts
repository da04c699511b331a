import { expect } from 'chai';
import * as fc from 'fast-check';
import { parseAddress } from '../../../src/access/ip.ts';
import { Browsers } from '../../../src/responder/sketch/browsers.ts';
import { Candidate, Frequent } from '../../../src/responder/sketch/frequent.ts';
import { anHourBefore, fiveMinutesBefore, stepOf, Tally } from '../../../src/responder/sketch/tally.ts';

const begin = stepOf(1_800_000_000_000);

describe('Tally', () => {
  it('counts what a list of all times would count', () => {
    const moves = fc.array(
      fc.record({ steps: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 150 })), adds: fc.nat({ max: 4 }) }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(moves, (all) => {
        const tally = new Tally(begin);
        const times: number[] = [];
        let now = begin;
        for (const { steps, adds } of all) {
          now += steps;
          tally.advance(now);
          for (let add = 0; add < adds; add += 1) {
            tally.add();
            times.push(now);
          }
          const since = (first: number): number => times.filter((time) => time >= first).length;
          expect(tally.fiveMinutes).to.equal(since(fiveMinutesBefore(now)));
          expect(tally.hour).to.equal(since(anHourBefore(now)));
        }
      }),
    );
  });

  it('goes on counting where it was when the clock steps back', () => {
    const tally = new Tally(begin);
    tally.advance(begin - 5);
    tally.add();
    tally.advance(begin + 10);
    expect(tally.fiveMinutes).to.equal(1);
  });
});

describe('Browsers', () => {
  const seen = (pairs: readonly (readonly [string | undefined, string | undefined])[], step = begin) => {
    const browsers = new Browsers();
    for (const [userAgent, acceptLanguage] of pairs) browsers.add({ userAgent, acceptLanguage }, step);
    return browsers;
  };
  const agents = (count: number) => Array.from({ length: count }, (_, index) => [`a${index}`, 'en'] as const);

  it('are many when there are 20', () => {
    expect(seen(agents(19)).areMany(begin)).to.equal(false);
    expect(seen(agents(20)).areMany(begin)).to.equal(true);
  });

  it('are pairs: the border between the two texts counts', () => {
    const text = 'abcdefghijklmnopqrst';
    const pairs = Array.from(text, (_, index) => [text.slice(0, index), text.slice(index)] as const);
    expect(seen(pairs).areMany(begin)).to.equal(true);
  });

  it('are the same whatever came before', () => {
    const browsers = new Browsers();
    const others = 10;
    for (let index = 0; index < others; index += 1) {
      browsers.add({ userAgent: `${index}`.repeat(9), acceptLanguage: 'en' }, begin);
      browsers.add({ userAgent: 'curl/8', acceptLanguage: undefined }, begin);
    }
    expect(browsers.areMany(begin)).to.equal(false);
  });

  it('are told apart in the part of a header that browsers use', () => {
    const long = (index: number) => [`${'x'.repeat(200)}${index}`, 'y'.repeat(200)] as const;
    expect(seen(Array.from({ length: 20 }, (_, index) => long(index))).areMany(begin)).to.equal(true);
  });

  it('are those seen lately', () => {
    const browsers = seen(agents(20));
    expect(browsers.areMany(begin + 1)).to.equal(false);
    for (const [userAgent, acceptLanguage] of agents(19))
      browsers.add({ userAgent, acceptLanguage }, begin + 1);
    expect(browsers.areMany(begin + 1)).to.equal(false);
    browsers.add({ userAgent: 'new', acceptLanguage: 'en' }, begin + 1);
    expect(browsers.areMany(begin + 1), 'the new one takes the place of the oldest').to.equal(true);
  });

  it('are forgotten', () => {
    const browsers = seen(agents(20));
    browsers.reset();
    expect(browsers.areMany(begin)).to.equal(false);
    for (const [userAgent, acceptLanguage] of agents(19)) browsers.add({ userAgent, acceptLanguage }, begin);
    expect(browsers.areMany(begin)).to.equal(false);
  });
});

describe('Frequent', () => {
  const address = (index: number) => parseAddress(`198.51.${index >> 8}.${index & 255}`)!;
  const frequent = () => new Frequent(begin, (each, step) => new Candidate(each, step));

  it('never counts too much for any address, and remembers those of more than an eighth', () => {
    const stream = fc.array(fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 60 })), { maxLength: 400 });
    fc.assert(
      fc.property(stream, (all) => {
        const sketch = frequent();
        const counts = new Map<number, number>();
        for (const index of all) {
          sketch.add(address(index), begin);
          counts.set(index, (counts.get(index) ?? 0) + 1);
        }
        expect(sketch.all.fiveMinutes).to.equal(all.length);
        expect(sketch.candidates.length).to.be.at.most(8);
        for (const [index, count] of counts) {
          const counted = sketch.find(address(index))?.tally.fiveMinutes;
          expect(counted ?? 0).to.be.at.most(count);
          if (count * 8 > all.length) expect(counted, `${count} of ${all.length}`).to.be.greaterThan(0);
        }
      }),
    );
  });

  it('lets go of what was frequent once', () => {
    const sketch = frequent();
    for (let index = 0; index < 7000; index += 1) sketch.add(address(index % 7), begin);
    for (let step = 1; step <= 20; step += 1) sketch.advance(begin + step);
    for (let index = 0; index < 100; index += 1) {
      sketch.add(address(100), begin + 20);
      sketch.add(address(1000 + index), begin + 20);
    }
    expect(sketch.top()?.text).to.equal('198.51.0.100');
    expect(sketch.top()?.tally.fiveMinutes).to.be.at.least(95);
  });

  it('gives up what is to be kept last', () => {
    const sketch = frequent();
    sketch.add(address(0), begin).isKept = true;
    for (let index = 1; index < 500; index += 1) sketch.add(address(index), begin);
    expect(sketch.find(address(0))?.tally.fiveMinutes).to.equal(1);
  });
});
