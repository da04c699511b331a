/** The side of the cluster that lives in the private namespaces: boots everything, then runs the command. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { names } from '../../src/api/names.ts';
import { addresses } from './addresses.ts';
import { startControlPlane, type ControlPlane } from './control-plane.ts';
import { serveControl } from './control-server.ts';
import type { Daemon } from './daemon.ts';
import { waitForDeployment } from './deployment.ts';
import { Failure } from './failure.ts';
import { imageMap } from './image-map.ts';
import type { IngressController } from './ingress/controller.ts';
import { addressVariable, controllerNamed } from './ingress/controllers.ts';
import { installController } from './ingress/install.ts';
import { startLoadBalancers } from './ingress/load-balancers.ts';
import { runFiles, type HostMessage, type InsideMessage, type InsideSettings } from './inside-settings.ts';
import { installChart, installNamespace } from './install.ts';
import { apply } from './kubectl.ts';
import { printTails } from './logs.ts';
import { setUpNode, PodNetworks } from './network.ts';
import { NodeAgent, registerNode } from './node-agent/agent.ts';
import { serveKubelet } from './node-agent/kubelet-server.ts';
import { Holds } from './node-agent/holds.ts';
import { ConfigObjects } from './node-agent/objects.ts';
import { shopNamespace, shopObjects, waitForShop } from './shop.ts';
import { ToolPaths } from './tools/catalogue.ts';

const stateDirectory = '/run/backsoon';

/** One boot of the cluster, as its steps share it. */
class Boot {
  readonly settings: InsideSettings;
  readonly tools: ToolPaths;
  readonly controllers: readonly IngressController[];
  readonly logs: string;
  readonly shopLog: string;
  readonly startedAt = Date.now();
  env: NodeJS.ProcessEnv = process.env;

  constructor(settings: InsideSettings) {
    this.settings = settings;
    this.tools = new ToolPaths(settings.toolPaths);
    this.controllers = settings.options.ingress.map(controllerNamed);
    this.logs = join(settings.runDirectory, runFiles.logs);
    this.shopLog = join(this.logs, 'shop-access.log');
  }

  path(file: keyof typeof runFiles): string {
    return join(this.settings.runDirectory, runFiles[file]);
  }

  say(line: string): void {
    if (!this.settings.options.quiet) console.error(line);
  }
}

function prepareDirectories(boot: Boot): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run']);
  mkdirSync(stateDirectory, { recursive: true });
  mkdirSync(boot.logs, { recursive: true });
  writeFileSync(boot.shopLog, '');
  const bin = boot.path('bin');
  mkdirSync(bin);
  for (const program of ['kubectl', 'helm']) symlinkSync(boot.tools.program(program), join(bin, program));
  const scripts = {
    'backsoon-cluster': 'test/cluster/control-command.ts',
    // The bundle is there when Backsoon is installed; `kubectl backsoon` finds it by this name.
    'kubectl-backsoon': 'dist/kubectl-backsoon.mjs',
  };
  for (const [name, script] of Object.entries(scripts)) {
    const path = join(boot.settings.repository, script);
    writeFileSync(join(bin, name), `#!/bin/sh\nexec '${process.execPath}' '${path}' "$@"\n`, { mode: 0o755 });
  }
}

/** Where visitors reach each ingress controller; the first is meant when only one is asked for. */
function ingressAddresses(controllers: readonly IngressController[]): NodeJS.ProcessEnv {
  const [first] = controllers;
  if (first === undefined) return {};
  const all = controllers.map((controller) => [addressVariable(controller), controller.loadBalancer]);
  return { INGRESS_ADDRESS: first.loadBalancer, ...(Object.fromEntries(all) as NodeJS.ProcessEnv) };
}

/** What the command, and everything else that talks to the cluster, finds in its environment. */
function environment(boot: Boot, plane: ControlPlane): NodeJS.ProcessEnv {
  const { host } = boot.settings;
  return {
    ...process.env,
    PATH: `${boot.path('bin')}:${process.env['PATH'] ?? ''}`,
    KUBECONFIG: plane.kubeconfig,
    BACKSOON_CLUSTER_SOCKET: boot.path('controlSocket'),
    BACKSOON_CLUSTER_CIDRS: `${addresses.podCidr},${addresses.node}/32`,
    BACKSOON_CLUSTER_LOGS: boot.logs,
    BACKSOON_AUDIT_LOG: plane.auditLog,
    BACKSOON_VISITOR_CIDR: addresses.visitorCidr,
    BACKSOON_PROXY_CIDR: addresses.proxyCidr,
    BACKSOON_SHOP_LOG: boot.shopLog,
    ...ingressAddresses(boot.controllers),
    ...(host === undefined
      ? {}
      : {
          BACKSOON_HOST_HTTP: `http://shop.localhost:${host.httpPort}`,
          BACKSOON_HOST_HTTPS: `https://shop.localhost:${host.httpsPort}`,
        }),
  };
}

const reportCrash = (daemon: Daemon): void =>
  console.error(`${daemon.spec.name} ended unexpectedly:\n${daemon.tail()}`);

