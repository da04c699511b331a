import { addresses, nodeName } from '../addresses.ts';
import { expand } from './images.ts';
import { NotReadyYet, type ConfigKind, type ConfigObjects } from './objects.ts';
import type { ContainerSpec, EnvFrom, EnvVar, Pod } from './pod-types.ts';

/** What the downward API knows about a Pod. */
export function podField(pod: Pod, podIp: string, path: string): string {
  const quoted = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (quoted !== null) {
    const [, from, key = ''] = quoted;
    return (from === 'labels' ? pod.metadata.labels : pod.metadata.annotations)?.[key] ?? '';
  }
  const fields: Readonly<Record<string, string>> = {
    'metadata.name': pod.metadata.name,
    'metadata.namespace': pod.metadata.namespace,
    'metadata.uid': pod.metadata.uid,
    'metadata.labels': keyValueLines(pod.metadata.labels),
    'metadata.annotations': keyValueLines(pod.metadata.annotations),
    'spec.nodeName': nodeName,
    'spec.serviceAccountName': pod.spec.serviceAccountName ?? 'default',
    'status.podIP': podIp,
    'status.podIPs': podIp,
    'status.hostIP': addresses.node,
    'status.hostIPs': addresses.node,
  };
  const value = fields[path];
  if (value === undefined)
    throw new NotReadyYet('CreateContainerConfigError', `fieldRef ${path} is not supported`);
  return value;
}

function keyValueLines(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}

/** Works out the environment of one container. */
export class Environment {
  readonly #pod: Pod;
  readonly #podIp: string;
  readonly #objects: ConfigObjects;

  constructor(pod: Pod, podIp: string, objects: ConfigObjects) {
    this.#pod = pod;
    this.#podIp = podIp;
    this.#objects = objects;
  }

  /** @throws NotReadyYet when an object or a key is missing and not optional. */
  async of(
    container: ContainerSpec,
    imageEnv: Readonly<Record<string, string>>,
  ): Promise<Record<string, string>> {
    const env: Record<string, string> = {
      PATH: process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/',
      HOSTNAME: this.#pod.metadata.name,
      KUBERNETES_SERVICE_HOST: addresses.kubernetesService,
      KUBERNETES_SERVICE_PORT: '443',
      KUBERNETES_SERVICE_PORT_HTTPS: '443',
      ...imageEnv,
    };
    for (const source of container.envFrom ?? []) Object.assign(env, await this.#all(source));
    for (const variable of container.env ?? []) {
      const value = await this.#one(variable, env);
      if (value !== undefined) env[variable.name] = value;
    }
    return env;
  }

  async #one(variable: EnvVar, env: Readonly<Record<string, string>>): Promise<string | undefined> {
    const from = variable.valueFrom;
    if (from === undefined) return expand(variable.value ?? '', env);
    if (from.fieldRef !== undefined) return podField(this.#pod, this.#podIp, from.fieldRef.fieldPath);
    const selector = from.secretKeyRef ?? from.configMapKeyRef;
    if (selector === undefined) {
      throw new NotReadyYet('CreateContainerConfigError', `the source of ${variable.name} is not supported`);
    }
    const kind = from.secretKeyRef === undefined ? 'configmaps' : 'secrets';
    const values = await this.#read(kind, selector.name, selector.optional);
    const value = values?.[selector.key];
    if (value === undefined && selector.optional !== true) {
      throw new NotReadyYet(
        'CreateContainerConfigError',
        `no key ${selector.key} in ${kind} ${selector.name}`,
      );
    }
    return value?.toString('utf8');
  }

  async #all({ prefix = '', configMapRef, secretRef }: EnvFrom): Promise<Record<string, string>> {
    const reference = configMapRef ?? secretRef;
    if (reference === undefined) return {};
    const values = await this.#read(
      configMapRef ? 'configmaps' : 'secrets',
      reference.name,
      reference.optional,
    );
    return Object.fromEntries(
      Object.entries(values ?? {}).map(([key, value]) => [`${prefix}${key}`, value.toString('utf8')]),
    );
  }

  async #read(kind: ConfigKind, name: string, optional = false): Promise<Record<string, Buffer> | undefined> {
    const values = await this.#objects.read(kind, this.#pod.metadata.namespace, name);
    if (values === undefined && !optional) {
      throw new NotReadyYet(
        'CreateContainerConfigError',
        `no ${kind} ${this.#pod.metadata.namespace}/${name}`,
      );
    }
    return values;
  }
}
