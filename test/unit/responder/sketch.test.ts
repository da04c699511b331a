import { expect } from 'chai';
import type { ClientAddress } from '../../../src/access/client-address.ts';
import { parseAddress } from '../../../src/access/ip.ts';
import { AddressSketch } from '../../../src/responder/sketch.ts';

const address = (text: string) => parseAddress(text)!;
const known = (text: string): ClientAddress => ({ kind: 'known', address: address(text) });
const proxy = (text: string): ClientAddress => ({
  kind: 'unknown',
  reason: 'UnknownProxy',
  address: address(text),
  sign: 'via',
  visitor: true,
});
const node = (text: string): ClientAddress => ({
  kind: 'unknown',
  reason: 'ClusterAddress',
  address: address(text),
});

const browser = { userAgent: 'Mozilla/5.0', acceptLanguage: 'en' };

const minute = 60_000;
const begin = 1_800_000_000_000;

/** Counts so many requests, spread evenly over the 4 minutes that end at `nowMs`. */
function visits(
  sketch: AddressSketch,
  nowMs: number,
  clients: readonly (readonly [number, ClientAddress])[],
): void {
  const all = clients.flatMap(([count, client]) => Array.from({ length: count }, () => client));
  for (const [index, client] of all.entries()) {
    sketch.record(
      'shop/web',
      client,
      browser,
      nowMs - 4 * minute + Math.floor((index / all.length) * 4 * minute),
    );
  }
}

describe('AddressSketch', () => {
  const table: readonly (readonly [string, readonly (readonly [number, ClientAddress])[], boolean])[] = [
    ['200 of 200', [[200, proxy('203.0.113.1')]], true],
    ['199 of 199', [[199, proxy('203.0.113.1')]], false],
    [
      '190 of 200',
      [
        [10, known('198.51.100.1')],
        [190, proxy('203.0.113.1')],
      ],
      true,
    ],
    [
      '189 of 200',
      [
        [11, known('198.51.100.1')],
        [189, proxy('203.0.113.1')],
      ],
      false,
    ],
  ];
  for (const [what, clients, raised] of table) {
    it(`${raised ? 'raises' : 'does not raise'} a finding at ${what}`, () => {
      const sketch = new AddressSketch();
      visits(sketch, begin, clients);
      expect(sketch.findings(begin)).to.have.length(raised ? 1 : 0);
    });
  }

  it('names the address seen most, the sign, and both counts', () => {
    const sketch = new AddressSketch();
    visits(sketch, begin, [
      [100, proxy('203.0.113.1')],
      [150, proxy('203.0.113.2')],
      [5, known('198.51.100.1')],
    ]);
    expect(sketch.findings(begin)).to.deep.equal([
      {
        gate: 'shop/web',
        reason: 'UnknownProxy',
        address: '203.0.113.2',
        sign: 'via',
        requests: 250,
        total: 255,
      },
    ]);
  });

  it('goes on naming the same one of two that are seen as often, and its first sign', () => {
    const sketch = new AddressSketch();
    visits(sketch, begin, [
      [150, proxy('203.0.113.1')],
      [140, proxy('203.0.113.2')],
    ]);
    const named = (): unknown => sketch.findings(begin).map(({ address: text, sign }) => [text, sign]);
    expect(named()).to.deep.equal([['203.0.113.1', 'via']]);
    const other = { ...proxy('203.0.113.1'), sign: 'forwarded' } as ClientAddress;
    visits(sketch, begin, [
      [1, other],
      [100, proxy('203.0.113.2')],
    ]);
    expect(named()).to.deep.equal([['203.0.113.1', 'via']]);
    visits(sketch, begin, [[200, proxy('203.0.113.2')]]);
    expect(named(), 'when the other is seen much more').to.deep.equal([['203.0.113.2', 'via']]);
  });

  it('tells cluster addresses apart from unknown proxies', () => {
    const sketch = new AddressSketch();
    visits(sketch, begin, [[300, node('10.244.0.1')]]);
    expect(sketch.findings(begin)).to.deep.equal([
      { gate: 'shop/web', reason: 'ClusterAddress', address: '10.244.0.1', requests: 300, total: 300 },
    ]);
  });

  it('does not add up gates', () => {
    const sketch = new AddressSketch();
    for (let index = 0; index < 300; index += 1)
      sketch.record(`shop/web-${index % 2}`, proxy('203.0.113.1'), browser, begin);
    expect(sketch.findings(begin)).to.deep.equal([]);
  });

  it('looks back 5 minutes, not further', () => {
    const sketch = new AddressSketch();
    visits(sketch, begin, [[300, proxy('203.0.113.1')]]);
    expect(sketch.findings(begin + 10 * minute)).to.deep.equal([]);
  });

  it('clears a finding after 10 minutes below 80 %, not sooner', () => {
    const sketch = new AddressSketch();
    visits(sketch, begin, [[300, proxy('203.0.113.1')]]);
    expect(sketch.findings(begin)).to.have.length(1);
    let nowMs = begin;
    for (let step = 0; step < 9; step += 1) {
      nowMs += minute;
      for (let index = 0; index < 300; index += 1)
        sketch.record('shop/web', known(`198.51.100.${index % 50}`), browser, nowMs);
      expect(sketch.findings(nowMs), `after ${step + 1} min`).to.have.length(1);
    }
    // The first of these minutes still held enough of the old requests.
    nowMs = begin + 12 * minute;
    sketch.record('shop/web', known('198.51.100.1'), browser, nowMs);
    expect(sketch.findings(nowMs)).to.deep.equal([]);
  });

  it('keeps a finding while four in five requests show it', () => {
    const sketch = new AddressSketch();
    visits(sketch, begin, [[300, proxy('203.0.113.1')]]);
    sketch.findings(begin);
    for (let nowMs = begin + 5 * minute; nowMs < begin + 40 * minute; nowMs += 5 * minute) {
      visits(sketch, nowMs, [
        [60, known('198.51.100.1')],
        [240, proxy('203.0.113.1')],
      ]);
      expect(sketch.findings(nowMs), String(nowMs - begin)).to.have.length(1);
    }
  });

  it('clears when nobody comes any more', () => {
    const sketch = new AddressSketch();
    visits(sketch, begin, [[300, proxy('203.0.113.1')]]);
    sketch.findings(begin);
    expect(sketch.findings(begin + 9 * minute)).to.deep.include.members([
      {
        gate: 'shop/web',
        reason: 'UnknownProxy',
        address: '203.0.113.1',
        sign: 'via',
        requests: 0,
        total: 0,
      },
    ]);
    expect(sketch.findings(begin + 11 * minute)).to.deep.equal([]);
  });

  it('names the address seen most among more of them than it remembers', () => {
    const sketch = new AddressSketch();
    for (let index = 0; index < 5000; index += 1) {
      const text = index % 3 === 0 ? '203.0.113.1' : `198.51.${index % 250}.${(index * 7) % 250}`;
      sketch.record('shop/web', proxy(text), browser, begin);
    }
    expect(sketch.findings(begin)[0]).to.include({ address: '203.0.113.1', requests: 5000 });
  });

  it('forgets gates that are no longer covered', () => {
    const sketch = new AddressSketch();
    visits(sketch, begin, [[300, proxy('203.0.113.1')]]);
    sketch.retain((gate) => gate !== 'shop/web');
    expect(sketch.findings(begin)).to.deep.equal([]);
  });
});
