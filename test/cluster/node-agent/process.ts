import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { killSession } from './session.ts';

export interface Exit {
  readonly exitCode: number;
  readonly signal: number | undefined;
}

export interface ProcessSpec {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly networkPath: string;
  readonly rootScript: string;
  readonly logPath: string;
}

/** One run of a container: a process in the Pod's network and in a mount namespace of its own. */
export class ContainerProcess {
  readonly #child: ChildProcess;
  readonly exited: Promise<Exit>;
  readonly startedAt = new Date();

  constructor(spec: ProcessSpec) {
    const log = openSync(spec.logPath, 'a');
    writeSync(log, `--- ${this.startedAt.toISOString()} ${spec.command.join(' ')}\n`);
    this.#child = spawn(
      'nsenter',
      [
        `--net=${spec.networkPath}`,
        'unshare',
        '--mount',
        '--propagation=private',
        'sh',
        '-c',
        spec.rootScript,
        'sh',
        ...spec.command,
      ],
      // A session of its own: whatever the program starts can be ended with it.
      { detached: true, stdio: ['ignore', log, log], env: { ...spec.env } },
    );
    closeSync(log);
    const { promise, resolve } = Promise.withResolvers<Exit>();
    this.exited = promise;
    this.#child.on('error', () => resolve({ exitCode: 128, signal: undefined }));
    this.#child.on('exit', (code, signal) => {
      this.#killAll();
      const number = signal === null ? undefined : constants.signals[signal];
      resolve({ exitCode: code ?? 128 + (number ?? 0), signal: number });
    });
  }

  get pid(): number | undefined {
    return this.#child.exitCode === null && this.#child.signalCode === null ? this.#child.pid : undefined;
  }

  /** As a container runtime does: the signal goes to the container's first process. */
  signal(signal: NodeJS.Signals): void {
    if (signal === 'SIGKILL') this.#killAll();
    else this.#child.kill(signal);
  }

  #killAll(): void {
    if (this.#child.pid !== undefined) killSession(this.#child.pid);
  }
}
