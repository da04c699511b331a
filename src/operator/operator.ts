import { once } from 'node:events';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { names } from '../api/names.ts';
import { drivers } from '../gates/drivers.ts';
import { KubeClient } from '../kube/client.ts';
import { systemClock } from '../kube/clock.ts';
import { isKubeError } from '../kube/errors.ts';
import { EventRecorder } from '../kube/events.ts';
import { fencedTransport } from '../kube/fenced-transport.ts';
import { LeaderElector } from '../kube/leader-election.ts';
import type { Transport } from '../kube/transport.ts';
import { startAdminServer } from './admin-server.ts';
import type { OperatorConfig } from './config.ts';
import { Controller } from './controller.ts';
import type { ResponderTemplate } from './fleet/template.ts';
import { operatorMetrics } from './metrics.ts';
import { refuseBesideOthers } from './other-installs.ts';
import { World } from './world.ts';

export interface OperatorOptions {
  readonly transport: Transport;
  readonly config: OperatorConfig;
  readonly template: ResponderTemplate;
  readonly installNamespace: string;
  /** The Pod's name. */
  readonly replica: string;
  /** The Pod's addresses; empty: not known. */
  readonly ownAddresses: readonly string[];
  readonly adminPort: number;
  readonly log: Logger;
}

/** A replica that has heard nothing from the API server for so long is no use as a standby. */
const longestSilenceMs = 10 * 60_000;

/**
 * Runs one replica of the operator until the signal ends it: all replicas watch, one leads and writes.
 * @returns false when the lead was lost: the process had better end and start afresh.
 * @throws OtherInstall when another install has gates in this one's namespaces
 */
export async function runOperator(options: OperatorOptions, signal: AbortSignal): Promise<boolean> {
  const { transport, log, installNamespace, replica } = options;
  const onError = onceEach((error) => log.warn({ err: error }, 'watching'));
  const reader = new KubeClient(transport);
  const gateObjectKinds = options.config.drivers.flatMap((name) => drivers[name].objectKinds);
  const world = new World({
    client: reader,
    installNamespace,
    watchTemplates: options.config.pageTemplates,
    gateObjectKinds,
    controllerConfigMaps: [
      ...new Set(options.config.ingressControllers.flatMap(({ configMap }) => configMap ?? [])),
    ],
    onError,
  });
  const elector = new LeaderElector({
    client: reader,
    namespace: installNamespace,
    name: names.lease,
    // A container that was started again must not pass for the one before it.
    identity: `${replica}_${hostname()}_${process.pid}_${Date.now().toString(36)}`,
    onError: (error) => log.warn({ err: error }, 'leader election'),
  });
  const client = new KubeClient(fencedTransport(transport, () => elector.isLeading()));
  const metrics = operatorMetrics();
  let isSynced = false;
  const admin = await startAdminServer({
    port: options.adminPort,
    registry: metrics.registry,
    notReady: () => (isSynced ? undefined : 'the objects of the cluster have not been listed yet'),
    notAlive: () => silence(world),
  });
  const watching = world.run(signal);
  await Promise.race([world.synced(), watching]);
  if (!signal.aborted) await refuseBesideOthers(reader, installNamespace, gateObjectKinds);
  isSynced = true;
  log.info('synced');
  const end = await elector.run(signal, async (leading) => {
    log.info('leading');
    metrics.leading(true);
    await lead({ ...options, client, world, metrics }, leading);
    metrics.leading(false);
  });
  admin.close();
  await transport.close();
  return end === 'Stopped';
}

/** Passes an error on only when it differs from the last one: what is missing stays missing for hours. */
function onceEach(report: (error: unknown) => void): (error: unknown) => void {
  const said = new Map<string, string>();
  return (error) => {
    const what = isKubeError(error) ? error.attempt.resource : '';
    const message = String(error);
    if (said.get(what) === message) return;
    said.set(what, message);
    report(error);
  };
}

const silence = (world: World): string | undefined =>
  systemClock.monotonic() - world.lastContact > longestSilenceMs
    ? 'nothing heard from the API server for 10 minutes'
    : undefined;

type Lead = OperatorOptions & {
  readonly client: KubeClient;
  readonly world: World;
  readonly metrics: ReturnType<typeof operatorMetrics>;
};

async function lead(options: Lead, leading: AbortSignal): Promise<void> {
  const { client, world, log, replica } = options;
  const recorder = new EventRecorder({
    client,
    source: { controller: 'backsoon.dev/operator', instance: replica },
    onError: (error) => log.warn({ err: error }, 'event'),
  });
  const controller = new Controller({
    ...options,
    clock: systemClock,
    events: (regarding, { type, reason, message }) =>
      recorder.record({ regarding, type, reason, action: 'Reconcile', note: message }),
    onError: (what, error) => log.warn({ err: error }, what),
  });
  await Promise.race([world.relist(), aborted(leading)]);
  await controller.run(leading);
  await recorder.flush();
  recorder.stop();
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
