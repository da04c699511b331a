import { readFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { addresses, ports } from './addresses.ts';
import type { Certificate } from './certificates.ts';

/** An answer of the API server that is not 2xx. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The least of an object that everything in the cluster has. */
export interface KubeObject {
  metadata: { name: string; namespace?: string; uid: string; resourceVersion: string };
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** A client certificate, or the file of a service account's token, which is renewed from time to time. */
export type Identity = Certificate | { readonly tokenPath: string };

/** What a follower of a collection is told. */
export interface Follower<T> {
  /** The whole collection: at first, and after every interruption. */
  readonly onList: (items: readonly T[]) => void;
  readonly onEvent: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: T) => void;
}

/**
 * The harness's own way to the API server. It shares nothing with src/kube on purpose: that is under test,
 * and a bug in it must not hide itself.
 */
export class ApiClient {
  readonly #agent: Agent;
  readonly #tokenPath: string | undefined;

  constructor(caPath: string, identity: Identity) {
    this.#tokenPath = 'tokenPath' in identity ? identity.tokenPath : undefined;
    this.#agent = new Agent({
      keepAlive: true,
      ca: readFileSync(caPath),
      ...('tokenPath' in identity
        ? {}
        : { cert: readFileSync(identity.certificate), key: readFileSync(identity.key) }),
    });
  }

  get #authorization(): { authorization?: string } {
    if (this.#tokenPath === undefined) return {};
    return { authorization: `Bearer ${readFileSync(this.#tokenPath, 'utf8').trim()}` };
  }

  /** @throws ApiError when the server refuses, or the socket's error. */
  async call<T>(call: Call): Promise<T> {
    const response = await this.#send(call);
    const body = await text(response);
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return (body.startsWith('{') ? JSON.parse(body) : body) as T;
    throw new ApiError(status, `${call.method ?? 'GET'} ${call.path}: ${status} ${messageOf(body)}`);
  }

  /** Like `call`, but a missing object is undefined. */
  async find<T>(path: string): Promise<T | undefined> {
    try {
      return await this.call<T>({ path });
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Lists and watches a collection until the signal fires. Interruptions end in a new list. */
  async follow<T extends KubeObject>(
    path: string,
    follower: Follower<T>,
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted) {
      try {
        const list = await this.call<{ metadata: { resourceVersion: string }; items: T[] }>({ path, signal });
        follower.onList(list.items);
        await this.#watch(path, list.metadata.resourceVersion, follower, signal);
      } catch {
        if (signal.aborted) return;
        await pause(200);
      }
    }
  }

  async #watch<T extends KubeObject>(
    path: string,
    from: string,
    follower: Follower<T>,
    signal: AbortSignal,
  ): Promise<void> {
    const response = await this.#send({ path: `${path}?watch=1&resourceVersion=${from}`, signal });
    if (response.statusCode !== 200) {
      response.destroy();
      throw new ApiError(response.statusCode ?? 0, `watch ${path} was refused`);
    }
    for await (const line of createInterface({ input: response })) {
      const event = JSON.parse(line) as { type: string; object: T };
      if (event.type === 'ADDED' || event.type === 'MODIFIED' || event.type === 'DELETED') {
        follower.onEvent(event.type, event.object);
      } else if (event.type === 'ERROR') {
        response.destroy();
        return;
      }
    }
  }

  async #send({ method = 'GET', path, body, signal }: Call): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const request = httpsRequest(
      {
        host: addresses.node,
        port: ports.apiServer,
        method,
        path,
        agent: this.#agent,
        headers: {
          accept: 'application/json',
          ...this.#authorization,
          // Node writes no length by itself when the method is DELETE, and the body would be lost.
          ...(payload === undefined
            ? {}
            : { 'content-type': type, 'content-length': Buffer.byteLength(payload) }),
        },
        ...(signal === undefined ? {} : { signal }),
      },
      resolve,
    );
    request.on('error', reject);
    request.end(payload);
    return await promise;
  }
}

function messageOf(body: string): string {
  try {
    return (JSON.parse(body) as { message?: string }).message ?? body;
  } catch {
    return body;
  }
}
