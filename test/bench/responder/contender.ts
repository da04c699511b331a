import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

/** One server under measurement, pinned to one core. */
export interface Contender {
  readonly name: string;
  readonly url: string;
  stop(): Promise<void>;
}

/** The core that servers have, one at a time, and the one that makes the load. */
export const cores = { server: 0, load: 1 } as const;

export interface ContenderCommand {
  readonly name: string;
  readonly url: string;
  readonly command: readonly string[];
}

/** The request headers with which every contender is asked: what Traefik sends for a browser. */
export const requestHeaders: Readonly<Record<string, string>> = {
  Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Accept-Encoding': 'gzip',
  'Accept-Language': 'en-GB,en;q=0.7',
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'X-Forwarded-For': '198.51.100.10',
  'X-Forwarded-Host': 'shop.example.com',
  'X-Forwarded-Method': 'GET',
  'X-Forwarded-Port': '443',
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Uri': '/checkout',
  'X-Real-Ip': '198.51.100.10',
};

/**
 * Starts a server on its core and waits until it answers 503.
 * @throws Error with what it printed when it ends, or does not answer in time.
 */
export async function startContender({ name, url, command }: ContenderCommand): Promise<Contender> {
  const child = spawn('taskset', ['-c', String(cores.server), ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stdout.on('data', (text: Buffer) => (printed += text.toString()));
  child.stderr.on('data', (text: Buffer) => (printed += text.toString()));
  const deadline = performance.now() + 10_000;
  while ((await statusOf(url)) !== 503) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop(child);
      throw new Error(`${name} does not answer 503 at ${url}; it printed: ${printed}`);
    }
    await pause(50);
  }
  return { name, url, stop: async () => stop(child) };
}

async function statusOf(url: string): Promise<number | undefined> {
  try {
    const response = await fetch(url, { headers: requestHeaders });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
