import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import * as fc from 'fast-check';
import type { ClientAddress } from '../../../src/access/client-address.ts';
import { parseAddress } from '../../../src/access/ip.ts';
import { AddressSketch } from '../../../src/responder/sketch.ts';
import type { Visitor } from '../../../src/responder/sketch/browsers.ts';

const gate = 'shop/web';
const squid = '192.0.2.5';
const elsewhere = '198.51.100.1';
const minute = 60_000;
const begin = 1_800_000_000_000;

const address = (text: string) => parseAddress(text)!;
const known = (text: string): ClientAddress => ({ kind: 'known', address: address(text) });
const withSign = (text: string): ClientAddress => ({
  kind: 'unknown',
  reason: 'UnknownProxy',
  address: address(text),
  sign: 'via',
  visitor: true,
});
const browser = (index: number): Visitor => ({
  userAgent: `Mozilla/5.0 (X11; Linux x86_64; rv:${100 + index}.0) Gecko/20100101 Firefox/${100 + index}.0`,
  acceptLanguage: 'de,en;q=0.8',
});

interface Visits {
  readonly count: number;
  /** How many different browsers take turns. */
  readonly browsers?: number;
  readonly from?: ClientAddress;
  readonly at?: number;
  /** Milliseconds from one to the next. */
  readonly apart?: number;
}

/** Counts the requests; returns when the last one came. */
function visits(
  sketch: AddressSketch,
  { count, browsers = 1, from = known(squid), at = begin, apart = 0 }: Visits,
): number {
  for (let index = 0; index < count; index += 1)
    sketch.record(gate, from, browser(index % browsers), at + index * apart);
  return at + (count - 1) * apart;
}

const isShut = (sketch: AddressSketch, text = squid): boolean => sketch.isShared(gate, address(text));

const reasons = (sketch: AddressSketch, nowMs: number): string[] =>
  sketch
    .findings(nowMs)
    .map(({ reason, shared }) => `${reason}${shared === undefined ? '' : `, shared ${shared}`}`);

describe('AddressSketch: all clients look alike', () => {
  const table: readonly (readonly [number, number, boolean])[] = [
    [199, 0, false],
    [200, 0, true],
    [190, 10, true],
    [189, 11, false],
    [950, 50, true],
    [949, 51, false],
  ];
  for (const [same, others, raised] of table) {
    it(`${raised ? 'raises' : 'does not raise'} it at ${same} of ${same + others}`, () => {
      const sketch = new AddressSketch();
      visits(sketch, { count: same });
      for (let index = 0; index < others; index += 1)
        visits(sketch, { count: 1, from: known(`203.0.113.${index}`) });
      expect(reasons(sketch, begin)).to.deep.equal(raised ? ['AllClientsLookAlike'] : []);
      expect(isShut(sketch), 'one browser is no proxy').to.equal(false);
    });
  }

  it('names the address, an IPv6 one too, and both counts', () => {
    const sketch = new AddressSketch();
    visits(sketch, { count: 300, from: known('2001:db8::7') });
    visits(sketch, { count: 3, from: known(elsewhere) });
    expect(sketch.findings(begin)).to.deep.equal([
      { gate, reason: 'AllClientsLookAlike', address: '2001:db8::7', requests: 300, total: 303 },
    ]);
  });

  it('leaves requests out that have no visitor address: monitors inside the cluster hide no proxy', () => {
    const sketch = new AddressSketch();
    visits(sketch, { count: 210 });
    const node: ClientAddress = { kind: 'unknown', reason: 'ClusterAddress', address: address('10.244.0.1') };
    visits(sketch, { count: 100, from: node });
    visits(sketch, { count: 100, from: { kind: 'unknown', reason: 'Missing' } });
    expect(reasons(sketch, begin)).to.deep.equal(['AllClientsLookAlike']);
  });

  it('says less when the same address showed a sign of a proxy', () => {
    const sketch = new AddressSketch();
    visits(sketch, { count: 300, from: withSign(squid), browsers: 30 });
    expect(reasons(sketch, begin)).to.deep.equal(['UnknownProxy']);
    expect(isShut(sketch)).to.equal(true);
  });

  it('clears after 10 minutes below 80 %, and when nobody comes any more', () => {
    const busy = new AddressSketch();
    const quiet = new AddressSketch();
    for (const sketch of [busy, quiet]) {
      visits(sketch, { count: 300 });
      expect(reasons(sketch, begin)).to.have.length(1);
    }
    visits(busy, { count: 780, from: known(elsewhere), at: begin + minute, apart: 1000 });
    expect(reasons(busy, begin + 9 * minute)).to.include('AllClientsLookAlike');
    expect(
      busy.findings(begin + 14 * minute).filter(({ address: text }) => text === squid),
      'others came',
    ).to.deep.equal([]);
    expect(reasons(quiet, begin + 9 * minute)).to.have.length(1);
    expect(reasons(quiet, begin + 11 * minute)).to.deep.equal([]);
  });
});

