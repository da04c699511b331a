import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, Failure } from './failure.ts';
import type { IngressController } from './ingress/controller.ts';
import type { Image } from './node-agent/images.ts';
import type { ToolPaths } from './tools/catalogue.ts';

export interface ImageSources {
  readonly repository: string;
  readonly tools: ToolPaths;
  readonly shopLog: string;
  readonly controllers: readonly IngressController[];
  /** `name=command` of the command line. */
  readonly extra: readonly string[];
}

/** Squid refuses to be root, and a namespace of one user has nobody else: a nested one gives that user another number. */
const asOrdinaryUser = ['unshare', '--user', '--map-user=13', '--map-group=13'];

/** The images that the local cluster has. Tests may add more. */
export function imageMap({
  repository,
  tools,
  shopLog,
  controllers,
  extra,
}: ImageSources): Map<string, Image> {
  const node = process.execPath;
  const images = new Map<string, Image>([
    ['backsoon', { entrypoint: [node, join(repository, 'dist/backsoon.mjs')] }],
    [
      'backsoon.test/shop',
      { entrypoint: [node, join(repository, 'test/cluster/images/shop.ts')], env: { SHOP_LOG: shopLog } },
    ],
    [
      'backsoon.test/squid',
      { entrypoint: [...asOrdinaryUser, 'squid', '-N', '-f'], defaultArguments: ['/etc/squid/squid.conf'] },
    ],
    ['backsoon.test/node', { entrypoint: [node] }],
    ['backsoon.test/sh', { entrypoint: ['sh', '-c'] }],
  ]);
  for (const controller of controllers)
    for (const [name, image] of Object.entries(controller.images(tools))) images.set(name, image);
  for (const definition of extra) {
    const [name, image] = parseImage(definition, repository);
    images.set(name, image);
  }
  return images;
}

function parseImage(definition: string, repository: string): [string, Image] {
  const at = definition.indexOf('=');
  const words = definition
    .slice(at + 1)
    .split(/\s+/)
    .filter((word) => word !== '');
  if (at < 1 || words.length === 0) {
    throw new Failure(`--image takes NAME=COMMAND, not ${definition}.`, exitCodes.usage);
  }
  return [definition.slice(0, at), { entrypoint: words.map((word) => absolute(word, repository)) }];
}

/** A Pod's working directory is not the repository: a word that names a file of it becomes an absolute path. */
function absolute(word: string, repository: string): string {
  if (word === 'node') return process.execPath;
  const path = join(repository, word);
  return word.includes('/') && !word.startsWith('/') && existsSync(path) ? path : word;
}
