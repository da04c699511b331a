/**
 * The operator, but its process is killed before or after a write. Only for tests, never in the image.
 * Without the variable BACKSOON_DEATH it lives.
 */
import { writeSync } from 'node:fs';
import { KubeconfigTransport } from '../../../src/kube/kubeconfig-transport.ts';
import type { Transport, TransportRequest, TransportResponse } from '../../../src/kube/transport.ts';
import { run } from '../../../src/main/operator.ts';
import type { Death } from '../toolkit/death.ts';
import { deathVariable } from '../toolkit/death.ts';

/** Leases and Events come and go by the clock, and a dry run writes nothing: they are no step of the work. */
const isWrite = ({ method, path, query }: TransportRequest): boolean =>
  method !== 'GET' && query?.['dryRun'] === undefined && !/\/(leases|events)(\/|$)/.test(path);

/** The name of a write, the same in every life of a window: UIDs differ. */
const nameOf = ({ method, path }: TransportRequest): string =>
  `${method} ${path.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, '<uid>')}`;

/** Dies as a process dies whose machine fails: no handler runs, nothing is flushed. */
function die(write: string): never {
  writeSync(1, `died of: ${write}\n`);
  process.kill(process.pid, 'SIGKILL');
  throw new Error('unreachable');
}

function dying(inner: Transport, { when, survived }: Death): Transport {
  const counts = new Map<string, number>();
  return {
    request: async (request): Promise<TransportResponse> => {
      if (!isWrite(request)) return inner.request(request);
      const name = nameOf(request);
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      const write = `${name} #${count}`;
      const isDue = !survived.includes(write);
      if (isDue && when === 'before') die(write);
      const response = await inner.request(request);
      if (isDue) die(write);
      return response;
    },
    close: async () => inner.close(),
  };
}

const death = process.env[deathVariable];
await run(process.argv.slice(2), process.env, () => {
  const transport = new KubeconfigTransport();
  return death === undefined ? transport : dying(transport, JSON.parse(death) as Death);
});
