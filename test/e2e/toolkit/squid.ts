import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ingressAddress } from './cluster.ts';
import { eventually } from './eventually.ts';

/** The proxy's own address: what the ingress sees of everybody who comes through it. */
const address = '192.0.2.5';
const port = 3128;

/** Squid refuses to be root, and a namespace of one user has nobody else: a nested one gives that user another number. */
const asOrdinaryUser = ['--user', '--map-user=13', '--map-group=13'];

export interface SquidOptions {
  /** Says of itself nothing at all, and of its visitors neither: the ingress sees a client like any other. */
  readonly isHidden?: boolean;
}

const configuration = (directory: string, isHidden: boolean): string => `
http_port ${address}:${port} accel vhost
cache_peer ${ingressAddress} parent 80 0 no-query originserver
tcp_outgoing_address ${address}
http_access allow all
cache deny all
via ${isHidden ? 'off' : 'on'}
forwarded_for ${isHidden ? 'delete' : 'on'}
pid_filename none
access_log none
cache_log ${directory}/cache.log
cache_store_log none
pinger_enable off
shutdown_lifetime 0 seconds
`;

/** A real Squid in front of the load balancer; as it comes, it says Via and passes X-Forwarded-For on. */
export class Squid implements AsyncDisposable {
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
  static async start({ isHidden = false }: SquidOptions = {}): Promise<Squid> {
    const directory = mkdtempSync(join(tmpdir(), 'backsoon-squid-'));
    const file = join(directory, 'squid.conf');
    writeFileSync(file, configuration(directory, isHidden));
    const child = spawn('unshare', [...asOrdinaryUser, 'squid', '-N', '-f', file], { stdio: 'inherit' });
    await eventually('Squid takes connections', async () => {
      if (child.exitCode !== null) throw new Error(`it ended with status ${child.exitCode}`);
      const socket = connect(port, address);
      await once(socket, 'connect');
      socket.destroy();
    });
    return new Squid(child, directory);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
    rmSync(this.#directory, { recursive: true });
  }
}
