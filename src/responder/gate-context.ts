import type { RequestHeaders } from '../access/client-address.ts';
import type { SigningKeys } from '../access/keys.ts';
import type { SeenNonce } from '../api/responder-status.ts';
import type { Circumstances } from '../policy/evaluate.ts';
import type { PolicySet } from '../policy/policy-set.ts';
import type { Flavour } from './gate-path.ts';
import type { Observation } from './observe/observation.ts';

/** What a gate's answer depends on besides its request. */
export interface GateContext {
  /** Undefined until the policies have been listed for the first time. */
  readonly policies: () => PolicySet | undefined;
  /** Undefined while there are none. */
  readonly keys: () => SigningKeys | undefined;
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly requestId: () => string;
  readonly replica: string;
  readonly isShared: Circumstances['isShared'];
  /** Is told of each decision about a visitor; probes are not visitors. */
  readonly observe: (observation: Observation) => void;
  /** Is told of each probe that a gate brought and that was found good. */
  readonly observeProbe: (flavour: Flavour, seen: SeenNonce) => void;
  /** Is told, once for each of its pages, that a window's template gave way to the built-in page. */
  readonly onTemplateProblem: (window: string, error: unknown) => void;
  /** Is told how long each answer took to make. */
  readonly observeAnswer: (seconds: number) => void;
}

/** A request as it came in on the gate port. */
export interface WireRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: RequestHeaders;
}

/** A question of a gate, to be judged by these policies. */
export interface Arrival {
  /** `namespace/ingress` */
  readonly gate: string;
  readonly set: PolicySet;
  readonly headers: RequestHeaders;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}