async function startAgent(boot: Boot, plane: ControlPlane): Promise<void> {
  const { options, repository } = boot.settings;
  const images = imageMap({
    repository,
    tools: boot.tools,
    shopLog: boot.shopLog,
    controllers: boot.controllers,
    extra: options.images,
  });
  const agent = new NodeAgent({
    api: plane.api,
    objects: new ConfigObjects(plane.api),
    networks: new PodNetworks(),
    holds: new Holds(),
    images,
    caPath: plane.caPath,
    stateDirectory,
    logDirectory: boot.logs,
    programDirectories: [repository, ...Object.values(boot.settings.toolPaths), process.execPath],
  });
  await registerNode(plane.api);
  void agent.run(new AbortController().signal);
  const daemons = new Map(plane.daemons);
  if (boot.controllers.length > 0) {
    const balancers = startLoadBalancers({
      controllers: boot.controllers,
      sockets: { http: boot.path('httpSocket'), https: boot.path('httpsSocket') },
      logPath: join(boot.logs, 'load-balancer.log'),
      onCrash: reportCrash,
    });
    daemons.set('load-balancer', balancers);
  }
  serveKubelet(agent, plane.server);
  serveControl(boot.path('controlSocket'), { agent, daemons, images });
}

async function installParts(boot: Boot, plane: ControlPlane): Promise<void> {
  const { options, repository } = boot.settings;
  const kubectl = boot.tools.program('kubectl');
  const cluster = { tools: boot.tools, env: boot.env, api: plane.api };
  const ingress = boot.controllers.map(async (controller) => {
    const extraArguments = options.ingressArguments[controller.name] ?? [];
    await installController(cluster, controller, { replicas: options.replicas, extraArguments });
    boot.say(`  The ingress controller ${controller.name} is ready.`);
  });
  const shop = async (): Promise<void> => {
    if (!options.shop) return;
    await apply(kubectl, boot.env, await shopObjects(plane.authority, boot.controllers));
    await waitForDeployment(plane.api, shopNamespace, 'shop');
    boot.say('  The shop is ready.');
  };
  await Promise.all([...ingress, shop()]);
  if (options.shop) await waitForShop(boot.controllers, options.replicas);
  if (!options.install) return;
  await installChart({
    helm: boot.tools.program('helm'),
    repository,
    env: boot.env,
    controllers: boot.controllers,
    directory: stateDirectory,
    arguments: options.helmArguments,
  });
  // Helm has waited for the operator; the responder is the operator's own work.
  await waitForDeployment(plane.api, installNamespace, names.responder);
  boot.say('  Backsoon is installed.');
}

function printWelcome(boot: Boot): void {
  const { host } = boot.settings;
  boot.say(`
The cluster is up.
  from the host     ${host === undefined ? '(no ingress controller)' : `http://shop.localhost:${host.httpPort} and https://shop.localhost:${host.httpsPort}`}
  logs              ${boot.logs}
  a shell inside    npm run cluster -- [options] -- bash
Everything of it ends with Ctrl-C.`);
}

/** Runs the command to its end; resolves to its exit status as a shell would say it. */
async function runCommand(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [program = 'true', ...args] = command;
  // Away from a terminal nobody else sends signals to the command's own children: it gets a group, and the group them.
  const detached = !process.stdin.isTTY;
  const child = spawn(program, args, { stdio: 'inherit', env, detached });
  process.on('message', ({ signal }: HostMessage) => {
    if (detached && child.pid !== undefined) process.kill(-child.pid, signal);
    else child.kill(signal);
  });
  child.on('error', (error) => console.error(`Cannot run ${program}: ${error.message}`));
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.on('close', (code, signal) => resolve([code, signal]));
  });
  if (code !== null && code < 0) return 127;
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

async function main(): Promise<number> {
  const settings = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as InsideSettings;
  const boot = new Boot(settings);
  try {
    prepareDirectories(boot);
    setUpNode(boot.controllers.map(({ loadBalancer }) => loadBalancer));
    boot.say('Starting the cluster ...');
    const directories = { state: stateDirectory, logs: boot.logs };
    const plane = await startControlPlane(boot.tools, directories, reportCrash);
    boot.say('  The API server is ready.');
    boot.env = environment(boot, plane);
    await startAgent(boot, plane);
    await installParts(boot, plane);
    const seconds = (Date.now() - boot.startedAt) / 1000;
    boot.say(`Ready after ${seconds.toFixed(1)} s.`);
    process.send?.({ type: 'ready', seconds } satisfies InsideMessage);
    if (settings.options.command.length === 0) {
      printWelcome(boot);
      await once(process, 'disconnect');
      return 0;
    }
    const status = await runCommand(settings.options.command, boot.env);
    if (status !== 0 && !settings.options.quiet) printTails(boot.logs);
    return status;
  } catch (error) {
    printTails(boot.logs);
    console.error(error instanceof Failure ? error.message : error);
    return error instanceof Failure ? error.exitCode : 1;
  }
}

// The first process of a pid namespace gets no signal's default action; Ctrl-C is the host side's business.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => {
  // The host's side is gone, whatever the reason: take everything along, and what it can no longer remove.
  const settings = process.argv[2] ?? '';
  rmSync(join(settings, '..'), { recursive: true, force: true });
  process.exit(1);
});
process.exit(await main());
