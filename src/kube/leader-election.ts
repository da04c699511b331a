import type { KubeClient } from './client.ts';
import { sleep, systemClock, type Clock } from './clock.ts';
import { LeaseHandle, type LeaseClaim } from './lease.ts';

export interface LeaderElectionOptions {
  /** Not a fenced one: nobody leads before the Lease is written. */
  readonly client: KubeClient;
  readonly namespace: string;
  readonly name: string;
  /** Unique per process: a restarted container must not pass for its predecessor. */
  readonly identity: string;
  /** How long the others respect a leader that is silent. 15 s when absent. */
  readonly leaseDurationMs?: number;
  /** How long a leader that cannot renew believes in itself: less than the lease. 10 s when absent. */
  readonly renewDeadlineMs?: number;
  /** Between two attempts. 2 s when absent. */
  readonly retryPeriodMs?: number;
  readonly clock?: Clock;
  readonly onError?: (error: unknown) => void;
}

/** `Stopped`: by the signal, or because the work ended. `Lost`: somebody else leads, or nobody can tell. */
export type LeadershipEnd = 'Stopped' | 'Lost';

/** Work that only the leader does, until its signal is aborted. */
export type LeadersWork = (leading: AbortSignal) => Promise<void>;

/**
 * Leader election on a Lease: of all processes with one claim at most one leads. An elector leads once; after `Lost`
 * the process had better end, for what it holds in memory was decided under a lead that it no longer has.
 */
export class LeaderElector {
  readonly #clock: Clock;
  readonly #lease: LeaseHandle;
  readonly #renewDeadlineMs: number;
  readonly #retryPeriodMs: number;
  readonly #onError: (error: unknown) => void;
  /** When the last successful renewal was sent; undefined: not leading. */
  #renewed: { readonly monotonicMs: number; readonly wallMs: number } | undefined;

  constructor(options: LeaderElectionOptions) {
    const { namespace, name, identity, leaseDurationMs = 15_000 } = options;
    this.#clock = options.clock ?? systemClock;
    this.#renewDeadlineMs = options.renewDeadlineMs ?? 10_000;
    this.#retryPeriodMs = options.retryPeriodMs ?? 2000;
    this.#onError = options.onError ?? (() => undefined);
    const claim: LeaseClaim = { namespace, name, identity, durationMs: leaseDurationMs };
    if (this.#renewDeadlineMs >= leaseDurationMs || this.#retryPeriodMs >= this.#renewDeadlineMs) {
      throw new RangeError('leader election needs retryPeriodMs < renewDeadlineMs < leaseDurationMs');
    }
    // Half the deadline: a call that hangs leaves time for another one.
    const timeoutMs = this.#renewDeadlineMs / 2;
    this.#lease = new LeaseHandle({ client: options.client, clock: this.#clock, claim, timeoutMs });
  }

  /**
   * True while this process may act as the leader. The age of the last renewal counts at every call, so a process
   * that was frozen knows at once when it wakes, before any timer has fired. It counts on both clocks: the monotonic
   * one stands still while a virtual machine is suspended.
   */
  isLeading(): boolean {
    if (this.#renewed === undefined) return false;
    const { monotonicMs, wallMs } = this.#renewed;
    const now = this.#instant();
    return Math.max(now.monotonicMs - monotonicMs, now.wallMs - wallMs) < this.#renewDeadlineMs;
  }

  /**
   * Waits for the lead, then does the work while it lasts. When the signal is aborted the work is told, is waited
   * for, and the Lease is given back. When the lead is lost the work is told and waited for.
   * Rejects with what the work rejects with.
   */
  async run(signal: AbortSignal, work: LeadersWork): Promise<LeadershipEnd> {
    if (!(await this.#acquire(signal))) return 'Stopped';
    const leading = new AbortController();
    const renewing = new AbortController();
    const stop = (): void => leading.abort(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    const renewal = this.#keep(renewing.signal, leading);
    try {
      await work(leading.signal);
    } finally {
      signal.removeEventListener('abort', stop);
      renewing.abort();
      await renewal;
      await this.#release();
    }
    return (await renewal) ? 'Stopped' : 'Lost';
  }

  async #acquire(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      if (await this.#attempt(async () => this.#lease.acquire(signal), signal)) return true;
      // Never a full period: a Lease that was given back should not lie idle longer than that.
      await sleep(this.#clock, this.#retryPeriodMs * (0.5 + 0.3 * this.#clock.random()), signal);
    }
    return false;
  }

  /** Renews until it is stopped (true) or the lead is lost (false; the work is told). */
  async #keep(stopped: AbortSignal, leading: AbortController): Promise<boolean> {
    for (;;) {
      await sleep(this.#clock, this.#retryPeriodMs, stopped);
      if (stopped.aborted) return true;
      const renewed = await this.#attempt(async () => this.#lease.renew());
      if (renewed === false || (renewed === undefined && !this.isLeading())) {
        this.#renewed = undefined;
        leading.abort(new Error('the lead is lost'));
        return false;
      }
    }
  }

  /** Undefined: no answer. What counts as the time of a renewal is when it was sent: others saw it later. */
  async #attempt(run: () => Promise<boolean>, signal?: AbortSignal): Promise<boolean | undefined> {
    const sent = this.#instant();
    try {
      const ours = await run();
      if (ours) this.#renewed = sent;
      return ours;
    } catch (error) {
      if (signal?.aborted !== true) this.#onError(error);
      return undefined;
    }
  }

  async #release(): Promise<void> {
    const lost = this.#renewed === undefined;
    this.#renewed = undefined;
    if (lost) return;
    try {
      await this.#lease.release();
    } catch (error) {
      this.#onError(error);
    }
  }

  #instant(): { readonly monotonicMs: number; readonly wallMs: number } {
    return { monotonicMs: this.#clock.monotonic(), wallMs: this.#clock.now().epochMilliseconds };
  }
}
