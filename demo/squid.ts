import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { waitFor } from '../test/cluster/wait.ts';

/** Squid's own address, in the range that the cluster keeps for proxies. squid.conf says the same. */
export const squidAddress = '192.0.2.80';

const configuration = join(import.meta.dirname, 'squid.conf');

/** Squid refuses to be root, and a namespace of one user has nobody else: a nested one gives that user another number. */
const asOrdinaryUser = ['--user', '--map-user=13', '--map-group=13'];

/** Debian's Squid between visitors and the load balancer: a machine of its own, outside of the cluster. */
export class Squid {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Resolves when it takes connections. @throws Error with what Squid said when it does not start. */
  static async start(): Promise<Squid> {
    // In the nested namespace nobody may bind port 80 otherwise; this counts for the cluster's own network alone.
    writeFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', '80');
    const child = spawn('unshare', [...asOrdinaryUser, 'squid', '-N', '-f', configuration], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      said = (said + chunk).slice(-2000);
    });
    child.on('error', (error) => {
      said += error.message;
    });
    await waitFor(
      async () => {
        if (child.exitCode !== null) throw new Error(said);
        await connects();
        return true;
      },
      { what: 'Squid to take connections', timeoutSeconds: 10 },
    );
    return new Squid(child);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}

async function connects(): Promise<void> {
  const socket = connect(80, squidAddress);
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}
