import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePrograms } from '../../../scripts/build.ts';
import { encodeKeys, keysFile } from '../../../src/access/keys.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { authorityFile } from '../../unit/kube/fake-server.ts';
import { network } from '../../unit/policy/build.ts';
import { namespace, PolicyServer } from '../../unit/responder/policy-server.ts';
import { ServerProcess } from './server-process.ts';

const root = join(import.meta.dirname, '../../..');
const serviceAccount = '/run/secrets/kubernetes.io/serviceaccount';

/** The programs as the image has them, and what the kubelet mounts into a Pod. */
export class BacksoonImage {
  readonly #directory: string;
  readonly #keys: string;

  private constructor(directory: string) {
    this.#directory = join(directory, 'app');
    this.#keys = join(directory, 'keys');
  }

  /**
   * Bundles the programs below `directory` and mounts a service account where a Pod has it. Runs in a mount
   * namespace of its own, as root of it.
   */
  static async prepare(directory: string): Promise<BacksoonImage> {
    const image = new BacksoonImage(directory);
    await bundlePrograms({ source: join(root, 'src/main'), output: image.#directory });
    mkdirSync(image.#keys);
    const keys = encodeKeys({ current: { id: 'k1', key: Buffer.alloc(32, 1) } });
    writeFileSync(join(image.#keys, keysFile), keys);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run']);
    mkdirSync(serviceAccount, { recursive: true });
    writeFileSync(join(serviceAccount, 'token'), 'token-1\n');
    copyFileSync(authorityFile('first'), join(serviceAccount, 'ca.crt'));
    return image;
  }

  /** Starts a responder and waits until it is ready. */
  async start({ name, server, ports }: ResponderOptions): Promise<ServerProcess> {
    const { hostname, port } = new URL(server.url);
    return ServerProcess.start({
      name,
      health: { port: ports.admin, path: '/readyz', status: 200 },
      command: [
        ...this.#entrypoint(),
        'responder',
        `--port=${ports.gate}`,
        `--admin-port=${ports.admin}`,
        `--keys=${this.#keys}`,
      ],
      env: {
        KUBERNETES_SERVICE_HOST: hostname,
        KUBERNETES_SERVICE_PORT: port,
        POD_NAMESPACE: namespace,
        POD_NAME: `backsoon-responder-${ports.gate}`,
      },
    });
  }

  /** The image's, word by word, with this machine's paths. */
  #entrypoint(): string[] {
    const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
    const words = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]') as string[];
    if (words.length < 2) throw new Error('Dockerfile should have an ENTRYPOINT that is a JSON list');
    return words.map((word) =>
      word.replace(/^\/nodejs\/bin\/node$/, process.execPath).replace(/^\/app\b/, this.#directory),
    );
  }
}

export interface ResponderOptions {
  readonly name: string;
  readonly server: PolicyServer;
  readonly ports: { readonly gate: number; readonly admin: number };
}

/** An API server that has these policies. */
export async function servePolicies(policies: readonly Policy[]): Promise<PolicyServer> {
  const server = await PolicyServer.start();
  server.putNetwork(network);
  for (const policy of policies) server.putPolicy(policy);
  return server;
}
