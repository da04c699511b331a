import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exitCodes, Failure } from './failure.ts';
import { HostDoor } from './host-door.ts';
import { controllerNamed } from './ingress/controllers.ts';
import { runFiles, type HostMessage, type InsideSettings } from './inside-settings.ts';
import type { ClusterOptions } from './options.ts';
import { missingNamespaces, requirePrograms, unshare } from './platform.ts';
import { provideTools, type Progress } from './tools/build.ts';
import type { Tool } from './tools/catalogue.ts';
import { isAlive } from './tools/lock.ts';

export const repository = dirname(dirname(import.meta.dirname));

const prefix = 'backsoon-cluster-';
/** How long a command may take to end after a signal before everything is ended. */
const patienceMs = 10_000;
const exitMs = 5000;

/**
 * A directory for the files that both sides see. Leftovers of runs that were killed are swept first, but only those
 * whose process ids mean something here: a cluster that is started inside a cluster must not sweep the outer one.
 */
function makeRunDirectory(): string {
  const processes = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '';
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(new RegExp(`^${prefix}${processes}-(\\d+)-`).exec(name)?.[1]);
    if (pid > 0 && !isAlive(pid)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
  return mkdtempSync(join(tmpdir(), `${prefix}${processes}-${process.pid}-`));
}

/** Bundles Backsoon, so that its Pods run what the image would hold. */
function bundle(progress: Progress): void {
  progress('Bundling Backsoon ...');
  const { status } = spawnSync(process.execPath, [join(repository, 'scripts/build.ts')], {
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Failure('Backsoon could not be bundled; what was printed above says why.');
}

async function openDoors(options: ClusterOptions, runDirectory: string): Promise<HostDoor[]> {
  if (options.ingress.length === 0) return [];
  return await Promise.all([
    HostDoor.open(join(runDirectory, runFiles.httpSocket), options.httpPort),
    HostDoor.open(join(runDirectory, runFiles.httpsSocket), options.httpsPort),
  ]);
}

function enter(settings: InsideSettings): ChildProcess {
  const path = join(settings.runDirectory, runFiles.settings);
  writeFileSync(path, JSON.stringify(settings));
  const [program, ...args] = unshare;
  return spawn(program, [...args, process.execPath, join(import.meta.dirname, 'inside.ts'), path], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // Ordinary users often have no sbin on their PATH, and `ip`, `nft` and `pivot_root` live there.
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
  });
}

/**
 * Ends everything inside. The first process there exits by itself when its channel closes, and the kernel ends all
 * others before it is gone; killing it from here would leave them a moment longer.
 */
function end(child: ChildProcess): void {
  if (child.connected) child.disconnect();
  setTimeout(() => child.kill('SIGKILL'), exitMs).unref();
}

interface SignalRelay {
  /** The first signal that came. */
  readonly received: () => NodeJS.Signals | undefined;
  readonly stop: () => void;
}

/** Passes signals on to the command; when that does not end it in time, everything is ended. */
function relaySignals(child: ChildProcess, hasCommand: boolean): SignalRelay {
  let received: NodeJS.Signals | undefined;
  let deadline: NodeJS.Timeout | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    received ??= signal;
    if (!hasCommand) {
      end(child);
      return;
    }
    // A terminal's Ctrl-C has reached the command already.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) {
      child.send({ type: 'signal', signal } satisfies HostMessage, () => undefined);
    }
    deadline ??= setTimeout(() => end(child), patienceMs);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return {
    received: () => received,
    stop: () => {
      clearTimeout(deadline);
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}

async function live(settings: InsideSettings): Promise<number> {
  const child = enter(settings);
  const hasCommand = settings.options.command.length > 0;
  const signals = relaySignals(child, hasCommand);
  const [code] = await new Promise<[number | null]>((resolve) => {
    child.on('exit', (code) => resolve([code]));
    child.on('error', () => resolve([exitCodes.unavailable]));
  });
  signals.stop();
  const received = signals.received();
  if (received === undefined) return code ?? 1;
  // Ctrl-C is how a cluster without a command ends: that is success.
  return hasCommand ? 128 + constants.signals[received] : 0;
}

/**
 * Boots a cluster, runs the command inside it and resolves to the command's exit status. Nothing is left behind.
 * @throws Failure when the platform or a program is missing, or a build fails.
 */
export async function runCluster(options: ClusterOptions): Promise<number> {
  const progress: Progress = (line) => {
    if (!options.quiet) console.error(line);
  };
  const reason = missingNamespaces();
  if (reason !== undefined) throw new Failure(reason, exitCodes.unavailable);
  const controllers = options.ingress.map(controllerNamed);
  const programs = controllers.flatMap(({ programs }) => programs);
  requirePrograms(['ip', 'nft', 'openssl', ...programs], progress);
  const wanted: Tool['name'][] = ['etcd', 'kubernetes', 'helm', ...controllers.flatMap(({ tools }) => tools)];
  const tools = await provideTools(wanted, progress);
  if (options.install) bundle(progress);
  const runDirectory = makeRunDirectory();
  try {
    const doors = await openDoors(options, runDirectory);
    const [http, https] = doors;
    const host = http && https ? { httpPort: http.port, httpsPort: https.port } : undefined;
    const settings = { options, toolPaths: tools.paths, runDirectory, repository, host };
    return await live(settings).finally(() => doors.forEach((door) => door.close()));
  } finally {
    if (existsSync(runDirectory)) rmSync(runDirectory, { recursive: true, force: true, maxRetries: 3 });
  }
}
