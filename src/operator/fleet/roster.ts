import type { ResponderAddress } from '../../gates/driver.ts';
import type { AddressFinding, ResponderStatus } from '../../api/responder-status.ts';
import type { ResponderView } from '../decide/observed.ts';
import type { HealthRecord } from './health.ts';
import { afterRound, healthOf, unknownHealth } from './health.ts';

/** What one replica said last. */
export interface Replica {
  readonly pod: string;
  readonly status: ResponderStatus;
  /** Rounds since it last answered. */
  readonly missed: number;
}

/** One polling round: each Pod's answer, or undefined. */
export type Round = ReadonlyMap<string, ResponderStatus | undefined>;

/** A replica that has not answered for so many rounds is out: it can not be what visitors meet. */
const forgottenAfter = 5;

/** What the operator knows of the responder's replicas, round by round. */
export class Roster {
  #replicas: readonly Replica[] = [];
  #health: HealthRecord = unknownHealth;
  #signature = '';

  /** Takes a round in. Returns true when it changes something that deciding looks at. */
  take(round: Round, nowMs: number): boolean {
    const answered = [...round.values()].some((status) => status !== undefined);
    this.#health = afterRound(this.#health, answered, nowMs);
    this.#replicas = [...round].flatMap(([pod, status]) => this.#remember(pod, status));
    const signature = JSON.stringify([
      healthOf(this.#health),
      this.#replicas.map(({ pod, status: { loaded, policies, network, keys } }) => [
        pod,
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

  #remember(pod: string, status: ResponderStatus | undefined): Replica[] {
    if (status !== undefined) return [{ pod, status, missed: 0 }];
    const before = this.#replicas.find((replica) => replica.pod === pod);
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

  /** The view that deciding takes; the address is the Service's. */
  view(address: ResponderAddress | undefined): ResponderView {
    return {
      address,
      health: healthOf(this.#health),
      loaded: (windowUid, revision) => this.loaded(windowUid, revision),
      findings: this.#health.everServed ? this.findings() : undefined,
    };
  }
}
