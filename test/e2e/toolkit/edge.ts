import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ingressAddress } from './cluster.ts';
import { eventually } from './eventually.ts';
import { putOutsideService } from './outside-service.ts';

const address = '192.0.2.21';
const webPort = 8080;
const securePort = 8443;

/** What the edge does with a host in place of passing it on to Traefik: HAProxy's own words. */
export type EdgeRules = Readonly<Record<string, string>>;

const configuration = (rules: EdgeRules): string => `
defaults
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend web
  mode http
  bind ${address}:${webPort} accept-proxy
${Object.entries(rules)
  .map(([host, rule]) => `  http-request ${rule} if { hdr(host) -i ${host} }`)
  .join('\n')}
  default_backend web
backend web
  mode http
  server ingress ${ingressAddress}:80 source ${address}
frontend secure
  mode tcp
  bind ${address}:${securePort} accept-proxy
  default_backend secure
backend secure
  mode tcp
  server ingress ${ingressAddress}:443 source ${address}
`;

/**
 * A real HAProxy in the place of an ingress controller's Pod, behind a Service of its own. It takes no connection without a
 * PROXY header, passes TLS on as it is, and everything else as its rules say.
 */
export class Edge implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #directory: string;

  private constructor(child: ChildProcess, directory: string) {
    this.#child = child;
    this.#directory = directory;
  }

  static async start(
    metadata: { readonly namespace: string; readonly name: string },
    rules: EdgeRules,
  ): Promise<Edge> {
    const directory = mkdtempSync(join(tmpdir(), 'backsoon-edge-'));
    const file = join(directory, 'haproxy.cfg');
    writeFileSync(file, configuration(rules));
    const child = spawn('haproxy', ['-db', '-q', '-f', file], { stdio: 'inherit' });
    await eventually('HAProxy takes connections', async () => {
      if (child.exitCode !== null) throw new Error(`it ended with status ${child.exitCode}`);
      const socket = connect(webPort, address);
      await once(socket, 'connect');
      socket.destroy();
    });
    await putOutsideService(metadata, address, [
      { name: 'web', port: 80, targetPort: webPort },
      { name: 'secure', port: 443, targetPort: securePort },
    ]);
    return new Edge(child, directory);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
    rmSync(this.#directory, { recursive: true });
  }
}
