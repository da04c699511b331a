import type { Gate } from './gates.ts';
import { plannedOf } from './gates.ts';
import type { Observed } from './observed.ts';
import type { Rehearsal } from './plan.ts';
import { putOf } from './plan.ts';
import { isOver } from './policies.ts';

/**
 * What to ask the API server about a gate by a dry run, long before it is needed; undefined: nothing. A gate that is on, or
 * that goes on now, needs no rehearsal, nor does one that no window asks for any more.
 */
function rehearsalOf(gate: Gate): Rehearsal | undefined {
  const planned = plannedOf(gate.outcome)?.plan;
  const isNeeded = gate.obeyed.some((window) => !isOver(window));
  if (planned === undefined || planned.preWired || gate.wanted !== undefined || !isNeeded) return undefined;
  // What is to be taken off first has not left yet.
  if (gate.state.stands) return undefined;
  const { namespace, name, uid, resourceVersion } = gate.ingress.metadata;
  const { annotations, objects } = planned;
  return {
    gate: gate.key,
    question: JSON.stringify([uid, resourceVersion, annotations]),
    operations: [
      ...objects.map((object) => ({ kind: 'ApplyGateObject' as const, object, gate: gate.key })),
      putOf({ namespace, name, uid }, planned),
    ],
  };
}

/** Everything that the API server should be asked about the gates to come. */
export const rehearsalsOf = (gates: readonly Gate[]): readonly Rehearsal[] =>
  gates.flatMap((gate) => rehearsalOf(gate) ?? []);

/** Has the API server still to say whether it would take this gate, as it and its Ingress are now? */
export function isUnrehearsed(gate: Gate, observed: Observed): boolean {
  const rehearsal = rehearsalOf(gate);
  return rehearsal !== undefined && !observed.rehearsed(gate.key, rehearsal.question);
}
