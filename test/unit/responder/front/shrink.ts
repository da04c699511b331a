import type { ByteStream } from './byte-streams.ts';
import type { Comparison, Difference } from './comparison.ts';

/** The smallest stream found that the two servers still differ in: fewer pieces first, then fewer bytes. */
export async function shrink(difference: Difference, comparison: Comparison): Promise<Difference> {
  let smallest = difference;
  for (;;) {
    const smaller = await firstDifference(smallerStreams(smallest.stream), comparison);
    if (smaller === undefined) return smallest;
    smallest = smaller;
  }
}

async function firstDifference(
  streams: Iterable<ByteStream>,
  comparison: Comparison,
): Promise<Difference | undefined> {
  for (const stream of streams) {
    const difference = await comparison.play(stream);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function* smallerStreams(stream: ByteStream): Generator<ByteStream> {
  const { pieces } = stream;
  if (stream.isDraining) yield { ...stream, isDraining: false };
  if (stream.isSlow) yield { ...stream, isSlow: false };
  for (const index of pieces.keys()) {
    if (pieces.length > 1) yield { ...stream, pieces: pieces.toSpliced(index, 1) };
    const [piece, next] = [pieces[index] ?? '', pieces[index + 1]];
    if (next !== undefined) yield { ...stream, pieces: pieces.toSpliced(index, 2, piece + next) };
  }
  for (const [index, piece] of pieces.entries())
    for (const shorter of shorterTexts(piece)) yield { ...stream, pieces: pieces.with(index, shorter) };
}

/** Without its halves, its quarters, … its single characters. */
function* shorterTexts(text: string): Generator<string> {
  for (let length = 2 ** Math.floor(Math.log2(text.length)); length >= 1; length = Math.floor(length / 2)) {
    for (let at = 0; at + length <= text.length; at += length) {
      const rest = text.slice(0, at) + text.slice(at + length);
      if (rest !== '') yield rest;
    }
  }
}

/** A difference for a person to read. */
export function describeDifference({ stream, front, plain }: Difference): string {
  const { seed, pieces, isDraining, isSlow } = stream;
  return [
    `seed ${seed}, draining: ${isDraining}, slow: ${isSlow}, pieces:`,
    ...pieces.map((piece) => `  ${JSON.stringify(piece)}`),
    'with the front:',
    ...front.map((step) => `  ${JSON.stringify(step)}`),
    'node:http alone:',
    ...plain.map((step) => `  ${JSON.stringify(step)}`),
  ].join('\n');
}
