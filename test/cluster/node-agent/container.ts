import { setTimeout as pause } from 'node:timers/promises';
import { commandLine, findImage, type Image, type ImageMap } from './images.ts';
import { NotReadyYet } from './objects.ts';
import type { ContainerSpec, ContainerState, ContainerStatus } from './pod-types.ts';
import { probeLoop } from './probe.ts';
import { ContainerProcess, type Exit } from './process.ts';

export interface ContainerOptions {
  readonly spec: ContainerSpec;
  readonly podUid: string;
  readonly podIp: string;
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  readonly images: ImageMap;
  readonly networkPath: string;
  readonly logPath: string;
  /** @throws NotReadyYet while something that the container needs is missing. */
  readonly environment: (image: Image) => Promise<Record<string, string>>;
  /** Prepares a fresh root for one run and returns the script that enters it. */
  readonly rootScript: () => string;
  /** Resolves when nobody holds the container down (any more). */
  readonly released: (signal: AbortSignal) => Promise<void>;
  readonly onChange: () => void;
}

const stableMs = 30_000;
const longestBackOffMs = 30_000;

/** One container of a Pod over all its runs: starts it, probes it, restarts it, and knows its status. */
export class Container {
  readonly #options: ContainerOptions;
  readonly #stop = new AbortController();
  #process: ContainerProcess | undefined;
  #state: ContainerState = { waiting: { reason: 'ContainerCreating' } };
  #lastState: ContainerStatus['lastState'] = {};
  #restarts = 0;
  #started = false;
  #ready = false;
  #done = false;

  constructor(options: ContainerOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.spec.name;
  }

  get logPath(): string {
    return this.#options.logPath;
  }

  /** True when it ended and will not be started again. */
  get done(): boolean {
    return this.#done;
  }

  get status(): ContainerStatus {
    const { spec, podUid } = this.#options;
    return {
      name: spec.name,
      image: spec.image,
      imageID: `local://${spec.image}`,
      containerID: this.#process === undefined ? '' : `local://${podUid}/${spec.name}/${this.#restarts}`,
      ready: this.#ready,
      started: this.#started,
      restartCount: this.#restarts,
      state: this.#state,
      lastState: this.#lastState,
    };
  }

  /** The exit of the last run, once the container is done. */
  get succeeded(): boolean {
    return 'terminated' in this.#state && this.#state.terminated.exitCode === 0;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.signal(signal);
  }

