import { execFile } from 'node:child_process';
import { KubeClient } from '../../../src/kube/client.ts';
import { KubeconfigTransport } from '../../../src/kube/kubeconfig-transport.ts';
import type { NamespacedObject } from '../../../src/kube/objects.ts';
import type { Resource } from '../../../src/kube/resources.ts';
import { resources } from '../../../src/kube/resources.ts';
import type { MaintenanceWindow } from '../../../src/api/generated/maintenance-window.ts';
import { ClusterControl } from '../../cluster/control.ts';

/** A variable that the local cluster gives to what runs inside it. @throws outside of it. */
export function inside(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: these tests run inside \`npm run test:e2e\``);
  return value;
}

const transport = new KubeconfigTransport();

/** The API server, as the cluster's administrator. */
export const api = new KubeClient(transport);

/** The cluster as a machine: Pods held down, signals, logs. */
export const control = new ClusterControl();

/** Where the chart is installed. */
export const installNamespace = 'backsoon-system';

/** Where visitors reach all sites. */
export const ingressAddress = inside('INGRESS_ADDRESS');

export const windows = resources.maintenanceWindows as Resource<NamespacedObject & MaintenanceWindow>;

/** Runs a program to its end and returns what it printed. @throws Error with what it said when it fails. */
export async function run(program: string, args: readonly string[], input = ''): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = execFile(program, args, { maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
    if (error === null) resolve(stdout);
    else reject(new Error(`${program} ${args.join(' ')}: ${stderr}${stdout}`));
  });
  child.stdin?.end(input);
  return promise;
}

/** kubectl, as a person would use it. */
export const kubectl = async (args: readonly string[], input?: string): Promise<string> =>
  run('kubectl', args, input);

export const closeConnections = async (): Promise<void> => transport.close();

// A benchmark uses these tools without Mocha.
if ('after' in globalThis) after('close the connections to the API server', closeConnections);
