// The 503 page beside nginx and Express; `npm run bench -- responder [--json]`. README.md says how it is measured.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { Contender } from './contender.ts';
import { type Load, measure } from './load.ts';
import { startPageContenders } from './page.ts';

/** What each server reached in one round. */
interface Round {
  readonly page: Load;
  readonly nginx: Load;
  readonly express: Load;
}

async function run(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      json: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '4' },
      connections: { type: 'string', default: '32' },
    },
  });
  if (availableParallelism() < 2) throw new Error('it takes two cores: one for the server, one for the load');
  const contenders = await startPageContenders();
  try {
    const load = { seconds: Number(values.seconds), connections: Number(values.connections) };
    const servers = [contenders.page, contenders.nginx, contenders.express] as const;
    // Compilers and caches warm up before anything counts.
    for (const { url } of servers) await measure({ url, ...load });
    const rounds: Round[] = [];
    for (let round = 0; round < Number(values.rounds); round += 1)
      rounds.push(await playRound(servers, load, round));
    report(rounds, { json: values.json, bytes: contenders.bytes });
  } finally {
    await contenders.stop();
  }
}

type Servers = readonly [page: Contender, nginx: Contender, express: Contender];

/** Each server once, beginning with another one each time, so that a slow moment of the machine hits all alike. */
async function playRound(
  servers: Servers,
  load: { seconds: number; connections: number },
  round: number,
): Promise<Round> {
  const results: (Load | undefined)[] = [undefined, undefined, undefined];
  for (let turn = 0; turn < servers.length; turn += 1) {
    const index = (round + turn) % servers.length;
    results[index] = await measure({ url: servers[index]!.url, ...load });
  }
  const [page, nginx, express] = results as [Load, Load, Load];
  return { page, nginx, express };
}

function report(rounds: readonly Round[], { json, bytes }: { json: boolean; bytes: number }): void {
  const ratio = (rival: 'nginx' | 'express'): number =>
    round2(median(rounds.map((round) => round.page.requestsPerSecond / round[rival].requestsPerSecond)));
  const figures = { page_vs_nginx: ratio('nginx'), page_vs_express: ratio('express') };
  if (json) {
    console.log(JSON.stringify({ figures, rounds, bytes }));
    return;
  }
  console.log(`503 page of ${bytes} bytes, keep-alive, one core each; requests per second and p99 in ms\n`);
  console.log(['round', 'backsoon', 'nginx', 'express'].map((cell) => cell.padStart(18)).join(''));
  for (const [index, { page, nginx, express }] of rounds.entries()) {
    const cells = [String(index + 1), ...[page, nginx, express].map(cellOf)];
    console.log(cells.map((cell) => cell.padStart(18)).join(''));
  }
  console.log(
    `\nmedian of the rounds: ${figures.page_vs_nginx} x nginx, ${figures.page_vs_express} x express`,
  );
}

const cellOf = ({ requestsPerSecond, p99 }: Load): string =>
  `${Math.round(requestsPerSecond)} (${p99.toFixed(2)})`;

const round2 = (value: number): number => Math.round(value * 100) / 100;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = NaN, high = NaN] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}

await run(process.argv.slice(2));
