import type { ResponderAddress } from '../../gates/driver.ts';
import type { AddressFinding, ResponderStatus } from '../../api/responder-status.ts';
import type { ClockSkew, ResponderView } from '../decide/observed.ts';
import type { ClockReading } from './clock-skew.ts';
import { skewToTell } from './clock-skew.ts';
import type { HealthRecord } from './health.ts';
import { afterRound, healthOf, unknownHealth } from './health.ts';

/** What one replica said last. */
export interface Replica {
  readonly pod: string;
  readonly status: ResponderStatus;
  /** See {@link skewToTell}. */
  readonly skewMs: number | undefined;
  /** Rounds since it last answered. */
  readonly missed: number;
}

/** What a replica answered, and what that shows of its clock. */
export interface Answer {
  readonly status: ResponderStatus;
  readonly clock: ClockReading;
}

/** One polling round: each Pod's answer, or undefined. */
export type Round = ReadonlyMap<string, Answer | undefined>;

/** A replica that has not answered for so many rounds is out: it can not be what visitors meet. */
const forgottenAfter = 5;

/** What the operator knows of the responder's replicas, round by round. */
export class Roster {
  #replicas: readonly Replica[] = [];
  #health: HealthRecord = unknownHealth;
  #signature = '';

  /** Takes a round in. Returns true when it changes something that deciding looks at. */
  take(round: Round, nowMs: number): boolean {
    const answered = [...round.values()].some((answer) => answer !== undefined);
    this.#health = afterRound(this.#health, answered, nowMs);
    this.#replicas = [...round].flatMap(([pod, answer]) => this.#remember(pod, answer));
    const signature = JSON.stringify([
      healthOf(this.#health),
      this.#replicas.map(({ pod, skewMs, status: { loaded, policies, network, keys } }) => [
        pod,
        skewMs,
        loaded,
        policies,
        network,
        keys,
      ]),
      this.findings().map(({ gate, reason, address, sign, shared }) => [gate, reason, address, sign, shared]),
    ]);
    const changed = signature !== this.#signature;
    this.#signature = signature;
    return changed;
  }

  #remember(pod: string, answer: Answer | undefined): Replica[] {
    const before = this.#replicas.find((replica) => replica.pod === pod);
    if (answer !== undefined) {
      const skewMs = skewToTell(answer.clock, before?.skewMs);
      return [{ pod, status: answer.status, skewMs, missed: 0 }];
    }
    if (before === undefined || before.missed + 1 >= forgottenAfter) return [];
    return [{ ...before, missed: before.missed + 1 }];
  }

  get replicas(): readonly Replica[] {
    return this.#replicas;
  }

  /** Have all replicas that answer loaded this revision of a window's policy? False when none answers. */
  loaded(windowUid: string, revision: string): boolean {
    return (
      this.#replicas.length > 0 &&
      this.#replicas.every(({ status }) => status.loaded && status.policies[windowUid] === revision)
    );
  }

  /** Do all replicas that answer hold this key? False when none answers. */
  holdsKey(keyId: string): boolean {
    return this.#replicas.length > 0 && this.#replicas.every(({ status }) => status.keys.includes(keyId));
  }

  /** The findings of all replicas, the one with most requests first for each gate. */
  findings(): readonly AddressFinding[] {
    return this.#replicas
      .flatMap(({ status }) => status.findings)
      .toSorted((a, b) => b.requests - a.requests);
  }

  /** The replicas whose clocks are off, by name. */
  skews(): readonly ClockSkew[] {
    return this.#replicas
      .flatMap(({ pod, skewMs }) => (skewMs === undefined ? [] : [{ replica: pod, aheadMs: skewMs }]))
      .toSorted((a, b) => (a.replica < b.replica ? -1 : 1));
  }

  /**
   * How far all replicas agree that they are ahead of the operator, in milliseconds, negative when behind: then it is the
   * operator's clock that is wrong, or at least not the one that visitors meet. 0: they do not agree.
   */
  get commonAheadMs(): number {
    const skews = this.#replicas.map(({ skewMs }) => skewMs ?? 0);
    if (skews.length === 0) return 0;
    return Math.max(0, Math.min(...skews)) + Math.min(0, Math.max(...skews));
  }

  /** The view that deciding takes; the address is the Service's. */
  view(address: ResponderAddress | undefined): ResponderView {
    return {
      address,
      health: healthOf(this.#health),
      loaded: (windowUid, revision) => this.loaded(windowUid, revision),
      findings: this.#health.everServed ? this.findings() : undefined,
      skews: this.skews(),
    };
  }
}
