// The front beside node:http alone, millions of streams; `npm run bench -- desync [--json]`. README.md says how.
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Found, Share } from './worker.ts';

async function run(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      json: { type: 'boolean', default: false },
      cases: { type: 'string', default: '5000000' },
      first: { type: 'string', default: '1000000' },
    },
  });
  const [cases, first] = [Number(values.cases), Number(values.first)];
  const workers = availableParallelism();
  const began = performance.now();
  const shares = Array.from({ length: workers }, (_, index): Share => ({
    first: first + index,
    step: workers,
    end: first + cases,
  }));
  const found = await Promise.all(shares.map(searchShare));
  const differences = found.flatMap((share) => share.differences);
  const figures = { cases: sum(found, 'cases'), differences: differences.length };
  const seconds = Math.round((performance.now() - began) / 1000);
  const takenByFront = sum(found, 'taken');
  if (values.json)
    console.log(
      JSON.stringify({ figures, first, takenByFront, seconds, examples: differences.slice(0, 10) }),
    );
  else {
    for (const difference of differences.slice(0, 10)) console.log(`${difference}\n`);
    console.log(
      `${figures.cases} streams from seed ${first} on in ${seconds} s, ${takenByFront} requests answered by the front:`,
    );
    console.log(`${figures.differences} differences`);
  }
  if (differences.length > 0) process.exitCode = 1;
}

async function searchShare(share: Share): Promise<Found> {
  const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: share });
  const [found] = (await once(worker, 'message')) as [Found];
  return found;
}

const sum = (found: readonly Found[], figure: 'cases' | 'taken'): number =>
  found.reduce((total, share) => total + share[figure], 0);

await run(process.argv.slice(2));
