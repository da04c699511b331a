// Plays its share of the streams and says what it found.
import { parentPort, workerData } from 'node:worker_threads';
import { byteStreamOf } from '../../unit/responder/front/byte-streams.ts';
import { Comparison } from '../../unit/responder/front/comparison.ts';
import { describeDifference, shrink } from '../../unit/responder/front/shrink.ts';

/** Every `step`th seed from `first` on, below `end`. */
export interface Share {
  readonly first: number;
  readonly step: number;
  readonly end: number;
}

export interface Found {
  readonly cases: number;
  /** Requests that the front answered itself. */
  readonly taken: number;
  /** For a person to read. */
  readonly differences: readonly string[];
}

/** A front that differs everywhere need not be described everywhere. */
const mostDescribed = 10;

async function search({ first, step, end }: Share): Promise<Found> {
  const comparison = new Comparison();
  const differences: string[] = [];
  let cases = 0;
  for (let seed = first; seed < end; seed += step) {
    cases += 1;
    const difference = await comparison.play(byteStreamOf(seed));
    if (difference === undefined) continue;
    const isWorthIt = differences.length < mostDescribed;
    differences.push(isWorthIt ? describeDifference(await shrink(difference, comparison)) : `seed ${seed}`);
  }
  return { cases, taken: comparison.taken, differences };
}

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort?.postMessage(await search(workerData as Share));
