import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** The core that servers have, one at a time, and the one that makes the load. */
export const cores = { server: 0, load: 1 } as const;

export interface ServerCommand {
  readonly name: string;
  /** What answers when the server is up. */
  readonly health: { readonly port: number; readonly path: string; readonly status: number };
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const deadlineMs = 10_000;

/** A server under measurement in a process of its own, pinned to the servers' core. */
export class ServerProcess {
  readonly name: string;
  /** From the start of the process to the first good answer to its health question, asked every millisecond. */
  readonly readyMs: number;
  readonly #child: ChildProcess;

  private constructor(name: string, child: ChildProcess, readyMs: number) {
    this.name = name;
    this.#child = child;
    this.readyMs = readyMs;
  }

  /** @throws Error with what it printed when it ends, or is not up in time. */
  static async start({ name, health, command, env }: ServerCommand): Promise<ServerProcess> {
    const startedAt = performance.now();
    const child = spawn('taskset', ['-c', String(cores.server), ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let printed = '';
    child.stdout.on('data', (text: Buffer) => (printed += text.toString()));
    child.stderr.on('data', (text: Buffer) => (printed += text.toString()));
    let seen: number | undefined;
    while ((seen = await statusOf(health)) !== health.status) {
      const elapsed = performance.now() - startedAt;
      if (child.exitCode !== null || elapsed > deadlineMs) {
        await end(child);
        throw new Error(
          `${name} should answer ${health.status} at :${health.port}${health.path}, but its last answer was ` +
            `${seen ?? 'none'} after ${Math.round(elapsed)} ms; it printed: ${printed}`,
        );
      }
      await pause(1);
    }
    return new ServerProcess(name, child, performance.now() - startedAt);
  }

  /** Time on the processor so far, in seconds, of the process and its children. */
  cpuSeconds(): number {
    // The first figure is nanoseconds; /proc/PID/stat counts in hundredths of a second only.
    return this.#sum((pid) => threadsOf(pid).reduce((sum, file) => sum + firstNumber(file), 0)) / 1e9;
  }

  /** Resident memory now, in bytes, of the process and its children. */
  residentBytes(): number {
    return this.#sum((pid) => {
      const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
      return Number(line?.[1]) * 1024;
    });
  }

  async stop(): Promise<void> {
    await end(this.#child);
  }

  #sum(measure: (pid: number) => number): number {
    const pid = this.#child.pid ?? 0;
    return [pid, ...childrenOf(pid)].reduce((sum, each) => sum + measure(each), 0);
  }
}

const firstNumber = (file: string): number => Number(readFileSync(file, 'utf8').split(' ')[0]);

const threadsOf = (pid: number): string[] =>
  readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}/schedstat`);

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

async function statusOf({ port, path }: ServerCommand['health']): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
    response.resume().on('end', () => resolve(response.statusCode));
  }).on('error', () => resolve(undefined));
  return promise;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  // Nothing is measured any more: there is no point in waiting for a server that drains.
  const timer = setTimeout(() => child.kill('SIGKILL'), 300);
  await once(child, 'exit');
  clearTimeout(timer);
}
