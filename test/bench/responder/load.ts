import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cores, type ServerProcess } from './server-process.ts';

const run = promisify(execFile);
const source = join(import.meta.dirname, 'load-generator');
const sources = ['go.mod', 'main.go', 'generator.go', 'connection.go'];

/** What one server did under load. Latencies are in microseconds. */
export interface Load {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Per answer. */
  readonly bytes: number;
  /** Requests of the schedule that could not even be sent. */
  readonly unsent: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  /** Microseconds of the server's processor per answer. */
  readonly cpuMicroseconds: number;
  /** The share of its core that the server had: well below 1 in a closed loop, something else was the limit. */
  readonly busy: number;
}

export interface LoadOptions {
  readonly port: number;
  readonly status: 200 | 503;
  readonly seconds: number;
  readonly connections: number;
  /** Requests per second by a fixed schedule; absent: as many as are answered. */
  readonly rate?: number;
  /** Who ends a connection after each answer; absent: nobody. */
  readonly closes?: 'client' | 'server';
  /** Whole requests, sent in turn. */
  readonly requests: readonly string[];
}

/** The load generator's program. */
export class LoadGenerator {
  readonly #program: string;
  readonly #directory: string;

  /** @param directory where files of requests are put. */
  constructor(program: string, directory: string) {
    this.#program = program;
    this.#directory = directory;
  }

  /** Loads one server from a core of its own. @throws Error at the first answer with another status. */
  async load(server: ServerProcess, options: LoadOptions): Promise<Load> {
    const { port, status, seconds, connections, rate = 0, closes = 'nobody', requests } = options;
    const flags = { port, status, seconds, connections, rate, closes, requests: this.#file(requests) };
    const args = Object.entries(flags).map(([name, value]) => `-${name}=${value}`);
    const cpuBefore = server.cpuSeconds();
    const startedAt = performance.now();
    const { stdout } = await run('taskset', ['-c', String(cores.load), this.#program, ...args]).catch(
      (error: unknown) => {
        throw new Error(`${server.name} failed under load: ${String(error)}`, { cause: error });
      },
    );
    const cpuSeconds = server.cpuSeconds() - cpuBefore;
    const wallSeconds = (performance.now() - startedAt) / 1000;
    const printed = JSON.parse(stdout) as Omit<Load, 'cpuMicroseconds' | 'busy'>;
    if (!(printed.requests > 0)) throw new Error(`${server.name} answered nothing`);
    return {
      ...printed,
      bytes: printed.bytes / printed.requests,
      cpuMicroseconds: (cpuSeconds / printed.requests) * 1e6,
      busy: cpuSeconds / wallSeconds,
    };
  }

  #file(requests: readonly string[]): string {
    const text = JSON.stringify(requests);
    const file = join(this.#directory, `requests-${createHash('sha256').update(text).digest('hex')}.json`);
    if (!existsSync(file)) writeFileSync(file, text);
    return file;
  }
}

/** Builds the load generator, once for each state of its sources. @returns its path. @throws Error without Go. */
export function buildLoadGenerator(): string {
  const hash = createHash('sha256');
  for (const file of sources) hash.update(readFileSync(join(source, file)));
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'backsoon', 'bench');
  const program = join(cache, `load-generator-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  const unfinished = `${program}.${process.pid}`;
  const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '' };
  const built = spawnSync('go', ['build', '-trimpath', '-o', unfinished, '.'], {
    cwd: source,
    env,
    encoding: 'utf8',
  });
  if (built.status !== 0) {
    throw new Error(
      `the load generator is built with Go 1.21 or later: ${built.error?.message ?? built.stderr}`,
    );
  }
  renameSync(unfinished, program);
  return program;
}
