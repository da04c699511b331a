// Boots a cluster and measures in it; `npm run bench -- scale [--json] [--sizes 100,1000,5000]`.
import { measureInCluster } from '../in-cluster.ts';

/** Gates go on as soon as a window is there; one replica, so that there is no doubt which one leads. */
const chartValues = ['leadSeconds=7200', 'operator.replicas=1'];

process.exitCode = measureInCluster(import.meta.dirname, [
  '--shop',
  ...chartValues.flatMap((value) => ['--set', value]),
]);
