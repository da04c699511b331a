import { join } from 'node:path';
import { ports } from '../addresses.ts';
import { Daemon } from '../daemon.ts';
import { settingsVariable, type Listener } from '../load-balancer.ts';
import type { IngressController } from './controller.ts';

export interface LoadBalancersOptions {
  readonly controllers: readonly IngressController[];
  /** Unix sockets for visitors from the host: they come to the first controller. */
  readonly sockets: { readonly http: string; readonly https: string };
  readonly logPath: string;
  readonly onCrash: (daemon: Daemon) => void;
}

function listenersOf({ controllers, sockets }: LoadBalancersOptions): Listener[] {
  return controllers.flatMap(({ loadBalancer, service }, index) =>
    (['http', 'https'] as const).map((scheme) => ({
      address: loadBalancer,
      port: ports[scheme],
      target: { host: service.clusterIP, port: ports[scheme] },
      socketPath: index === 0 ? sockets[scheme] : undefined,
    })),
  );
}

/** Starts the program that is all load balancers. */
export function startLoadBalancers(options: LoadBalancersOptions): Daemon {
  const daemon = new Daemon({
    name: 'load-balancer',
    command: [process.execPath, join(import.meta.dirname, '../load-balancer.ts')],
    logPath: options.logPath,
    env: { ...process.env, [settingsVariable]: JSON.stringify(listenersOf(options)) },
    onCrash: options.onCrash,
  });
  daemon.start();
  return daemon;
}