  /** Ends the container for good: SIGTERM, and SIGKILL after the grace period. Resolves when it is gone. */
  async terminate(graceSeconds: number): Promise<void> {
    const process = this.#process;
    const sleep = Math.min(this.#options.spec.lifecycle?.preStop?.sleep?.seconds ?? 0, graceSeconds);
    const deadline = Date.now() + graceSeconds * 1000;
    if (process !== undefined && sleep > 0) await Promise.race([pause(sleep * 1000), process.exited]);
    this.#stop.abort();
    if (process === undefined) return;
    process.signal(graceSeconds === 0 ? 'SIGKILL' : 'SIGTERM');
    const killing = setTimeout(() => process.signal('SIGKILL'), Math.max(0, deadline - Date.now()));
    await process.exited;
    clearTimeout(killing);
  }

  /** Keeps the container running by its restart policy; resolves when it is done or terminated. */
  async run(): Promise<void> {
    const { signal } = this.#stop;
    let backOffMs = 1000;
    while (!signal.aborted) {
      const process = await this.#start();
      if (process === undefined) break;
      const exit = await process.exited;
      this.#ended(process, exit);
      if (signal.aborted || !this.#restartsAfter(exit)) break;
      if (Date.now() - process.startedAt.getTime() > stableMs) backOffMs = 1000;
      this.#lastState = this.#state;
      if (await this.#hold()) {
        backOffMs = 1000;
      } else {
        await this.#backOff(backOffMs);
        backOffMs = Math.min(backOffMs * 2, longestBackOffMs);
      }
      this.#restarts += 1;
    }
    this.#done = true;
    this.#options.onChange();
  }

  #restartsAfter({ exitCode }: Exit): boolean {
    const { restartPolicy } = this.#options;
    return restartPolicy === 'Always' || (restartPolicy === 'OnFailure' && exitCode !== 0);
  }

  async #backOff(ms: number): Promise<void> {
    this.#set({
      waiting: { reason: 'CrashLoopBackOff', message: `back-off ${ms / 1000}s restarting failed container` },
    });
    await pause(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }

  /** Tries until the container runs. Undefined when it was terminated meanwhile. */
  async #start(): Promise<ContainerProcess | undefined> {
    const { signal } = this.#stop;
    for (;;) {
      try {
        await this.#hold();
        if (signal.aborted) return undefined;
        return await this.#startOnce();
      } catch (error) {
        if (signal.aborted) return undefined;
        this.#set({ waiting: waitingState(error) });
        await pause(500, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Waits while somebody holds the container down; true when somebody did. */
  async #hold(): Promise<boolean> {
    const free = this.#options.released(this.#stop.signal);
    const held = await Promise.race([free.then(() => false), pause(0).then(() => true)]);
    if (held) this.#set({ waiting: { reason: 'Held', message: 'held down by the cluster control' } });
    await free;
    return held;
  }

  async #startOnce(): Promise<ContainerProcess | undefined> {
    const { spec, images, environment, rootScript, networkPath, logPath } = this.#options;
    const image = findImage(images, spec.image);
    if (image === undefined) {
      throw new NotReadyYet('ErrImagePull', `the local cluster has no image ${spec.image}`);
    }
    const env = await environment(image);
    if (this.#stop.signal.aborted) return undefined;
    const command = commandLine(image, spec, env);
    const process = new ContainerProcess({ command, env, networkPath, logPath, rootScript: rootScript() });
    this.#process = process;
    this.#started = spec.startupProbe === undefined;
    this.#ready = this.#started && spec.readinessProbe === undefined;
    this.#set({ running: { startedAt: rfc3339(process.startedAt) } });
    void this.#probe(process, env);
    return process;
  }

  #ended(process: ContainerProcess, { exitCode, signal }: Exit): void {
    this.#process = undefined;
    this.#ready = false;
    this.#started = false;
    this.#set({
      terminated: {
        exitCode,
        ...(signal === undefined ? {} : { signal }),
        reason: exitCode === 0 ? 'Completed' : 'Error',
        startedAt: rfc3339(process.startedAt),
        finishedAt: rfc3339(new Date()),
      },
    });
  }

  /** Startup first; readiness and liveness once that has succeeded. */
  async #probe(process: ContainerProcess, env: Readonly<Record<string, string>>): Promise<void> {
    const { spec, podIp } = this.#options;
    const over = new AbortController();
    void process.exited.then(() => over.abort());
    const target = { container: spec, podIp, env, pid: () => process.pid };
    const kill = (message: string): void => {
      if (!this.#stop.signal.aborted) void this.#kill(process, message);
    };
    if (spec.startupProbe !== undefined) {
      const up = new AbortController();
      const signal = AbortSignal.any([up.signal, over.signal]);
      const onVerdict = (healthy: boolean, message: string): void => (healthy ? up.abort() : kill(message));
      await probeLoop({ probe: spec.startupProbe, target, signal, eager: true, onVerdict });
      if (over.signal.aborted) return;
      this.#started = true;
      this.#ready = spec.readinessProbe === undefined;
      this.#options.onChange();
    }
    const loops: Promise<void>[] = [];
    if (spec.readinessProbe !== undefined) {
      const onVerdict = (healthy: boolean): void => {
        this.#ready = healthy;
        this.#options.onChange();
      };
      loops.push(
        probeLoop({ probe: spec.readinessProbe, target, signal: over.signal, eager: true, onVerdict }),
      );
    }
    if (spec.livenessProbe !== undefined) {
      const onVerdict = (healthy: boolean, message: string): void => (healthy ? undefined : kill(message));
      loops.push(
        probeLoop({ probe: spec.livenessProbe, target, signal: over.signal, eager: false, onVerdict }),
      );
    }
    await Promise.all(loops);
  }

  async #kill(process: ContainerProcess, _message: string): Promise<void> {
    process.signal('SIGTERM');
    const killing = setTimeout(() => process.signal('SIGKILL'), 5000);
    await process.exited;
    clearTimeout(killing);
  }

  #set(state: ContainerState): void {
    this.#state = state;
    this.#options.onChange();
  }
}

function waitingState(error: unknown): { reason: string; message: string } {
  if (error instanceof NotReadyYet) return { reason: error.reason, message: error.message };
  return { reason: 'ContainerCreating', message: error instanceof Error ? error.message : String(error) };
}

/** The API's `metav1.Time` has whole seconds. */
export const rfc3339 = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;
