import { setTimeout as pause } from 'node:timers/promises';
import { apiVersion, kind } from '../../../src/api/names.ts';
import type { MaintenanceWindow } from '../../../src/api/generated/maintenance-window.ts';
import type { KubeClient } from '../../../src/kube/client.ts';
import type { NamespacedObject } from '../../../src/kube/objects.ts';
import { resources } from '../../../src/kube/resources.ts';
import type { Resource } from '../../../src/kube/resources.ts';
import { waitFor } from '../../cluster/wait.ts';
import type { Spread } from '../../e2e/toolkit/onlookers.ts';
import { Onlookers } from '../../e2e/toolkit/onlookers.ts';
import { hostOf, namespaceOf } from './sites.ts';

const windows = resources.maintenanceWindows as Resource<NamespacedObject & MaintenanceWindow>;
const name = 'flip';
/** How many of the hosts get half of all looks: for them the spread can be bounded closely. */
const closely = 4;
/** Before a flip every host has to be seen as it was. */
const earlyMs = 6_000;

/** How far apart the hosts of one window flipped, as visitors saw it. */
export interface Flips {
  readonly hosts: number;
  readonly start: Spread;
  readonly end: Spread;
}

/** Closes and opens so many sites by one window's schedule, and watches. */
export async function watchFlips(api: KubeClient, count: number): Promise<Flips> {
  const namespace = namespaceOf(count);
  const hosts = Array.from({ length: count }, (_, index) => hostOf(count, index));
  const move = async (start: number, end: number): Promise<void> => {
    const [from, to] = [start, end].map((ms) => Temporal.Instant.fromEpochMilliseconds(ms).toString());
    const spec = {
      targets: [{ ingress: { selector: {} } }],
      schedule: { start: from ?? '', end: to ?? '' },
    };
    await api.apply(
      windows,
      { apiVersion, kind, metadata: { namespace, name }, spec },
      { fieldManager: 'bench', force: true },
    );
    await proven(api, namespace);
  };
  const soon = (seconds: number): number => Math.ceil(Date.now() / 1000 + seconds) * 1000;

  await move(soon(3_000), soon(6_000));
  const start = soon(20);
  await move(start, soon(6_000));
  const atStart = await watch(hosts, { at: start, old: 'open' });
  const end = soon(20);
  await move(start, end);
  const atEnd = await watch(hosts, { at: end, old: 'closed' });
  await api.delete(windows, { namespace, name });
  return { hosts: count, start: atStart, end: atEnd };
}

async function proven(api: KubeClient, namespace: string): Promise<void> {
  await waitFor(
    async () => {
      const { metadata, status } = await api.get(windows, { namespace, name });
      const found = status?.conditions?.find(({ type }) => type === 'GatesProven');
      return found?.status === 'True' && found.observedGeneration === metadata.generation ? true : undefined;
    },
    { what: 'all gates to be proven', timeoutSeconds: 120 },
  );
}

async function watch(
  hosts: readonly string[],
  { at, old }: { readonly at: number; readonly old: 'open' | 'closed' },
): Promise<Spread> {
  await pause(Math.max(0, at - earlyMs - Date.now()));
  const onlookers = new Onlookers(hosts, closely);
  await onlookers.haveSeenAll();
  if (Date.now() >= at)
    throw new Error('the hosts were not all seen before the flip: the machine is too busy');
  await pause(at + 500 - Date.now());
  return (await onlookers.leave()).spread(old);
}
