import { ApiError, type ApiClient, type KubeObject } from '../api-client.ts';

export interface ConfigObject extends KubeObject {
  /** A Secret's values are base64. */
  data?: Readonly<Record<string, string>>;
  /** A ConfigMap's values that are not text, base64. */
  binaryData?: Readonly<Record<string, string>>;
}

export type ConfigKind = 'configmaps' | 'secrets';

/** Something that a container needs is not there yet: the kubelet's reason, and what is missing. */
export class NotReadyYet extends Error {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Reads ConfigMaps and Secrets for Pods, and tells who asked when one changes. */
export class ConfigObjects {
  readonly #api: ApiClient;
  readonly #listeners = new Set<(kind: ConfigKind, namespace: string, name: string) => void>();

  constructor(api: ApiClient) {
    this.#api = api;
  }

  /** The object's values as bytes; undefined when there is no such object. */
  async read(kind: ConfigKind, namespace: string, name: string): Promise<Record<string, Buffer> | undefined> {
    const object = await this.#api.find<ConfigObject>(`/api/v1/namespaces/${namespace}/${kind}/${name}`);
    if (object === undefined) return undefined;
    const encoding = kind === 'secrets' ? 'base64' : 'utf8';
    const values: Record<string, Buffer> = {};
    for (const [key, value] of Object.entries(object.data ?? {})) values[key] = Buffer.from(value, encoding);
    for (const [key, value] of Object.entries(object.binaryData ?? {}))
      values[key] = Buffer.from(value, 'base64');
    return values;
  }

  /** Calls back when an object may have changed, until the returned function is called. */
  onChange(listener: (kind: ConfigKind, namespace: string, name: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Watches until the signal fires. */
  async follow(signal: AbortSignal): Promise<void> {
    const kind = async (kind: ConfigKind): Promise<void> => {
      const tell = (object: KubeObject): void => {
        for (const listener of this.#listeners) {
          listener(kind, object.metadata.namespace ?? '', object.metadata.name);
        }
      };
      await this.#api.follow<KubeObject>(
        `/api/v1/${kind}`,
        { onList: (items) => items.forEach(tell), onEvent: (_type, object) => tell(object) },
        signal,
      );
    };
    await Promise.all([kind('configmaps'), kind('secrets')]);
  }

  /** A token for a Pod's service account, bound to the Pod. */
  async requestToken(request: TokenRequest): Promise<{ token: string; expirationTimestamp: string }> {
    const { namespace, serviceAccount, pod, audience, expirationSeconds } = request;
    try {
      const answer = await this.#api.call<{ status: { token: string; expirationTimestamp: string } }>({
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`,
        body: {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenRequest',
          spec: {
            expirationSeconds,
            ...(audience === undefined ? {} : { audiences: [audience] }),
            boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: pod.name, uid: pod.uid },
          },
        },
      });
      return answer.status;
    } catch (error) {
      if (error instanceof ApiError) throw new NotReadyYet('ContainerCreating', error.message);
      throw error;
    }
  }
}

export interface TokenRequest {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly pod: { readonly name: string; readonly uid: string };
  readonly audience?: string;
  readonly expirationSeconds: number;
}
