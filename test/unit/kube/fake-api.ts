import type { Transport, TransportRequest, TransportResponse } from '../../../src/kube/transport.ts';

interface Stored {
  readonly metadata: { readonly name: string; readonly resourceVersion: string; readonly uid: string };
}

interface Written {
  readonly metadata: { readonly name: string; readonly resourceVersion?: string };
}

/**
 * Objects in memory with optimistic locking, for tests on simulated time: real sockets know only real time. What the
 * real API server does is tested in test/integration/kube.
 */
export class FakeApi implements Transport {
  readonly objects = new Map<string, Stored>();
  readonly requests: TransportRequest[] = [];
  /** May delay or fail a request; `answer` is when the server has done it and before the client hears so. */
  disturb: (request: TransportRequest, phase: 'ask' | 'answer') => Promise<void> = async () => undefined;
  #version = 0;

  async request(request: TransportRequest): Promise<TransportResponse> {
    this.requests.push(request);
    await this.disturb(request, 'ask');
    const [status, body] = this.#serve(request);
    await this.disturb(request, 'answer');
    const text = JSON.stringify(body);
    return { status, headers: {}, body: bytes(text), text: async () => text };
  }

  async close(): Promise<void> {
    this.objects.clear();
  }

  #serve({ method, path, body }: TransportRequest): readonly [number, object] {
    const object = JSON.parse(body ?? '{}') as Written;
    if (method === 'POST') return this.#create(`${path}/${object.metadata.name}`, object);
    const stored = this.objects.get(path);
    if (stored === undefined) return failure(404, 'NotFound');
    if (method === 'GET') return [200, stored];
    if (method === 'PATCH')
      return [200, this.#store(path, { ...stored, ...object, metadata: stored.metadata })];
    if (object.metadata.resourceVersion !== stored.metadata.resourceVersion) return failure(409, 'Conflict');
    return [200, this.#store(path, object)];
  }

  #create(path: string, object: Written): readonly [number, object] {
    return this.objects.has(path) ? failure(409, 'AlreadyExists') : [201, this.#store(path, object)];
  }

  #store(path: string, object: Written): Stored {
    this.#version += 1;
    const uid = this.objects.get(path)?.metadata.uid ?? `uid-${this.#version}`;
    const stored = {
      ...object,
      metadata: { ...object.metadata, uid, resourceVersion: String(this.#version) },
    };
    this.objects.set(path, stored);
    return stored;
  }
}

const failure = (status: number, reason: string): readonly [number, object] => [
  status,
  { kind: 'Status', status: 'Failure', code: status, reason, message: reason },
];

const bytes = async function* (text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
};
