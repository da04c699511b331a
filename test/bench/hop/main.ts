// Boots a cluster and measures in it; `npm run bench -- hop [--json]`.
import { requirePrograms } from '../../cluster/platform.ts';
import { measureInCluster } from '../in-cluster.ts';

requirePrograms(['nginx'], (line) => console.error(line));
process.exitCode = measureInCluster(import.meta.dirname, []);
