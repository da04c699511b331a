import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ClusterControl } from '../../cluster/control.ts';
import { waitFor } from '../../cluster/wait.ts';
import type { Pod, PodSpec } from '../../cluster/node-agent/pod-types.ts';

const execute = promisify(execFile);

export const control = new ClusterControl();

/** Runs kubectl as the cluster's administrator. @throws with what it printed when it fails. */
export async function kubectl(args: readonly string[], input?: object): Promise<string> {
  const running = execute('kubectl', [...args]);
  running.child.stdin?.end(input === undefined ? '' : JSON.stringify(input));
  return (await running).stdout;
}

export const applyObject = async (object: object): Promise<string> =>
  await kubectl(['apply', '-f', '-'], object);

let last = 0;

/** A namespace of a test's own, and what a test does in it. */
export class TestNamespace {
  readonly name = `cluster-test-${process.pid}-${(last += 1)}`;

  async create(): Promise<void> {
    await kubectl(['create', 'namespace', this.name]);
    await waitFor(async () => await kubectl(['-n', this.name, 'get', 'serviceaccount', 'default']), {
      what: `the default service account of ${this.name}`,
      timeoutSeconds: 20,
    });
  }

  async delete(): Promise<void> {
    await kubectl(['delete', 'namespace', this.name, '--wait=false']);
  }

  async apply(kind: string, name: string, content: object): Promise<void> {
    await applyObject({ apiVersion: 'v1', kind, metadata: { name, namespace: this.name }, ...content });
  }

  /** Starts a Pod of one container that runs a shell script, unless the spec says something else. */
  async run(
    name: string,
    script: string,
    spec: Partial<PodSpec> & { container?: object } = {},
  ): Promise<void> {
    const { container, ...rest } = spec;
    await applyObject({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: this.name, labels: { app: name } },
      spec: {
        restartPolicy: 'Never',
        terminationGracePeriodSeconds: 5,
        containers: [{ name: 'main', image: 'backsoon.test/sh:1', args: [script], ...container }],
        ...rest,
      },
    });
  }

  /** The Pod as the API server has it; undefined when it is gone. */
  async pod(name: string): Promise<Pod | undefined> {
    const text = await kubectl(['-n', this.name, 'get', 'pod', name, '--ignore-not-found', '-o', 'json']);
    return text === '' ? undefined : (JSON.parse(text) as Pod);
  }

  /** Waits until the Pod is as wished, and returns it. @throws Error that shows the Pod's last status. */
  async podThat(name: string, what: string, wish: (pod: Pod) => boolean, timeoutSeconds = 20): Promise<Pod> {
    return await waitFor(
      async () => {
        const pod = await this.pod(name);
        if (pod !== undefined && wish(pod)) return pod;
        throw new Error(JSON.stringify(pod?.status ?? 'no such Pod'));
      },
      { what: `Pod ${name} to be ${what}`, timeoutSeconds },
    );
  }

  /** Runs the script to its end and returns what it printed. */
  async output(
    name: string,
    script: string,
    spec: Partial<PodSpec> & { container?: object } = {},
  ): Promise<string> {
    await this.run(name, script, spec);
    await this.podThat(
      name,
      'over',
      ({ status }) => status?.phase === 'Succeeded' || status?.phase === 'Failed',
    );
    return await this.logs(name);
  }

  async logs(pod: string): Promise<string> {
    return await control.logs({ namespace: this.name, pod });
  }

  /** Waits until the Pod's log matches, and returns the match. */
  async logged(pod: string, pattern: RegExp, timeoutSeconds = 20): Promise<RegExpExecArray> {
    return await waitFor(
      async () => {
        const log = await this.logs(pod);
        const match = pattern.exec(log);
        if (match !== null) return match;
        throw new Error(log);
      },
      { what: `${pattern} in the log of ${pod}`, timeoutSeconds },
    );
  }
}

export const isReady = (pod: Pod): boolean =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
