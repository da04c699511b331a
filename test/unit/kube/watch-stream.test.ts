import { expect } from 'chai';
import * as fc from 'fast-check';
import { isKubeError } from '../../../src/kube/errors.ts';
import { watchEvents, type WatchEvent } from '../../../src/kube/watch-stream.ts';
import { configMap } from './fake-server.ts';

const attempt = { verb: 'watch', resource: 'configmaps', name: 'shop' };

const stream = async function* (chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
};

const read = async (...chunks: readonly (string | Uint8Array)[]): Promise<WatchEvent[]> => {
  const bytes = chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk));
  return Array.fromAsync(watchEvents(stream(bytes), attempt));
};

const line = (name: string, version: number, data = {}): string =>
  `${JSON.stringify({ type: 'ADDED', object: configMap(name, version, data) })}\n`;

const failure = async (...chunks: readonly string[]): Promise<unknown> =>
  read(...chunks).catch((error: unknown) => error);

describe('watchEvents', () => {
  it('finds the same events wherever the network cuts, in the middle of a character too', async () => {
    const whole = Buffer.from(line('a', 1, { word: 'Größe 🦊' }) + line('b', 2) + line('c', 3, { ü: '€' }));
    const expected = await read(whole);
    expect(expected.map(({ object }) => object.metadata.name)).to.deep.equal(['a', 'b', 'c']);
    const cuts = fc.uniqueArray(fc.nat(whole.length), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(cuts, async (at) => {
        const edges = [0, ...at.sort((a, b) => a - b), whole.length];
        const chunks = edges.slice(1).map((end, index) => whole.subarray(edges[index], end));
        expect(await read(...chunks)).to.deep.equal(expected);
      }),
    );
  });

  it('skips empty lines and leaves out an event that was cut off', async () => {
    expect(await read('\n\r\n', line('a', 1), line('b', 2).slice(0, -10))).to.have.length(1);
  });

  it('throws the error of an ERROR event', async () => {
    const status = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };
    const error = await failure(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
    expect(isKubeError(error, 'Gone')).to.equal(true);
  });

  const garbage = [
    '<html>503</html>\n',
    'null\n',
    '[]\n',
    '{"type":"ADDED"}\n',
    '{"type":"ADDED","object":{}}\n',
    '{"type":"RENAMED","object":{"metadata":{"resourceVersion":"1"}}}\n',
  ];
  for (const text of garbage) {
    it(`refuses ${text.trim()}`, async () => {
      expect(isKubeError(await failure(line('a', 1), text), 'BadResponse')).to.equal(true);
    });
  }

  it('does not collect a line without an end for ever', async () => {
    const mebibyte = 'x'.repeat(1024 * 1024);
    const error = await failure(...Array.from({ length: 18 }, () => mebibyte));
    expect(isKubeError(error, 'BadResponse')).to.equal(true);
  });
});
