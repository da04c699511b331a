import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { podField } from './environment.ts';
import { NotReadyYet, type ConfigKind, type ConfigObjects } from './objects.ts';
import type {
  ConfigMapSource,
  DownwardApiSource,
  Pod,
  SecretSource,
  TokenSource,
  Volume,
} from './pod-types.ts';

/** Relative path → content. */
type Files = Record<string, Buffer>;

const tokenSeconds = 3600;

interface Token {
  readonly value: string;
  readonly renewAt: number;
}

export interface VolumesOptions {
  readonly pod: Pod;
  readonly podIp: string;
  readonly objects: ConfigObjects;
  readonly caPath: string;
  /** A directory of this Pod alone. */
  readonly directory: string;
}

/** The volumes of one Pod, as directories that are bind-mounted into its containers. */
export class Volumes {
  readonly #options: VolumesOptions;
  readonly #tokens = new Map<string, Token>();
  readonly #volumes: readonly Volume[];
  #busy: Promise<void> = Promise.resolve();

  constructor(options: VolumesOptions) {
    this.#options = options;
    this.#volumes = options.pod.spec.volumes ?? [];
  }

  /** Where a volume is on the node. */
  path(name: string): string {
    return join(this.#options.directory, name);
  }

  /** True when a change of this object can change a volume's content. */
  uses(kind: ConfigKind, name: string): boolean {
    return this.#volumes.some((volume) =>
      [volume, ...(volume.projected?.sources ?? [])].some((source) => {
        if (kind === 'configmaps') return source.configMap?.name === name;
        return secretName(source.secret) === name;
      }),
    );
  }

  /**
   * Writes what the volumes should hold now; one that has not changed is left alone. One write at a time.
   * @throws NotReadyYet when something that is not optional is missing.
   */
  async refresh(): Promise<void> {
    const mine = this.#busy.then(async () => {
      for (const volume of this.#volumes) await this.#write(volume);
    });
    this.#busy = mine.catch(() => undefined);
    await mine;
  }

  async #write(volume: Volume): Promise<void> {
    const directory = this.path(volume.name);
    mkdirSync(directory, { recursive: true });
    if (volume.emptyDir !== undefined) return;
    const files = await this.#content(volume);
    if (files === undefined) {
      throw new NotReadyYet('ContainerCreating', `volume ${volume.name} is of a kind that is not supported`);
    }
    project(directory, files);
  }

  async #content(volume: Volume): Promise<Files | undefined> {
    if (volume.configMap !== undefined) return await this.#configMap(volume.configMap);
    if (volume.secret !== undefined) return await this.#secret(volume.secret);
    if (volume.downwardAPI !== undefined) return this.#downward(volume.downwardAPI);
    if (volume.projected === undefined) return undefined;
    const files: Files = {};
    for (const source of volume.projected.sources) {
      if (source.configMap) Object.assign(files, await this.#configMap(source.configMap));
      if (source.secret) Object.assign(files, await this.#secret(source.secret));
      if (source.downwardAPI) Object.assign(files, this.#downward(source.downwardAPI));
      if (source.serviceAccountToken) Object.assign(files, await this.#token(source.serviceAccountToken));
    }
    return files;
  }

  async #configMap(source: ConfigMapSource): Promise<Files> {
    return await this.#object('configmaps', source.name ?? '', source);
  }

  async #secret(source: SecretSource): Promise<Files> {
    return await this.#object('secrets', secretName(source) ?? '', source);
  }

  async #object(kind: ConfigKind, name: string, { items, optional }: ConfigMapSource): Promise<Files> {
    const { pod, objects, caPath } = this.#options;
    // Every namespace gets this one from a controller, a moment after its birth; its content is known.
    const known: Files | undefined =
      kind === 'configmaps' && name === 'kube-root-ca.crt' ? { 'ca.crt': readFileSync(caPath) } : undefined;
    const values = known ?? (await objects.read(kind, pod.metadata.namespace, name));
    if (values === undefined) {
      if (optional === true) return {};
      throw new NotReadyYet('ContainerCreating', `no ${kind} ${pod.metadata.namespace}/${name}`);
    }
    if (items === undefined) return values;
    const files: Files = {};
    for (const { key, path } of items) {
      const value = values[key];
      if (value !== undefined) files[path] = value;
      else if (optional !== true)
        throw new NotReadyYet('ContainerCreating', `no key ${key} in ${kind} ${name}`);
    }
    return files;
  }

  #downward(source: DownwardApiSource): Files {
    const { pod, podIp } = this.#options;
    return Object.fromEntries(
      (source.items ?? []).map(({ path, fieldRef }) => [
        path,
        Buffer.from(podField(pod, podIp, fieldRef?.fieldPath ?? '')),
      ]),
    );
  }

  async #token({ path, audience, expirationSeconds = tokenSeconds }: TokenSource): Promise<Files> {
    const known = this.#tokens.get(path);
    if (known !== undefined && known.renewAt > Date.now()) return { [path]: Buffer.from(known.value) };
    const { pod, objects } = this.#options;
    const { token, expirationTimestamp } = await objects.requestToken({
      namespace: pod.metadata.namespace,
      serviceAccount: pod.spec.serviceAccountName ?? 'default',
      pod: pod.metadata,
      expirationSeconds,
      ...(audience === undefined ? {} : { audience }),
    });
    const lifetime = Date.parse(expirationTimestamp) - Date.now();
    // The kubelet renews at four fifths of the lifetime.
    this.#tokens.set(path, {
      value: token,
      renewAt: Date.now() + Math.min(lifetime, expirationSeconds * 1000) * 0.8,
    });
    return { [path]: Buffer.from(token) };
  }
}