describe('AddressSketch: an address that many share', () => {
  it('is one from its twentieth browser on, however few requests there were', () => {
    const sketch = new AddressSketch();
    visits(sketch, { count: 19, browsers: 19 });
    expect(isShut(sketch)).to.equal(false);
    expect(reasons(sketch, begin)).to.deep.equal([]);
    sketch.record(gate, known(squid), browser(19), begin);
    expect(isShut(sketch)).to.equal(true);
    expect(sketch.findings(begin)).to.deep.equal([
      { gate, reason: 'AllClientsLookAlike', address: squid, shared: true, requests: 20, total: 20 },
    ]);
  });

  it('tells browsers apart by language too', () => {
    const sketch = new AddressSketch();
    for (let index = 0; index < 20; index += 1)
      sketch.record(gate, known(squid), { userAgent: 'curl/8', acceptLanguage: `x-${index}` }, begin);
    expect(isShut(sketch)).to.equal(true);
  });

  it('is none with ten colleagues behind it, whatever they ask for and however often', () => {
    const sketch = new AddressSketch();
    for (let at = begin; at < begin + 180 * minute; at += minute)
      visits(sketch, { count: 200, browsers: 10, at });
    expect(isShut(sketch)).to.equal(false);
    expect(reasons(sketch, begin + 180 * minute)).to.deep.equal(['AllClientsLookAlike']);
  });

  it('is none while others come as well: 20 browsers behind one address can be an office', () => {
    const sketch = new AddressSketch();
    for (let index = 0; index < 2000; index += 1) {
      visits(sketch, { count: 1, browsers: 40, from: known(`203.0.113.${index % 200}`) });
      sketch.record(gate, known(squid), browser(index % 40), begin);
      expect(isShut(sketch)).to.equal(false);
    }
  });

  it('is only that address: who invents browsers shuts out nobody else', () => {
    const sketch = new AddressSketch();
    visits(sketch, { count: 2000, browsers: 500, from: known('203.0.113.66') });
    visits(sketch, { count: 20, browsers: 5 });
    expect(isShut(sketch)).to.equal(false);
    expect(isShut(sketch, '203.0.113.66')).to.equal(true);
  });

  it('is found when visitors come slowly: a quiet site is judged by its hour', () => {
    const sketch = new AddressSketch();
    visits(sketch, { count: 20, browsers: 20, apart: 2.5 * minute });
    expect(isShut(sketch)).to.equal(true);
  });

  it('is found when the proxy is put in front of a site that had visitors', () => {
    const sketch = new AddressSketch();
    for (let index = 0; index < 3000; index += 1)
      sketch.record(
        gate,
        known(`203.0.${index % 100}.${index % 250}`),
        browser(index % 30),
        begin + index * 100,
      );
    const switched = begin + 5 * minute;
    visits(sketch, { count: 3600, browsers: 60, at: switched, apart: 100 });
    expect(isShut(sketch)).to.equal(true);
  });

  it('is not hidden by those behind it who send a sign of a proxy', () => {
    const sketch = new AddressSketch();
    for (let index = 0; index < 60; index += 1) {
      sketch.record(gate, withSign(squid), browser(0), begin);
      sketch.record(gate, known(squid), browser(index), begin);
    }
    expect(isShut(sketch)).to.equal(true);
  });

  it('stays one while nobody comes: silence is no evidence', () => {
    const sketch = new AddressSketch();
    visits(sketch, { count: 30, browsers: 30 });
    for (let nowMs = begin; nowMs < begin + 600 * minute; nowMs += minute) sketch.findings(nowMs);
    expect(isShut(sketch)).to.equal(true);
    expect(reasons(sketch, begin + 600 * minute)).to.deep.equal(['AllClientsLookAlike, shared true']);
  });

  it('is let in again after 10 minutes in which at least one in five came from elsewhere', () => {
    const sketch = new AddressSketch();
    visits(sketch, { count: 30, browsers: 30 });
    let at = begin;
    for (; at < begin + 10 * minute; at += 10_000) {
      visits(sketch, { count: 3, browsers: 3, at });
      visits(sketch, { count: 1, from: known(elsewhere), at });
      expect(isShut(sketch), `after ${(at - begin) / 1000} s`).to.equal(true);
    }
    for (; at < begin + 16 * minute; at += 10_000) {
      visits(sketch, { count: 3, browsers: 3, at });
      visits(sketch, { count: 1, from: known(elsewhere), at });
    }
    expect(isShut(sketch)).to.equal(false);
  });

  it('is forgotten with its gate, and is none of another gate', () => {
    const sketch = new AddressSketch();
    visits(sketch, { count: 30, browsers: 30 });
    expect(sketch.isShared('shop/other', address(squid))).to.equal(false);
    sketch.retain((each) => each !== gate);
    expect(isShut(sketch)).to.equal(false);
  });

  it('is never an address with less than 95 % of the visitors or fewer than 20 browsers', () => {
    const visit = fc.record({
      who: fc.nat({ max: 12 }),
      index: fc.oneof({ weight: 3, arbitrary: fc.nat({ max: 25 }) }, { weight: 1, arbitrary: fc.nat() }),
      times: fc.nat({ max: 40 }),
    });
    fc.assert(
      fc.property(fc.array(visit, { maxLength: 60 }), (all) => {
        const sketch = new AddressSketch();
        const seen = new Map<number, { requests: number; browsers: Set<number>; mayBe: boolean }>();
        let total = 0;
        for (const { who, index, times } of all) {
          const one = seen.getOrInsertComputed(who, () => ({
            requests: 0,
            browsers: new Set(),
            mayBe: false,
          }));
          for (let time = 0; time < times; time += 1) {
            sketch.record(gate, known(`198.51.100.${who}`), browser(index + (time % 3)), begin);
            total += 1;
            one.requests += 1;
            one.browsers.add(index + (time % 3));
            one.mayBe ||= one.requests >= 0.95 * total && one.browsers.size >= 20;
          }
        }
        for (const [who, { mayBe }] of seen)
          if (!mayBe) expect(isShut(sketch, `198.51.100.${who}`)).to.equal(false);
      }),
      { numRuns: 300 },
    );
  });

  it('takes bounded memory whatever clients send, for each gate', () => {
    const sketch = new AddressSketch();
    const gates = 200;
    const before = heapInUse();
    for (let index = 0; index < gates; index += 1) {
      const visitor = { userAgent: flat(30_000, index), acceptLanguage: flat(3000, index) };
      sketch.record(`shop/web-${index}`, known(squid), visitor, begin);
      sketch.record(`shop/web-${index}`, withSign(squid), visitor, begin);
    }
    expect((heapInUse() - before) / 1024 / gates, 'KiB for each gate').to.be.below(12);
    expect(sketch.isShared('shop/web-1', address(squid))).to.equal(false);
  });

  it('takes bounded memory whatever clients send, and however many there are', () => {
    const sketch = new AddressSketch();
    const before = heapInUse();
    for (let index = 0; index < 4000; index += 1) {
      // Flat strings as a parser makes them: one that is kept is kept whole.
      const visitor = { userAgent: flat(30_000, index), acceptLanguage: flat(3000, index) };
      const header = `198.51.100.77, ${index % 250}.${index >> 4}.107.109`.padEnd(30_000);
      const client = address(flatCopy(header).slice(15, 40).trim());
      sketch.record(gate, { kind: 'known', address: client }, visitor, begin + index);
      sketch.record(gate, known(squid), visitor, begin + index);
      sketch.record(gate, { ...withSign(squid), address: client } as ClientAddress, visitor, begin + index);
    }
    expect((heapInUse() - before) / 1024, 'KiB').to.be.below(300);
    expect(sketch.findings(begin + 4000).length).to.be.at.most(9);
  });
});

const flatCopy = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');
const flat = (length: number, index: number): string => flatCopy(`${index}`.padStart(length, 'x'));

function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}
