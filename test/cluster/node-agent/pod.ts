import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ApiError, type ApiClient } from '../api-client.ts';
import type { PodNetwork, PodNetworks } from '../network.ts';
import { Container, rfc3339 } from './container.ts';
import { Environment } from './environment.ts';
import type { Holds } from './holds.ts';
import type { ImageMap } from './images.ts';
import type { ConfigKind, ConfigObjects } from './objects.ts';
import { podStatus } from './pod-status.ts';
import type { Condition, ContainerSpec, Pod } from './pod-types.ts';
import { rootScript } from './root-file-system.ts';
import { Volumes } from './volumes.ts';

/** What all Pods of the node share. */
export interface Node {
  readonly api: ApiClient;
  readonly objects: ConfigObjects;
  readonly networks: PodNetworks;
  readonly holds: Holds;
  readonly images: ImageMap;
  readonly caPath: string;
  /** A tmpfs: volumes and container roots. */
  readonly stateDirectory: string;
  readonly logDirectory: string;
  /** Directories of the host that programs of images live in. */
  readonly programDirectories: readonly string[];
}

const tokenCheckMs = 60_000;

/** One Pod on this node, from its binding to its last trace. */
export class PodWorker {
  readonly #node: Node;
  readonly #directory: string;
  readonly #gone = new AbortController();
  #pod: Pod;
  #network: PodNetwork | undefined;
  #volumes: Volumes | undefined;
  #init: Container[] = [];
  #main: Container[] = [];
  #initialized = false;
  #problem: string | undefined;
  #terminating: Promise<void> | undefined;
  #reporting: Promise<void> | undefined;
  #dirty = false;
  #conditions: readonly Condition[];
  #roots = 0;

  constructor(node: Node, pod: Pod) {
    this.#node = node;
    this.#pod = pod;
    this.#conditions = pod.status?.conditions ?? [];
    this.#directory = join(node.stateDirectory, 'pods', pod.metadata.uid);
  }

  get pod(): Pod {
    return this.#pod;
  }

