import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };

/** The real nginx. A new configuration is a reload: old workers end their requests, WebSockets too, beside new ones. */
export class NginxProcess {
  readonly #file: string;
  #current = '';
  #child: ChildProcess | undefined;

  constructor(directory: string) {
    this.#file = join(directory, 'nginx.conf');
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /**
   * Makes nginx run by this configuration. True when that is something new.
   * @throws Error when nginx refuses it; then the previous one stays.
   */
  async use(configuration: string): Promise<boolean> {
    if (configuration === this.#current) return false;
    const next = `${this.#file}.next`;
    writeFileSync(next, configuration);
    await test(next);
    renameSync(next, this.#file);
    this.#current = configuration;
    if (this.#child === undefined) this.#start();
    else this.#child.kill('SIGHUP');
    return true;
  }

  /** Lets it end its requests. */
  async quit(): Promise<void> {
    if (this.#child === undefined || !this.isRunning) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGQUIT');
    await exited;
  }

  #start(): void {
    const child = spawn('nginx', ['-c', this.#file], { stdio: 'inherit', env });
    this.#child = child;
    child.on('exit', (code) => {
      console.log(`nginx ended with status ${code}`);
      process.exitCode ??= 1;
      setImmediate(() => process.exit());
    });
  }
}

/** @throws Error with what nginx says against the file. */
async function test(file: string): Promise<void> {
  // Its output is ours: nginx opens the file of its access log, and could not open a pipe.
  const child = spawn('nginx', ['-t', '-q', '-c', file], { stdio: ['ignore', 'inherit', 'pipe'], env });
  const exited = once(child, 'exit');
  const said = await text(child.stderr);
  const [code] = (await exited) as [number | null];
  if (code !== 0) throw new Error(said.trim());
}
