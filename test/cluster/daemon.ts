import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { once } from 'node:events';

export interface DaemonSpec {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly logPath: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called when the program ends although nobody stopped it. */
  readonly onCrash?: (daemon: Daemon) => void;
}

/** A long-running program of the cluster itself: it can be stopped and started again, and its output goes to a file. */
export class Daemon {
  readonly spec: DaemonSpec;
  #child: ChildProcess | undefined;

  constructor(spec: DaemonSpec) {
    this.spec = spec;
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  start(): void {
    if (this.#child !== undefined) return;
    const [program, ...args] = this.spec.command;
    const log = openSync(this.spec.logPath, 'a');
    const child = spawn(program, args, {
      stdio: ['ignore', log, log],
      detached: true,
      env: this.spec.env ?? process.env,
    });
    closeSync(log);
    this.#child = child;
    const ended = (): void => {
      if (this.#child !== child) return;
      this.#child = undefined;
      this.spec.onCrash?.(this);
    };
    child.on('exit', ended);
    child.on('error', ended);
  }

  /** Resolves when the program is gone. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** The end of what the program printed. */
  tail(lines = 20): string {
    return tailOf(this.spec.logPath, lines);
  }
}

/** The last lines of a file, or an empty string when there is no such file. */
export function tailOf(path: string, lines: number): string {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}
