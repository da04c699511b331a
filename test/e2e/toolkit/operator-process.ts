import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { build } from 'esbuild';
import { parse, stringify } from 'yaml';
import { resources } from '../../../src/kube/resources.ts';
import { api, inside, installNamespace, kubectl } from './cluster.ts';
import type { Death } from './death.ts';
import { deathVariable } from './death.ts';
import { eventually } from './eventually.ts';
import { forgetLease } from './operator-pods.ts';

interface Kubeconfig {
  readonly clusters: readonly { readonly name: string }[];
}

const source = join(import.meta.dirname, '../programs/dying-operator.ts');
/** CommonJS packages `require` Node's own modules; an ES module has no `require` unless it makes one. */
const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
const operator = 'backsoon-operator';

/**
 * The installed operator's place, taken by processes of the test: its Deployment is scaled to nothing, and what runs
 * instead has its configuration, its account and its rights. A Pod that keeps dying would wait longer each time.
 */
export class OperatorPlace implements AsyncDisposable {
  readonly #directory = mkdtempSync(join(tmpdir(), 'backsoon-operator-'));

  private constructor() {}

  static async take(settings: object): Promise<OperatorPlace> {
    const place = new OperatorPlace();
    // From its sources the program takes seconds to start, and it is started dozens of times.
    const bundle = build({
      entryPoints: [source],
      outfile: place.#path('operator.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node26',
      banner: { js: banner },
    });
    await Promise.all([scale(0), bundle, place.#writeFiles(settings)]);
    return place;
  }

  #path(name: string): string {
    return join(this.#directory, name);
  }

  /** Starts an operator, which lives when no death is given. */
  async start(death?: Death): Promise<OperatorProcess> {
    // The one before may have been killed: nobody waits for its lease to run out.
    await forgetLease();
    const config = ['--config', this.#path('operator.yaml')];
    const template = ['--responder-template', this.#path('responder.yaml')];
    const { KUBERNETES_SERVICE_HOST: _host, ...env } = process.env;
    const child = spawn(
      process.execPath,
      [this.#path('operator.mjs'), ...config, ...template, '--admin-port', '0'],
      {
        env: {
          ...env,
          KUBECONFIG: this.#path('kubeconfig'),
          POD_NAME: 'operator-process',
          POD_NAMESPACE: installNamespace,
          ...(death === undefined ? {} : { [deathVariable]: JSON.stringify(death) }),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    return new OperatorProcess(child);
  }

  /** Gives the place back to the installed operator. */
  async [Symbol.asyncDispose](): Promise<void> {
    await forgetLease();
    await scale(1);
    rmSync(this.#directory, { recursive: true });
  }

  async #writeFiles(settings: object): Promise<void> {
    const { data = {} } = await api.get(resources.configMaps, {
      namespace: installNamespace,
      name: operator,
    });
    const config = parse(data['operator.yaml'] ?? '') as object;
    const token = await kubectl(['create', 'token', operator, '--namespace', installNamespace]);
    const admin = parse(readFileSync(inside('KUBECONFIG'), 'utf8')) as Kubeconfig;
    const kubeconfig = {
      ...admin,
      users: [{ name: operator, user: { token: token.trim() } }],
      contexts: [{ name: operator, context: { cluster: admin.clusters[0]?.name, user: operator } }],
      'current-context': operator,
    };
    const write = (name: string, text: string): void => writeFileSync(this.#path(name), text);
    write('operator.yaml', stringify({ ...config, ...settings }));
    write('responder.yaml', data['responder.yaml'] ?? '');
    write('kubeconfig', stringify(kubeconfig));
  }
}

/** One operator that runs, or ran. */
export class OperatorProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #output = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#exited = once(child, 'exit');
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    }
  }

  get isDead(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The write that it died of; undefined while it lives. @throws when it died of something else. */
  get diedOf(): string | undefined {
    if (!this.isDead) return undefined;
    const write = /^died of: (.*)$/m.exec(this.#output)?.[1];
    if (write === undefined) throw new Error(`the operator ended: ${this.#output}`);
    return write;
  }

  /** Ends it as a machine that fails does. Resolves when it is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }
}

async function scale(replicas: number): Promise<void> {
  await kubectl(['scale', 'deployment', operator, '--namespace', installNamespace, `--replicas=${replicas}`]);
  await eventually(
    `${replicas} Pods of the operator`,
    async () => {
      const labelSelector = 'app.kubernetes.io/component=operator';
      const { items } = await api.list(resources.pods, { namespace: installNamespace, labelSelector });
      const ready = items.filter(({ status }) =>
        status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
      );
      expect([items.length, ready.length]).to.deep.equal([replicas, replicas]);
    },
    { within: 40 },
  );
}
