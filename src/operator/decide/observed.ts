import type { Reason } from '../../api/conditions.ts';
import type { MaintenanceWindow, MaintenanceWindowSpec } from '../../api/generated/maintenance-window.ts';
import type { GateKey, Ingress, IngressClass } from '../../api/ingress.ts';
import type { AddressFinding } from '../../api/responder-status.ts';
import type { ClassSettings, ControllerConfig, GateObject, ResponderAddress } from '../../gates/driver.ts';
import type { PolicyGate, PolicyOccurrence } from '../../policy/policy.ts';
import type { Templates } from './templates.ts';

/** Everything that decides what to do in one namespace: a frozen view, so that deciding twice gives the same plan. */
export interface Observed {
  readonly now: Temporal.Instant;
  readonly namespace: string;
  readonly install: string;
  readonly windows: readonly MaintenanceWindow[];
  readonly ingresses: readonly Ingress[];
  /** Objects of ours in this namespace that gates need or needed, by `kind/name`. */
  readonly objects: ReadonlyMap<string, ObservedObject>;
  /** The policies of this namespace's windows, also of windows that are gone. */
  readonly policies: readonly StoredPolicy[];
  readonly templates: Templates;
  readonly classes: {
    readonly classes: readonly IngressClass[];
    readonly served: ReadonlyMap<string, ClassSettings>;
    /** The controllers' own ConfigMaps that the chart names and that exist, by `namespace/name`. */
    readonly configs: ReadonlyMap<string, NonNullable<ControllerConfig>>;
  };
  /** The Services of type ExternalName that others have in this namespace, by name. */
  readonly externalNames: ReadonlySet<string>;
  readonly responder: ResponderView;
  readonly proofs: ReadonlyMap<GateKey, Proof>;
  readonly failures: WriteFailures;
  /** Did the API server answer this question about a gate, by a dry run? A refusal is among the failures. */
  rehearsed(gate: GateKey, question: string): boolean;
  /** The gates that somebody else took off or changed lately. */
  readonly reverts: ReadonlyMap<GateKey, Revert>;
  /** When each fact of `factsOf` was first seen to hold; a fact that ceases to hold is forgotten. */
  readonly since: ReadonlyMap<string, Temporal.Instant>;
  readonly settings: DecideSettings;
}

export interface DecideSettings {
  /** Wait between an object and the annotation that names it, both ways, in seconds. */
  readonly settleSeconds: number;
  /** The chart's lead time, or undefined for the formula. */
  readonly leadSeconds: number | undefined;
}

export interface ObservedObject extends GateObject {
  readonly metadata: GateObject['metadata'] & { readonly uid: string; readonly deletionTimestamp?: string };
}

/** One policy ConfigMap as it stands. */
export interface StoredPolicy {
  readonly windowUid: string;
  readonly revision: string;
  /** The Ingresses that it covers; empty when it can not be read. */
  readonly gates: readonly PolicyGate[];
  /** When it closes them; empty when it can not be read. */
  readonly occurrences: readonly PolicyOccurrence[];
  /** The last spec that was accepted, verbatim; undefined when it can not be read. */
  readonly acceptedSpec: MaintenanceWindowSpec | undefined;
  /** The template that was accepted with it; null: none, or it can not be read. */
  readonly template: string | null;
}

/** What the operator knows of the responders when it decides. */
export interface ResponderView {
  readonly address: ResponderAddress | undefined;
  /**
   * `serving`: some replica answers. `unknown`: none has answered yet, or a few rounds failed.
   * `down`: five rounds in a row failed. `recovering`: answers again since less than 30 s (design D10).
   */
  readonly health: 'unknown' | 'serving' | 'down' | 'recovering';
  /** Have all replicas that answer loaded this revision? False when none answers. */
  loaded(windowUid: string, revision: string): boolean;
  /** What looks wrong with clients' addresses; undefined: no responder has been asked yet. */
  readonly findings: readonly AddressFinding[] | undefined;
  /** The replicas whose clocks are off by more than a second, by name. */
  readonly skews: readonly ClockSkew[];
}

/** A replica that flips at another time than the schedule says. */
export interface ClockSkew {
  readonly replica: string;
  /** Milliseconds; negative: behind. */
  readonly aheadMs: number;
}

/** What the last probe of a gate showed. */
export interface Proof {
  /** `Proven`: the gate answered everywhere. `Gone`: something answered everywhere, and nowhere the gate. */
  readonly verdict: 'Proven' | 'Unproven' | 'Wrong' | 'Gone';
  /** What the responder told the probe that a client without a pass gets; undefined unless proven. */
  readonly decision: 'open' | 'closed' | undefined;
  /** Of the policies that the responder decided by (policy/revision.ts); undefined unless proven. */
  readonly revision: string | undefined;
  /** Did an address that the probe made up come in as its client's? undefined: that is not known. */
  readonly spoofed: boolean | undefined;
  readonly reason: Reason;
  readonly message: string;
}

/** What could not be written: a gate with its objects, or the policy of a window. */
export type WriteKey = GateKey | `policy:${string}`;

export const policyKey = (windowUid: string): WriteKey => `policy:${windowUid}`;

/** Whose last write failed, and why; cleared by the next write that succeeds. */
export type WriteFailures = ReadonlyMap<WriteKey, WriteFailure>;

export interface WriteFailure {
  readonly reason: 'Conflict' | 'Forbidden' | 'WriteFailed';
  readonly message: string;
}

/** Somebody took off a gate that a window wants, or changed it. */
export interface Revert {
  readonly by: Reverter;
  /** The annotations that the gate is made of. */
  readonly keys: readonly string[];
  /** From then on the gate may go on again. */
  readonly againAt: Temporal.Instant;
  /** When it is old news, if the gate stands by then. */
  readonly forgottenAt: Temporal.Instant;
}

/** Who did it, as far as the Ingress tells: a write that only takes away leaves no name behind. */
export interface Reverter {
  /** The field manager that last wrote its annotations, ours apart; undefined: none is known. */
  readonly manager: string | undefined;
  /** Did it write them since the gate was last seen to stand? */
  readonly isCertain: boolean;
}
