import type {
  MaintenanceWindowSpec,
  MaintenanceWindowStatus,
} from '../../api/generated/maintenance-window.ts';
import type { GateKey } from '../../api/ingress.ts';
import type { ClassSettings, Driver, GateObject, GateObjectKind, GatePlan } from '../../gates/driver.ts';
import type { Policy } from '../../policy/policy.ts';

/** What is to be done in one namespace. Carrying it out and deciding again gives an empty list of operations. */
export interface Plan {
  /** In order: what must stand before gates, gates, what only goes when no gate needs it. */
  readonly operations: readonly Operation[];
  /** The statuses that differ from what stands. */
  readonly statuses: readonly StatusUpdate[];
  /** The gates that are to be probed now. */
  readonly probes: readonly ProbeTarget[];
  /** The gates that some window wants, on or not: what others do to them is seen by comparing. */
  readonly wanted: readonly WantedGate[];
  /** What to ask the API server about gates that are not needed yet. */
  readonly rehearsals: readonly Rehearsal[];
  /** When time alone can change the plan; undefined: never. */
  readonly wakeAt: Temporal.Instant | undefined;
  /** Is some gate on, or about to be? Then the responders are asked more often. */
  readonly watchful: 'arming' | 'on' | 'idle';
}

export type Operation =
  | { readonly kind: 'ApplyPolicy'; readonly policy: Policy; readonly acceptedSpec: MaintenanceWindowSpec }
  | { readonly kind: 'DeletePolicy'; readonly windowUid: string }
  | { readonly kind: 'DeleteWindow'; readonly window: WindowReference }
  | { readonly kind: 'ApplyGateObject'; readonly object: GateObject; readonly gate: GateKey }
  | { readonly kind: 'DeleteGateObject'; readonly object: ObjectReference }
  | GatePut
  | GateTake;

/** Annotations to write on an Ingress. */
export interface GatePut {
  readonly kind: 'PutGate';
  readonly ingress: IngressReference;
  readonly annotations: Annotations;
  /** What stands where others keep a list and allow the edit, see `GatePlan.replaces`; absent: ours are applied. */
  readonly replaces?: Annotations;
}

/** Annotations to take off an Ingress, as they stood. */
export interface GateTake {
  readonly kind: 'TakeGate';
  readonly ingress: IngressReference;
  readonly annotations: Annotations;
}

/** The write that puts a gate on an Ingress. */
export const putOf = (
  ingress: IngressReference,
  { annotations, replaces }: Pick<GatePlan, 'annotations' | 'replaces'>,
): GatePut => ({
  kind: 'PutGate',
  ingress,
  annotations,
  ...(replaces === undefined ? {} : { replaces }),
});

/** A window as it was read: an edit since then makes it another. */
export interface WindowReference extends IngressReference {
  readonly resourceVersion: string;
}

/** A gate that will be needed: would the API server take its writes? Asked by a dry run, which writes nothing. */
export interface Rehearsal {
  readonly gate: GateKey;
  /** What is asked, as one text: the same text has the same answer. */
  readonly question: string;
  readonly operations: readonly RehearsedOperation[];
}

export type RehearsedOperation = Extract<Operation, { kind: 'PutGate' | 'ApplyGateObject' }>;

export type Annotations = Readonly<Record<string, string>>;

export interface IngressReference {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface ObjectReference extends IngressReference {
  readonly kind: GateObjectKind;
}

export interface StatusUpdate {
  readonly window: { readonly namespace: string; readonly name: string; readonly uid: string };
  readonly status: MaintenanceWindowStatus;
  readonly events: readonly EventIntent[];
}

export interface EventIntent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** A gate that some window wants, as it stands. */
export interface WantedGate {
  readonly gate: GateKey;
  /** Of its Ingress. */
  readonly uid: string;
  readonly on: boolean;
  /** What the Ingress carries of ours. */
  readonly annotations: Annotations;
}

/** One host of a gate, as its visitors ask for it. */
export interface ProbedHost {
  readonly host: string | undefined;
  readonly tls: boolean;
  /** A path that the Ingress serves for this host, or undefined when it has only regular expressions. */
  readonly path: string | undefined;
}

/** What a probe of a gate should meet now. */
export type Expectation =
  | {
      readonly gate: 'on';
      /** What the responder should tell a client without a pass. */
      readonly decision: 'open' | 'closed';
      /** Of the policies that it should decide by, see policy/revision.ts. */
      readonly revision: string;
    }
  /** Came off: an answer, and not the gate's. */
  | { readonly gate: 'gone' };

/** One gate that should be in place, or gone, and how a visitor of it would come. */
export interface ProbeTarget {
  readonly gate: GateKey;
  readonly class: ClassSettings;
  /** How it answers, and whether a probe can be bound to the host that it is for. */
  readonly driver: Pick<Driver, 'flavour' | 'showsHost'>;
  readonly hosts: readonly ProbedHost[];
  /** Addresses in the Ingress's status, for a class whose Service the chart does not name. */
  readonly addresses: readonly string[];
  readonly expected: Expectation;
}
