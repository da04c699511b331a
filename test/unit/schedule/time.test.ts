import { expect } from 'chai';
import * as fc from 'fast-check';
import { parseDuration } from '../../../src/schedule/duration.ts';
import { leadSeconds } from '../../../src/schedule/lead.ts';
import { nextAfter } from '../../../src/schedule/occurrence.ts';

describe('schedule: durations', () => {
  const table: Readonly<Record<string, number>> = {
    '90m': 5400,
    '1h30m': 5400,
    '2d': 172_800,
    '1d2h3m4s': 93_784,
    '45s': 45,
    '007m': 420,
  };
  for (const [text, seconds] of Object.entries(table)) {
    it(`${text} is ${seconds} s`, () => {
      expect(parseDuration(text)?.total('seconds')).to.equal(seconds);
    });
  }
  for (const text of ['', '0m', '0d0h', '90', 'm', '1.5h', '-1h', '30m1h', '1h 30m', 'PT1H', '1w', '1h\n']) {
    it(`${JSON.stringify(text)} is none`, () => expect(parseDuration(text)).to.equal(undefined));
  }

  it('are what their parts add up to, and can be added to an instant', () => {
    const part = fc.integer({ min: 0, max: 99_999 });
    const start = Temporal.Instant.from('2026-12-01T21:00:00Z');
    fc.assert(
      fc.property(part, part, part, part, (d, h, m, s) => {
        const seconds = ((d * 24 + h) * 60 + m) * 60 + s;
        const parsed = parseDuration(`${d}d${h}h${m}m${s}s`);
        const after = parsed === undefined ? start : start.add(parsed);
        expect(parsed === undefined).to.equal(seconds === 0);
        expect(after.since(start).total('seconds')).to.equal(seconds);
      }),
    );
  });
});

describe('schedule: the lead', () => {
  const table: readonly (readonly [number, number])[] = [
    [0, 60],
    [1, 60],
    [900, 60],
    [901, 65],
    [1000, 65],
    [1001, 70],
    [11_700, 600],
    [1_000_000, 600],
  ];
  for (const [ingresses, seconds] of table) {
    it(`${ingresses} Ingresses: ${seconds} s`, () =>
      expect(leadSeconds(ingresses, undefined)).to.equal(seconds));
  }
  it('is what the chart says, above all', () => {
    expect(leadSeconds(5000, 2)).to.equal(2);
    expect(leadSeconds(5000, 0)).to.equal(0);
  });
});

describe('schedule: the next instant', () => {
  const now = Temporal.Instant.from('2026-12-01T21:00:00Z');
  const instants = fc.array(fc.option(fc.integer({ min: -5, max: 5 }), { nil: undefined }));

  it('is the first that is still to come: the present is not', () => {
    fc.assert(
      fc.property(instants, (offsets) => {
        const found = nextAfter(
          now,
          offsets.map((seconds) => (seconds === undefined ? undefined : now.add({ seconds }))),
        );
        const future = offsets.filter((seconds) => seconds !== undefined).filter((seconds) => seconds > 0);
        expect(found?.since(now).total('seconds')).to.equal(
          future.length === 0 ? undefined : Math.min(...future),
        );
      }),
    );
  });
});
