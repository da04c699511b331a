import { expect } from 'chai';
import { type HeadReader, readHead } from '../../../../src/responder/front/head.ts';
import { byteStreamOf } from './byte-streams.ts';
import { Comparison, type Difference } from './comparison.ts';
import { describeDifference, shrink } from './shrink.ts';

/** The first stream that the two servers differ in, as small as it can be made. */
async function search(comparison: Comparison, streams: number): Promise<Difference | undefined> {
  for (let seed = 0; seed < streams; seed += 1) {
    const difference = await comparison.play(byteStreamOf(seed));
    if (difference !== undefined) return shrink(difference, comparison);
  }
  return undefined;
}

/** A reader that sees other bytes than came in. */
const reading =
  (change: (text: string) => string): HeadReader =>
  (chunk) =>
    readHead(Buffer.from(change(chunk.toString('latin1')), 'latin1'));

describe('the front beside node:http alone', function () {
  // A minute on a quiet machine.
  this.timeout(600_000);

  it('agrees about 200,000 byte streams: requests, answers, and when to hang up', async () => {
    const streams = 200_000;
    const comparison = new Comparison();
    const difference = await search(comparison, streams);
    expect(difference && describeDifference(difference)).to.equal(undefined);
    // Agreeing is easy for who leaves everything to node:http.
    expect(comparison.taken).to.be.greaterThan(streams / 3);
  });

  const mutants: readonly (readonly [what: string, reader: HeadReader])[] = [
    ['takes a bare line feed for a line end', reading((text) => text.replaceAll(/\r?\n/g, '\r\n'))],
    ['takes a bare carriage return for a blank', reading((text) => text.replaceAll(/\r(?!\n)/g, ' '))],
    ['overlooks Content-Length', reading((text) => text.replaceAll(/content-length: .*\r\n/gi, ''))],
    ['overlooks Transfer-Encoding', reading((text) => text.replaceAll(/transfer-encoding: .*\r\n/gi, ''))],
    ['overlooks what comes after the head', reading((text) => text.replace(/\r\n\r\n[^]*$/, '\r\n\r\n'))],
    ['overlooks Connection: close', reading((text) => text.replaceAll(/connection: close\r\n/gi, ''))],
    ['overlooks Expect', reading((text) => text.replaceAll(/expect: .*\r\n/gi, ''))],
    ['does without Host', reading((text) => text.replace('HTTP/1.1\r\n', 'HTTP/1.1\r\nHost: x\r\n'))],
    ['takes HTTP/1.0 for HTTP/1.1', reading((text) => text.replace('HTTP/1.0', 'HTTP/1.1'))],
    ['unfolds lines', reading((text) => text.replaceAll(/\r\n[ \t]+/g, ' '))],
    ['allows a blank before the colon', reading((text) => text.replaceAll(/(\r\n[\w-]+)[ \t]+:/g, '$1:'))],
    ['believes the first of two', reading((text) => text.replace(/(\r\n[\w-]+: )(.*)([^]*)\1.*/i, '$1$2$3'))],
    ['skips bytes that no value has', reading((text) => text.replaceAll('\0', '').replaceAll('\u007f', ''))],
    ['mends a blank in the target', reading((text) => text.replace('w b', 'wb'))],
  ];
  for (const [what, reader] of mutants) {
    it(`finds a front that ${what}`, async () => {
      const difference = await search(new Comparison(reader), 20_000);
      expect(difference, 'no difference found').not.to.equal(undefined);
    });
  }
});
