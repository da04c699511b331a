import type { KubeClient } from './client.ts';
import type { Clock } from './clock.ts';
import { isKubeError } from './errors.ts';
import type { Lease } from './kinds.ts';
import { microTime } from './micro-time.ts';
import { resources } from './resources.ts';

/** Which Lease, and who wants it. */
export interface LeaseClaim {
  readonly namespace: string;
  readonly name: string;
  /** Unique per process, not per Pod: a restarted container must not pass for its predecessor. */
  readonly identity: string;
  readonly durationMs: number;
}

export interface LeaseHandleOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly claim: LeaseClaim;
  /** Milliseconds for each call. */
  readonly timeoutMs: number;
}

/**
 * One candidate's view of a Lease: takes it when it is free, keeps it, gives it back. Whether another's hold has run
 * out is judged by when this process last saw the Lease change, never by the times written in it: clocks differ.
 */
export class LeaseHandle {
  readonly #options: LeaseHandleOptions;
  /** The last version seen and when, in monotonic ms. */
  #seen: { readonly version: string; readonly at: number } | undefined;
  /** The Lease as this process last wrote it; undefined: not ours. */
  #held: Lease | undefined;

  constructor(options: LeaseHandleOptions) {
    this.#options = options;
  }

  /**
   * True when the Lease is ours now. The signal ends the reading only: a write that was cut off might have happened.
   * @throws {KubeError} when the server could not be asked.
   */
  async acquire(signal: AbortSignal): Promise<boolean> {
    const { claim } = this.#options;
    const lease = await this.#read(signal);
    if (lease === undefined) return this.#write(async () => this.#create());
    if (this.#isHeldByAnother(lease)) return false;
    const leaseTransitions = (lease.spec?.leaseTransitions ?? 0) + 1;
    const spec = { ...holding(claim), acquireTime: this.#now(), leaseTransitions };
    return this.#write(async () => this.#replace(lease, spec));
  }

  /** False when somebody else has it, or had it since. @throws {KubeError} when the server could not be asked. */
  async renew(): Promise<boolean> {
    return this.#held !== undefined && this.#update(this.#held, holding(this.#options.claim));
  }

  /** Lets the next one in at once. Best effort: a Lease that is not given back runs out. */
  async release(): Promise<void> {
    const held = this.#held;
    if (held === undefined) return;
    await this.#update(held, { holderIdentity: '', leaseDurationSeconds: 1 });
    this.#held = undefined;
  }

  async #update(held: Lease, change: Holding): Promise<boolean> {
    if (await this.#write(async () => this.#replace(held, { ...held.spec, ...change }))) return true;
    // Somebody wrote to the Lease: that may have been no more than a label, or ourselves in a call without an answer.
    const current = await this.#read();
    this.#held = current !== undefined && isSameTerm(current, held) ? current : undefined;
    const same = this.#held;
    return same !== undefined && this.#write(async () => this.#replace(same, { ...same.spec, ...change }));
  }

  #isHeldByAnother(lease: Lease): boolean {
    const { claim, clock } = this.#options;
    const now = clock.monotonic();
    const { resourceVersion: version } = lease.metadata;
    if (this.#seen?.version !== version) this.#seen = { version, at: now };
    const holder = lease.spec?.holderIdentity ?? '';
    if (holder === '' || holder === claim.identity) return false;
    const seconds = lease.spec?.leaseDurationSeconds;
    return now - this.#seen.at < (seconds === undefined ? claim.durationMs : seconds * 1000);
  }

  /** Runs a write; false when another one came first. */
  async #write(run: () => Promise<Lease>): Promise<boolean> {
    try {
      this.#held = await run();
      return true;
    } catch (error) {
      const raced = (['Conflict', 'AlreadyExists', 'NotFound'] as const).some((code) =>
        isKubeError(error, code),
      );
      if (raced) return false;
      throw error;
    }
  }

  async #read(signal?: AbortSignal): Promise<Lease | undefined> {
    const { client, claim, timeoutMs } = this.#options;
    try {
      return await client.get(resources.leases, claim, { signal, timeoutMs });
    } catch (error) {
      if (isKubeError(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  async #create(): Promise<Lease> {
    const { client, claim, timeoutMs } = this.#options;
    const { namespace, name } = claim;
    const now = this.#now();
    const spec = { ...holding(claim), acquireTime: now, renewTime: now, leaseTransitions: 0 };
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace, name },
      spec,
    };
    return client.create(resources.leases, lease, { timeoutMs });
  }

  async #replace(lease: Lease, spec: Lease['spec']): Promise<Lease> {
    const { client, timeoutMs } = this.#options;
    const renewed: Lease = { ...lease, spec: { ...spec, renewTime: this.#now() } };
    return client.replace(resources.leases, renewed, { timeoutMs });
  }

  #now(): string {
    return microTime(this.#options.clock.now());
  }
}

type Holding = Pick<NonNullable<Lease['spec']>, 'holderIdentity' | 'leaseDurationSeconds'>;

const holding = ({ identity, durationMs }: LeaseClaim): Holding => ({
  holderIdentity: identity,
  leaseDurationSeconds: Math.ceil(durationMs / 1000),
});

/** Nobody else held the Lease between these two versions. */
const isSameTerm = (a: Lease, b: Lease): boolean =>
  a.metadata.uid === b.metadata.uid &&
  a.spec?.holderIdentity === b.spec?.holderIdentity &&
  a.spec?.leaseTransitions === b.spec?.leaseTransitions;
