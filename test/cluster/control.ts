import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';

/** The programs of the cluster itself that can be stopped and started. */
export type DaemonName =
  | 'etcd'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-proxy'
  | 'load-balancer';

/** Which Pods: those of a namespace that have this name and all of these labels. */
export interface PodSelector {
  readonly namespace: string;
  readonly pod?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** One Pod, and one of its containers when it has several. */
export interface PodName {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string;
}

/** Requests of the control socket: path → body and answer. */
export interface ControlCalls {
  '/hold': { body: PodSelector; answer: { id: string } };
  '/release': { body: { id: string }; answer: { released: boolean } };
  '/signal': { body: PodName & { signal: NodeJS.Signals }; answer: Record<string, never> };
  '/logs': { body: PodName; answer: { text: string } };
  '/image': { body: { name: string; command: readonly string[] }; answer: Record<string, never> };
  '/daemon': { body: { name: DaemonName; action: 'start' | 'stop' | 'kill' }; answer: Record<string, never> };
}

/** A hold on Pods; release it in a `finally`. */
export interface Hold {
  readonly release: () => Promise<void>;
}

/**
 * What tests and the demo can do to the cluster from inside, apart from talking to its API server.
 * @param socketPath the value of BACKSOON_CLUSTER_SOCKET
 */
export class ClusterControl {
  readonly #socketPath: string;

  constructor(socketPath: string | undefined = process.env['BACKSOON_CLUSTER_SOCKET']) {
    if (socketPath === undefined) {
      throw new Error('BACKSOON_CLUSTER_SOCKET is not set: run this inside `npm run cluster -- -- COMMAND`');
    }
    this.#socketPath = socketPath;
  }

  /** Kills the containers of all matching Pods now and keeps them from running, new Pods too, until released. */
  async hold(selector: PodSelector): Promise<Hold> {
    const { id } = await this.#call('/hold', selector);
    return {
      release: async () => {
        await this.#call('/release', { id });
      },
    };
  }

  /** Sends a signal to a container's first process; SIGKILL takes all of the container's processes. */
  async signal(pod: PodName, signal: NodeJS.Signals): Promise<void> {
    await this.#call('/signal', { ...pod, signal });
  }

  /** All that the Pod's containers have printed, all runs in a row. */
  async logs(pod: PodName): Promise<string> {
    return (await this.#call('/logs', pod)).text;
  }

  /** Says what to run where a Pod names this image (without its tag); Pods started from now on heed it. */
  async image(name: string, command: readonly string[]): Promise<void> {
    await this.#call('/image', { name, command });
  }

  /** Ends a program of the control plane, politely. Resolves when it is gone. */
  async stop(name: DaemonName): Promise<void> {
    await this.#call('/daemon', { name, action: 'stop' });
  }

  /** Ends a program of the control plane with SIGKILL. Resolves when it is gone. */
  async kill(name: DaemonName): Promise<void> {
    await this.#call('/daemon', { name, action: 'kill' });
  }

  /** Starts it again; does not wait until it is ready. */
  async start(name: DaemonName): Promise<void> {
    await this.#call('/daemon', { name, action: 'start' });
  }

  async #call<Path extends keyof ControlCalls>(
    path: Path,
    body: ControlCalls[Path]['body'],
  ): Promise<ControlCalls[Path]['answer']> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const outgoing = request({ socketPath: this.#socketPath, method: 'POST', path, agent: false }, resolve);
    outgoing.on('error', reject).end(JSON.stringify(body));
    const response = await promise;
    const answer = await text(response);
    if (response.statusCode !== 200) throw new Error(`cluster control ${path}: ${answer}`);
    return JSON.parse(answer) as ControlCalls[Path]['answer'];
  }
}
