// Boots a cluster and crashes in it; `npm run bench -- crash [--json] [--rounds N] [--seed N]`.
import { join } from 'node:path';
import { measureInCluster } from '../in-cluster.ts';

process.exitCode = measureInCluster(import.meta.dirname, [
  '--shop',
  '--values',
  join(import.meta.dirname, '../../e2e/values.yaml'),
  '--ingress-arg=traefik=--providers.providersthrottleduration=500ms',
]);