  get containers(): readonly Container[] {
    return [...this.#init, ...this.#main];
  }

  /** Sets the Pod up and runs it; resolves when its containers are done or it is gone. */
  async run(): Promise<void> {
    const { signal } = this.#gone;
    this.#network = this.#node.networks.create();
    mkdirSync(join(this.#directory, 'volumes'), { recursive: true });
    this.#volumes = new Volumes({
      pod: this.#pod,
      podIp: this.#network.address,
      objects: this.#node.objects,
      caPath: this.#node.caPath,
      directory: join(this.#directory, 'volumes'),
    });
    this.#init = (this.#pod.spec.initContainers ?? []).map((spec) => this.#container(spec, true));
    this.#main = this.#pod.spec.containers.map((spec) => this.#container(spec, false));
    this.#report();
    await this.#prepareVolumes();
    void this.#renewTokens();
    for (const container of this.#init) {
      if (signal.aborted) return;
      await container.run();
      if (!container.succeeded) return;
    }
    if (signal.aborted) return;
    this.#initialized = true;
    await Promise.all(this.#main.map(async (container) => await container.run()));
  }

  /** Takes note of a newer version of the object. */
  update(pod: Pod): void {
    this.#pod = pod;
    if (pod.metadata.deletionTimestamp !== undefined) this.#terminating ??= this.#terminate();
  }

  /** The object is gone from the API: everything ends at once. */
  async remove(): Promise<void> {
    this.#gone.abort();
    await Promise.all(this.containers.map(async (container) => await container.terminate(0)));
    await this.#terminating;
    if (this.#network !== undefined) this.#node.networks.remove(this.#network);
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** A ConfigMap or a Secret changed: volumes that show it follow. */
  async configChanged(kind: ConfigKind, name: string): Promise<void> {
    if (this.#volumes?.uses(kind, name) !== true || this.#gone.signal.aborted) return;
    await this.#volumes.refresh().catch(() => undefined);
  }

  #container(spec: ContainerSpec, isInit: boolean): Container {
    const { metadata, spec: podSpec } = this.#pod;
    const network = this.#network!;
    const environment = new Environment(this.#pod, network.address, this.#node.objects);
    const policy = podSpec.restartPolicy ?? 'Always';
    return new Container({
      spec,
      podUid: metadata.uid,
      podIp: network.address,
      restartPolicy: isInit && policy === 'Always' ? 'OnFailure' : policy,
      images: this.#node.images,
      networkPath: network.path,
      logPath: join(this.#node.logDirectory, `${metadata.namespace}_${metadata.name}_${spec.name}.log`),
      environment: async (image) => await environment.of(spec, image.env ?? {}),
      rootScript: () => this.#rootScript(spec),
      released: async (signal) => await this.#node.holds.released(this.#pod, signal),
      onChange: () => this.#report(),
    });
  }

  #rootScript(spec: ContainerSpec): string {
    this.#roots += 1;
    const directory = join(this.#directory, 'roots', String(this.#roots));
    mkdirSync(directory, { recursive: true });
    return rootScript({
      directory,
      mounts: (spec.volumeMounts ?? []).map(({ name, mountPath, readOnly, subPath }) => ({
        source: join(this.#volumes!.path(name), subPath ?? ''),
        target: mountPath,
        readOnly: readOnly === true,
      })),
      keep: this.#node.programDirectories,
      workingDirectory: spec.workingDir ?? '/',
    });
  }

  async #prepareVolumes(): Promise<void> {
    const { signal } = this.#gone;
    while (!signal.aborted) {
      try {
        await this.#volumes!.refresh();
        this.#problem = undefined;
        return;
      } catch (error) {
        this.#problem = error instanceof Error ? error.message : String(error);
        this.#report();
        await pause(300);
      }
    }
  }

  async #renewTokens(): Promise<void> {
    const { signal } = this.#gone;
    while (!signal.aborted) {
      await pause(tokenCheckMs, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.#volumes!.refresh().catch(() => undefined);
    }
  }

  async #terminate(): Promise<void> {
    const { metadata, spec } = this.#pod;
    const grace = metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
    await Promise.all(this.containers.map(async (container) => await container.terminate(grace)));
    await this.#reporting;
    const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`;
    const kind = { apiVersion: 'v1', kind: 'DeleteOptions' };
    const body = { ...kind, gracePeriodSeconds: 0, preconditions: { uid: metadata.uid } };
    while (!this.#gone.signal.aborted) {
      try {
        await this.#node.api.call({ method: 'DELETE', path, body });
        return;
      } catch (error) {
        if (error instanceof ApiError && (error.status === 404 || error.status === 409)) return;
        await pause(300);
      }
    }
  }

  /** Writes the status soon; changes that come meanwhile go into the same write. */
  #report(): void {
    this.#dirty = true;
    this.#reporting ??= this.#writeStatus().finally(() => (this.#reporting = undefined));
  }

  async #writeStatus(): Promise<void> {
    const { metadata } = this.#pod;
    const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/status`;
    // The first change of a turn is seldom the only one.
    await pause(5);
    while (this.#dirty && !this.#gone.signal.aborted) {
      this.#dirty = false;
      const status = this.#status();
      try {
        const body = { metadata: { uid: metadata.uid }, status };
        await this.#node.api.call({ method: 'PATCH', path, body });
        this.#conditions = status.conditions ?? [];
      } catch (error) {
        if (error instanceof ApiError && (error.status === 404 || error.status === 409)) return;
        this.#dirty = true;
        await pause(300);
      }
    }
  }

  #status(): ReturnType<typeof podStatus> & { startTime: string } {
    const status = podStatus({
      spec: this.#pod.spec,
      podIp: this.#network?.address,
      init: this.#init,
      main: this.#main,
      initialized: this.#initialized,
      problem: this.#problem,
      before: this.#conditions,
    });
    return { ...status, startTime: this.#startTime };
  }

  readonly #startTime = rfc3339(new Date());
}
