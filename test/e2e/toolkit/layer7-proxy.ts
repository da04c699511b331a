import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ingressAddress } from './cluster.ts';
import { eventually } from './eventually.ts';

/** The address that the end-to-end tests' Traefik trusts, see scripts/test.ts. */
const address = '192.0.2.7';
const port = 80;

const configuration = `
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend visitors
  bind ${address}:${port}
  default_backend ingress
backend ingress
  option forwardfor
  server ingress ${ingressAddress}:80 source ${address}
`;

/**
 * A real HAProxy that the ingress trusts, configured as most are: it adds the visitor's address to X-Forwarded-For in a
 * line of its own, and passes on every other header as the visitor wrote it.
 */
export class Layer7Proxy implements AsyncDisposable {
  /** Where visitors find it, and as whom it goes on. */
  readonly host = address;
  readonly port = port;
  readonly #child: ChildProcess;
  readonly #directory: string;

  private constructor(child: ChildProcess, directory: string) {
    this.#child = child;
    this.#directory = directory;
  }

  /** Resolves when it takes connections. */
  static async start(): Promise<Layer7Proxy> {
    const directory = mkdtempSync(join(tmpdir(), 'backsoon-haproxy-'));
    const file = join(directory, 'haproxy.cfg');
    writeFileSync(file, configuration);
    const child = spawn('haproxy', ['-db', '-q', '-f', file], { stdio: 'inherit' });
    await eventually('HAProxy takes connections', async () => {
      if (child.exitCode !== null) throw new Error(`it ended with status ${child.exitCode}`);
      const socket = connect(port, address);
      await once(socket, 'connect');
      socket.destroy();
    });
    return new Layer7Proxy(child, directory);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
    rmSync(this.#directory, { recursive: true });
  }
}