const secretName = (source: SecretSource | undefined): string | undefined =>
  source?.secretName ?? source?.name;

/**
 * Puts files into a volume the way the kubelet does: a new directory, then one rename of the `..data` link,
 * so that a reader sees either all old or all new files.
 */
function project(directory: string, files: Files): void {
  const link = join(directory, '..data');
  const before = existsSync(link) ? readlinkSync(link) : undefined;
  if (before !== undefined && sameFiles(join(directory, before), files)) return;
  const name = `..${Date.now()}.${Math.random().toString(36).slice(2, 8)}`;
  const fresh = join(directory, name);
  mkdirSync(fresh, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(fresh, path)), { recursive: true });
    writeFileSync(join(fresh, path), content, { mode: 0o644 });
  }
  writeFileSync(join(fresh, manifest), JSON.stringify(Object.keys(files).sort()));
  symlinkSync(name, `${link}_tmp`);
  renameSync(`${link}_tmp`, link);
  linkTopLevel(directory, before === undefined ? [] : namesIn(join(directory, before)), Object.keys(files));
  if (before !== undefined) rmSync(join(directory, before), { recursive: true, force: true });
}

/** The names of a version's files, kept beside them so that comparing needs no directory walk. */
const manifest = '..names';

function namesIn(version: string): string[] {
  return JSON.parse(readFileSync(join(version, manifest), 'utf8')) as string[];
}

function sameFiles(version: string, files: Files): boolean {
  const names = namesIn(version);
  return (
    names.length === Object.keys(files).length &&
    names.every((name) => files[name] !== undefined && readFileSync(join(version, name)).equals(files[name]))
  );
}

function linkTopLevel(directory: string, before: readonly string[], now: readonly string[]): void {
  const tops = (names: readonly string[]): Set<string> =>
    new Set(names.map((name) => name.split('/')[0] ?? name));
  const wanted = tops(now);
  for (const name of tops(before)) if (!wanted.has(name)) rmSync(join(directory, name), { force: true });
  for (const name of wanted) {
    const path = join(directory, name);
    if (!existsSync(path)) symlinkSync(join('..data', name), path);
  }
}
