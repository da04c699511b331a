import { KubeClient } from '../kube/client.ts';
import type { Clock } from '../kube/clock.ts';
import type { Transport, TransportRequest, TransportResponse } from '../kube/transport.ts';
import { CliFailure, inWords } from './failure.ts';
import type { Outside } from './outside.ts';

/** The flags that every command has. */
export interface GlobalFlags {
  readonly namespace?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
}

/** The way to the API server, for one command. */
export interface Session {
  readonly client: KubeClient;
  /** Where the command works unless told -A: -n, else the context's, else default. */
  readonly namespace: string;
  /**
   * The API server's time, by the answers so far: a laptop's own clock may be minutes off, and an end that lies before
   * its start, or in the future, opens nothing. Up to a second early, never late.
   */
  now(): Temporal.Instant;
}

/** A transport that reads the server's clock off each answer. */
class ServerClock implements Transport {
  readonly #transport: Transport;
  readonly #clock: Clock;
  #last: { readonly server: Temporal.Instant; readonly monotonic: number } | undefined;

  constructor(transport: Transport, clock: Clock) {
    this.#transport = transport;
    this.#clock = clock;
  }

  now(): Temporal.Instant {
    if (this.#last === undefined) return this.#clock.now();
    const { server, monotonic } = this.#last;
    return server.add({ milliseconds: Math.floor(this.#clock.monotonic() - monotonic) });
  }

  async request(request: TransportRequest): Promise<TransportResponse> {
    const response = await this.#transport.request(request);
    const dateMs = Date.parse(response.headers['date'] ?? '');
    if (!Number.isNaN(dateMs)) {
      this.#last = {
        server: Temporal.Instant.fromEpochMilliseconds(dateMs),
        monotonic: this.#clock.monotonic(),
      };
    }
    return response;
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }
}

/** Does something with the cluster that the flags name, and lets go of it. */
export async function withSession<T>(
  outside: Outside,
  { namespace, context, kubeconfig }: GlobalFlags,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const access = await outside.connect({ file: kubeconfig, context }).catch((error: unknown) => {
    throw new CliFailure(
      `There is no way to a cluster: ${inWords(error)}. --kubeconfig and --context choose one.`,
    );
  });
  const transport = new ServerClock(access.transport, outside.clock);
  try {
    return await use({
      client: new KubeClient(transport, { clock: outside.clock }),
      namespace: namespace ?? access.namespace ?? 'default',
      now: () => transport.now(),
    });
  } finally {
    await transport.close();
  }
}
