// Runs inside the cluster: round after round, each with the next seed.
import { parseArgs } from 'node:util';
import { closeConnections } from '../../e2e/toolkit/cluster.ts';
import type { Round } from '../../e2e/toolkit/crash-round.ts';
import {
  closeCrashSites,
  crashFigures,
  crashRound,
  describeRound,
  openCrashSites,
} from '../../e2e/toolkit/crash-round.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});

const rounds: Round[] = [];
const sites = await openCrashSites('crash');
for (let index = 0; index < Number(values.rounds); index += 1) {
  const round = await crashRound(Number(values.seed) + index, sites);
  rounds.push(round);
  console.error(`${index + 1}: ${describeRound(round)}`);
}
await closeCrashSites(sites);
await closeConnections();

const figures = crashFigures(rounds);
if (values.json) console.log(JSON.stringify({ figures, seed: Number(values.seed), rounds }));
else console.table(figures);
process.exitCode = figures['let_in'] === 0 && figures['left_shut'] === 0 ? 0 : 1;
