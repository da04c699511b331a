import type { Decision, GateRequest } from '../../policy/evaluate.ts';

/** One decision about a visitor, with what it was about. Probes are not visitors. */
export interface Observation {
  /** `namespace/ingress` */
  readonly gate: string;
  readonly decision: Decision;
  /** Only what the gate's controller shows reliably. */
  readonly request: GateRequest;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** What the page shows to its visitor; absent when there was no page. */
  readonly requestId: string | undefined;
}

/** The window that the decision is about: `namespace/name`, or empty when there is none. */
export const windowNameOf = (decision: Decision): string =>
  'window' in decision && decision.window !== undefined ? decision.window.name : '';
