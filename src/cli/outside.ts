import type { Clock } from '../kube/clock.ts';
import type { Transport } from '../kube/transport.ts';

/** One of the two streams that a person sees. */
export interface Output {
  write(text: string): void;
  /** Columns of the terminal; undefined where there is none. */
  readonly columns: number | undefined;
  /** May it be coloured? Only on a terminal, and not with NO_COLOR. */
  readonly colour: boolean;
}

/** Which cluster is meant; absent parts are as kubectl has them. */
export interface ClusterChoice {
  /** A kubeconfig file; absent: $KUBECONFIG, then ~/.kube/config. */
  readonly file?: string | undefined;
  readonly context?: string | undefined;
}

export interface ClusterAccess {
  readonly transport: Transport;
  /** The namespace that the context names. */
  readonly namespace: string | undefined;
}

/** Everything that a command may know of the machine on which it runs. */
export interface Outside {
  readonly output: Output;
  readonly errors: Output;
  readonly clock: Clock;
  /** @throws Error when there is no such kubeconfig or context */
  connect(choice: ClusterChoice): Promise<ClusterAccess>;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly version: string;
}
