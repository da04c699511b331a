import { execFile } from 'node:child_process';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ContainerSpec, Probe } from './pod-types.ts';

const run = promisify(execFile);

/** What a probe is aimed at. */
export interface ProbeTarget {
  readonly container: ContainerSpec;
  readonly podIp: string;
  readonly env: Readonly<Record<string, string>>;
  readonly pid: () => number | undefined;
}

/** A probe, and who is told each time that its verdict changes. */
export interface ProbeLoop {
  readonly probe: Probe;
  readonly target: ProbeTarget;
  readonly signal: AbortSignal;
  /** Ask often until the first success, so that tests need not wait for a period of ten seconds. */
  readonly eager: boolean;
  readonly onVerdict: (healthy: boolean, message: string) => void;
}

const eagerMs = 250;

/** Counts a probe's answers against its thresholds. */
class Verdicts {
  readonly #probe: Probe;
  readonly #periodMs: number;
  #successes = 0;
  #failures = 0;
  #failureCountedAt = 0;
  #verdict: boolean | undefined;

  constructor(probe: Probe) {
    this.#probe = probe;
    this.#periodMs = (probe.periodSeconds ?? 10) * 1000;
  }

  /** The verdict, if this answer changes it. An eager failure within the period of another one counts as the same. */
  add(healthy: boolean): boolean | undefined {
    if (healthy) {
      this.#successes += 1;
      this.#failures = 0;
      this.#failureCountedAt = 0;
    } else {
      this.#successes = 0;
      if (Date.now() - this.#failureCountedAt < this.#periodMs - eagerMs / 2) return undefined;
      this.#failureCountedAt = Date.now();
      this.#failures += 1;
    }
    const reached = healthy
      ? this.#successes >= (this.#probe.successThreshold ?? 1)
      : this.#failures >= (this.#probe.failureThreshold ?? 3);
    if (!reached || this.#verdict === healthy) return undefined;
    this.#verdict = healthy;
    return healthy;
  }
}

/** Asks until the signal fires. */
export async function probeLoop({ probe, target, signal, eager, onVerdict }: ProbeLoop): Promise<void> {
  const periodMs = (probe.periodSeconds ?? 10) * 1000;
  const verdicts = new Verdicts(probe);
  let beforeFirstSuccess = eager;
  await pauseUnless(signal, (probe.initialDelaySeconds ?? 0) * 1000);
  while (!signal.aborted) {
    const startedAt = Date.now();
    const failure = await probeOnce(probe, target);
    if (signal.aborted) return;
    if (failure === undefined) beforeFirstSuccess = false;
    const verdict = verdicts.add(failure === undefined);
    if (verdict !== undefined) onVerdict(verdict, failure ?? '');
    const interval = beforeFirstSuccess ? Math.min(periodMs, eagerMs) : periodMs;
    await pauseUnless(signal, interval - (Date.now() - startedAt));
  }
}

async function pauseUnless(signal: AbortSignal, ms: number): Promise<void> {
  if (ms > 0) await pause(ms, undefined, { signal }).catch(() => undefined);
}

/** Undefined when healthy, else what went wrong. */
async function probeOnce(probe: Probe, target: ProbeTarget): Promise<string | undefined> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  try {
    if (probe.httpGet !== undefined) await httpGet(probe.httpGet, target, timeoutMs);
    else if (probe.tcpSocket !== undefined) await tcp(probe.tcpSocket.port, target, timeoutMs);
    else if (probe.exec !== undefined) await exec(probe.exec.command, target, timeoutMs);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function portNumber(port: number | string, target: ProbeTarget): number {
  if (typeof port === 'number') return port;
  const named = target.container.ports?.find(({ name }) => name === port);
  if (named === undefined) throw new Error(`no port is named ${port}`);
  return named.containerPort;
}

async function httpGet(
  get: NonNullable<Probe['httpGet']>,
  target: ProbeTarget,
  timeoutMs: number,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const send = get.scheme === 'HTTPS' ? httpsRequest : httpRequest;
  const request = send(
    {
      host: get.host ?? target.podIp,
      port: portNumber(get.port, target),
      path: get.path ?? '/',
      agent: false,
      rejectUnauthorized: false,
      headers: {
        'user-agent': 'kube-probe/1.37',
        ...Object.fromEntries((get.httpHeaders ?? []).map(({ name, value }) => [name, value])),
      },
      signal: AbortSignal.timeout(timeoutMs),
    },
    resolve,
  );
  request.on('error', reject);
  request.end();
  const { statusCode = 0 } = (await promise).resume();
  if (statusCode < 200 || statusCode >= 400)
    throw new Error(`HTTP probe failed with statuscode: ${statusCode}`);
}

async function tcp(port: number | string, target: ProbeTarget, timeoutMs: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect({ host: target.podIp, port: portNumber(port, target) });
  socket.setTimeout(timeoutMs, () => reject(new Error('no answer in time')));
  socket.on('connect', () => resolve());
  socket.on('error', reject);
  await promise.finally(() => socket.destroy());
}

async function exec(command: readonly string[], target: ProbeTarget, timeoutMs: number): Promise<void> {
  const pid = target.pid();
  if (pid === undefined) throw new Error('the container is not running');
  const args = ['--target', String(pid), '--mount', '--net', '--root', '--wd', ...command];
  await run('nsenter', args, { env: { ...target.env }, timeout: timeoutMs, killSignal: 'SIGKILL' });
}
