import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const project = dirname(dirname(dirname(import.meta.dirname)));
export const definitionFile = join(project, 'crds', 'backsoon.dev_maintenancewindows.yaml');
export const windows = '/apis/backsoon.dev/v1alpha1/namespaces/default/maintenancewindows';

/** What `kubectl` prints. @throws with what it printed on its standard error when it fails. */
export async function kubectl(args: readonly string[], input?: string): Promise<string> {
  const running = run('kubectl', [...args], { maxBuffer: 64 * 1024 * 1024 });
  running.child.stdin?.end(input ?? '');
  return (await running).stdout;
}

/** Makes the API server know MaintenanceWindow as this tree describes it. */
export async function installDefinition(): Promise<void> {
  await kubectl(['apply', '--server-side', '--force-conflicts', '-f', definitionFile]);
  await kubectl(['wait', '--for=condition=Established', '--timeout=30s', '-f', definitionFile]);
}

/** One reason why the API server refuses an object. */
export interface Cause {
  readonly field?: string;
  readonly message: string;
}

export interface Answer<T> {
  readonly status: number;
  readonly body: T & {
    readonly message?: string;
    readonly details?: { readonly causes?: readonly Cause[] };
  };
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

/** The API server as the kubeconfig's user meets it, through `kubectl proxy`: quick enough for long tables. */
export class ApiServer {
  readonly #proxy: ChildProcess;
  readonly #url: string;

  private constructor(proxy: ChildProcess, url: string) {
    this.#proxy = proxy;
    this.#url = url;
  }

  static async connect(): Promise<ApiServer> {
    const proxy = spawn('kubectl', ['proxy', '--port=0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: proxy.stdout });
    const [line] = (await once(lines, 'line', { signal: AbortSignal.timeout(20_000) })) as [string];
    const address = /127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (address === undefined) {
      proxy.kill();
      throw new Error(`kubectl proxy said: ${line}`);
    }
    return new ApiServer(proxy, `http://${address}`);
  }

  async request<T = object>({ method, path, body }: Request): Promise<Answer<T>> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const response = await fetch(this.#url + path, {
      method,
      headers: { 'content-type': type },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Answer<T>['body'] };
  }

  async close(): Promise<void> {
    this.#proxy.kill();
    if (this.#proxy.exitCode === null && this.#proxy.signalCode === null) await once(this.#proxy, 'exit');
  }
}
