import { addresses, nodeName, ports } from '../addresses.ts';
import { ApiError, type ApiClient } from '../api-client.ts';
import { matches, type HoldTarget } from './holds.ts';
import type { ConfigKind } from './objects.ts';
import { PodWorker, type Node } from './pod.ts';
import type { Pod } from './pod-types.ts';

/** Registers the node; without it the controllers ignore every Pod. */
export async function registerNode(api: ApiClient): Promise<void> {
  const resources = { cpu: '64', memory: '64Gi', pods: '250', 'ephemeral-storage': '100Gi' };
  await api.call({
    method: 'POST',
    path: '/api/v1/nodes',
    body: {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name: nodeName,
        labels: { 'kubernetes.io/hostname': nodeName, 'kubernetes.io/os': 'linux' },
      },
      spec: { podCIDR: addresses.podCidr, podCIDRs: [addresses.podCidr] },
    },
  });
  const now = `${new Date().toISOString().slice(0, 19)}Z`;
  await api.call({
    method: 'PATCH',
    path: `/api/v1/nodes/${nodeName}/status`,
    body: {
      status: {
        capacity: resources,
        allocatable: resources,
        addresses: [
          { type: 'InternalIP', address: addresses.node },
          { type: 'Hostname', address: nodeName },
        ],
        daemonEndpoints: { kubeletEndpoint: { Port: ports.kubelet } },
        conditions: [
          {
            type: 'Ready',
            status: 'True',
            reason: 'KubeletReady',
            message: 'the local node agent is running',
            lastHeartbeatTime: now,
            lastTransitionTime: now,
          },
        ],
        nodeInfo: {
          kubeletVersion: 'v1.37.2',
          kubeProxyVersion: '',
          operatingSystem: 'linux',
          architecture: process.arch === 'x64' ? 'amd64' : process.arch,
          containerRuntimeVersion: 'local://1',
          kernelVersion: '',
          osImage: '',
          bootID: '',
          machineID: '',
          systemUUID: '',
        },
      },
    },
  });
}

/** Plays the scheduler and the kubelet: binds every Pod to this node and runs it. */
export class NodeAgent {
  readonly #node: Node;
  readonly #workers = new Map<string, PodWorker>();
  readonly #binding = new Set<string>();

  constructor(node: Node) {
    this.#node = node;
  }

  /** Works until the signal fires. */
  async run(signal: AbortSignal): Promise<void> {
    this.#node.objects.onChange((kind, namespace, name) => this.#configChanged(kind, namespace, name));
    await Promise.all([
      this.#node.objects.follow(signal),
      this.#node.api.follow<Pod>(
        '/api/v1/pods',
        {
          onList: (pods) => this.#sync(pods),
          onEvent: (type, pod) => (type === 'DELETED' ? this.#remove(pod.metadata.uid) : this.#see(pod)),
        },
        signal,
      ),
    ]);
  }

  /** The Pods that run here. */
  get workers(): readonly PodWorker[] {
    return [...this.#workers.values()];
  }

  /** The Pod's worker. @throws Error when there is none. */
  find(namespace: string, name: string): PodWorker {
    const found = this.workers.find(
      ({ pod }) => pod.metadata.namespace === namespace && pod.metadata.name === name,
    );
    if (found === undefined) throw new Error(`no Pod ${namespace}/${name} runs here`);
    return found;
  }

  /** Ends the containers of all matching Pods now and keeps them down, new Pods too. Returns the hold's id. */
  hold(target: HoldTarget): string {
    const id = this.#node.holds.add(target);
    for (const worker of this.workers) {
      if (matches(target, worker.pod)) for (const container of worker.containers) container.signal('SIGKILL');
    }
    return id;
  }

  release(id: string): boolean {
    return this.#node.holds.remove(id);
  }

  #sync(pods: readonly Pod[]): void {
    const present = new Set(pods.map(({ metadata }) => metadata.uid));
    for (const uid of this.#workers.keys()) if (!present.has(uid)) this.#remove(uid);
    pods.forEach((pod) => this.#see(pod));
  }

  #see(pod: Pod): void {
    const known = this.#workers.get(pod.metadata.uid);
    if (known !== undefined) known.update(pod);
    else if (pod.spec.nodeName === undefined) void this.#bind(pod);
    else if (pod.spec.nodeName === nodeName) this.#start(pod);
  }

  #start(pod: Pod): void {
    const worker = new PodWorker(this.#node, pod);
    this.#workers.set(pod.metadata.uid, worker);
    worker.run().catch((error: unknown) => console.error(`Pod ${pod.metadata.name}:`, error));
    worker.update(pod);
  }

  async #bind(pod: Pod): Promise<void> {
    const { name, namespace, uid, deletionTimestamp } = pod.metadata;
    if (deletionTimestamp !== undefined || this.#binding.has(uid)) return;
    this.#binding.add(uid);
    try {
      await this.#node.api.call({
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/pods/${name}/binding`,
        body: {
          apiVersion: 'v1',
          kind: 'Binding',
          metadata: { name, namespace, uid },
          target: { apiVersion: 'v1', kind: 'Node', name: nodeName },
        },
      });
    } catch (error) {
      if (!(error instanceof ApiError)) console.error(`binding ${namespace}/${name}:`, error);
    } finally {
      this.#binding.delete(uid);
    }
  }

  #remove(uid: string): void {
    const worker = this.#workers.get(uid);
    this.#workers.delete(uid);
    worker
      ?.remove()
      .catch((error: unknown) => console.error(`removing Pod ${worker.pod.metadata.name}:`, error));
  }

  #configChanged(kind: ConfigKind, namespace: string, name: string): void {
    for (const worker of this.workers) {
      if (worker.pod.metadata.namespace === namespace) void worker.configChanged(kind, name);
    }
  }
}
