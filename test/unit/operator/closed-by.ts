import type { Proof } from '../../../src/operator/decide/observed.ts';
import { encodePolicy } from '../../../src/policy/encode.ts';
import type { Policy, PolicyOccurrence } from '../../../src/policy/policy.ts';
import { gateRevision } from '../../../src/policy/revision.ts';
import { proven } from '../builders/observed.ts';

const isIn = ({ start, end, hold }: PolicyOccurrence, nowMs: number): boolean =>
  Date.parse(start) <= nowMs && (hold || end === null || nowMs < Date.parse(end));

/** Does one of these policies close the Ingress now? */
export const isClosedBy = (policies: Iterable<Policy>, ingress: string, now: Temporal.Instant): boolean =>
  [...policies].some(
    ({ gates, occurrences }) =>
      gates.some((gate) => gate.ingress === ingress) &&
      occurrences.some((occurrence) => isIn(occurrence, now.epochMilliseconds)),
  );

/** What a responder that has loaded these policies proves of the Ingress's gate. */
export function proofBy(policies: Iterable<Policy>, ingress: string, now: Temporal.Instant): Proof {
  const all = [...policies];
  const covering = all.filter(({ gates }) => gates.some((gate) => gate.ingress === ingress));
  const revision = gateRevision(covering.map((policy) => encodePolicy(policy).revision));
  return proven(isClosedBy(all, ingress, now) ? 'closed' : 'open', revision);
}
