import { execFile } from 'node:child_process';
import { Agent, request } from 'node:http';
import { promisify } from 'node:util';

/** The chart's settleSeconds in this benchmark, and the pause that a careful person would make. */
export const pauseSeconds = 2;

const run = promisify(execFile);
const deadlineMs = 60_000;

/** Runs kubectl with a manifest on its standard input. */
export async function kubectl(args: readonly string[], manifest?: object): Promise<string> {
  const child = run('kubectl', [...args, ...(manifest === undefined ? [] : ['-f', '-'])]);
  child.child.stdin?.end(manifest === undefined ? undefined : JSON.stringify(manifest));
  return (await child).stdout;
}

/** One visitor who asks over and over on one connection. */
export class Visitor {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #address: string;

  constructor(address: string) {
    this.#address = address;
  }

  async #status(): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const headers = { host: 'shop.test', accept: 'text/plain' };
    const asked = request(
      { host: this.#address, port: 80, path: '/', headers, agent: this.#agent },
      (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    asked.on('error', reject).end();
    return promise;
  }

  /** Asks until the status is this one. @returns when that was, in monotonic ms. @throws after a minute */
  async until(wanted: number): Promise<number> {
    const deadline = performance.now() + deadlineMs;
    let seen = 0;
    while (performance.now() < deadline) {
      seen = await this.#status();
      if (seen === wanted) return performance.now();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    throw new Error(`no ${wanted} within ${deadlineMs / 1000} s; the last answer was ${seen}`);
  }
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
