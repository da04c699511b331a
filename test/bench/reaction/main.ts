// Boots a cluster and measures in it; `npm run bench -- reaction [--json]`.
import { measureInCluster } from '../in-cluster.ts';
import { pauseSeconds } from './rounds.ts';

process.exitCode = measureInCluster(import.meta.dirname, [
  '--shop',
  '--set',
  `settleSeconds=${pauseSeconds}`,
]);
