import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';

/** What the operator's process used since the last look. */
export interface Usage {
  readonly seconds: number;
  readonly cpu_s: number;
  /** The most that was resident at any time since it was started. */
  readonly rss_peak_mb: number;
  readonly rss_mb: number;
  /** How late the event loop was at worst, and in all but one of a hundred ticks. */
  readonly loop_lag_max_ms: number;
  readonly loop_lag_p99_ms: number;
}

/** Linux counts processor time in these, whatever the kernel's own ticks (proc(5), sysconf(_SC_CLK_TCK)). */
const ticksPerSecond = 100;

/** The process that runs `backsoon operator`. @throws Error when there is not exactly one */
function findOperator(): number {
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words.some((word) => word.endsWith('backsoon.mjs')) && words.includes('operator');
      } catch {
        return false;
      }
    });
  if (found.length !== 1) throw new Error(`expected one operator, found processes ${found.join(', ')}`);
  return Number(found[0]);
}

function processorSeconds(pid: number): number {
  // The second field may hold spaces and brackets: count from its end.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function residentMegabytes(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  return { now: kilobytes('VmRSS') / 1024, peak: kilobytes('VmHWM') / 1024 };
}

async function metrics(address: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request({ host: address, port: 8081, path: '/metrics', agent: false }, resolve).on('error', reject).end();
  return text(await promise);
}

function metric(page: string, name: string): number {
  const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(page)?.[1];
  if (value === undefined) throw new Error(`the operator has no metric ${name}`);
  return Number(value);
}

/** Looks at the operator's process from outside, and at what it says of its event loop. */
export class OperatorUsage {
  readonly #pid = findOperator();
  readonly #address: string;
  #at = performance.now();
  #cpu = processorSeconds(this.#pid);

  /** @param address of its Pod */
  constructor(address: string) {
    this.#address = address;
  }

  /** What was used since the last call; the event loop's figures begin anew. */
  async take(): Promise<Usage> {
    const page = await metrics(this.#address);
    const [at, cpu] = [performance.now(), processorSeconds(this.#pid)];
    const resident = residentMegabytes(this.#pid);
    const usage = {
      seconds: (at - this.#at) / 1000,
      cpu_s: cpu - this.#cpu,
      rss_mb: resident.now,
      rss_peak_mb: resident.peak,
      loop_lag_max_ms: metric(page, 'nodejs_eventloop_lag_max_seconds') * 1000,
      loop_lag_p99_ms: metric(page, 'nodejs_eventloop_lag_p99_seconds') * 1000,
    };
    this.#at = at;
    this.#cpu = cpu;
    return usage;
  }
}
