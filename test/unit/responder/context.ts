import type { PolicySet } from '../../../src/policy/policy-set.ts';
import type { GateContext } from '../../../src/responder/gate.ts';
import { closedAt, keys } from '../policy/ask.ts';

/** What a gate's answer depends on, the same each time. */
export const contextOf = (set: PolicySet, change: Partial<GateContext> = {}): GateContext => ({
  policies: () => set,
  keys: () => keys,
  nowMs: () => closedAt,
  random: () => 0,
  requestId: () => 'request',
  replica: 'r-1',
  isShared: () => false,
  observe: () => undefined,
  observeProbe: () => undefined,
  onTemplateProblem: () => undefined,
  observeAnswer: () => undefined,
  ...change,
});
