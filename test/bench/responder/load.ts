import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { cores, requestHeaders } from './contender.ts';

const run = promisify(execFile);

export interface Load {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p99: number;
}

export interface LoadOptions {
  readonly url: string;
  readonly seconds: number;
  readonly connections: number;
}

/**
 * Asks one server as fast as it answers, by wrk on a core of its own, over kept-alive connections.
 * @throws Error when any answer was not the expected refusal, or a socket failed.
 */
export async function measure({ url, seconds, connections }: LoadOptions): Promise<Load> {
  const headers = Object.entries(requestHeaders).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const wrk = ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--latency', ...headers, url];
  const { stdout } = await run('taskset', ['-c', String(cores.load), ...wrk]);
  const total = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  const refused = Number(/Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1]);
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  const p99 = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout);
  if (!(total > 0) || refused !== total || /Socket errors/.test(stdout) || p99 === null) {
    throw new Error(`${url} did not answer every request with 503; wrk says:\n${stdout}`);
  }
  const unit = { us: 0.001, ms: 1, s: 1000 }[p99[2] as 'us' | 'ms' | 's'];
  return { requestsPerSecond: rate, p99: Number(p99[1]) * unit };
}
