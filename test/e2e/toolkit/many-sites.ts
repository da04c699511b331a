import { expect } from 'chai';
import { inParallel } from '../../../src/operator/in-parallel.ts';
import { eventually } from './eventually.ts';
import type { Site } from './site.ts';
import { createIngress } from './site.ts';
import { tryToVisit } from './visitor.ts';

const atOnce = 16;

/** Sites beside another one, all in its namespace; the sample shop serves them, too. @returns their hosts */
export async function openMany({ namespace }: Site, count: number): Promise<readonly string[]> {
  const names = Array.from({ length: count }, (_, index) => `many-${index}`);
  await inParallel(names, atOnce, async (name) => createIngress({ namespace, name, host: `${name}.test` }));
  const hosts = names.map((name) => `${name}.test`);
  await eventually(
    `${count} sites`,
    async () => expect(await statusesOf(hosts)).to.deep.equal({ 200: count }),
    { within: 60 },
  );
  return hosts;
}

/** How many of the hosts answer with each status. */
export async function statusesOf(hosts: readonly string[]): Promise<Readonly<Record<number, number>>> {
  const counts: Record<number, number> = {};
  await inParallel(hosts, atOnce, async (host) => {
    const { status } = await tryToVisit(host, { method: 'HEAD', path: '/healthz' });
    counts[status] = (counts[status] ?? 0) + 1;
  });
  return counts;
}
