import type { Policy, PolicyOccurrence } from '../../../src/policy/policy.ts';

const isIn = ({ start, end, hold }: PolicyOccurrence, nowMs: number): boolean =>
  Date.parse(start) <= nowMs && (hold || end === null || nowMs < Date.parse(end));

/** Does one of these policies close the Ingress now? */
export const isClosedBy = (policies: Iterable<Policy>, ingress: string, now: Temporal.Instant): boolean =>
  [...policies].some(
    ({ gates, occurrences }) =>
      gates.some((gate) => gate.ingress === ingress) &&
      occurrences.some((occurrence) => isIn(occurrence, now.epochMilliseconds)),
  );
