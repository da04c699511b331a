import { gateRevision } from '../../policy/revision.ts';
import type { Gate } from './gates.ts';
import { plannedOf } from './gates.ts';
import { probedHosts } from './hosts.ts';
import type { Observed } from './observed.ts';
import type { Expectation, ProbeTarget } from './plan.ts';
import type { DesiredPolicy } from './policies.ts';

/** What the responder should tell a probe of this gate now. */
export const expectedDecision = ({ wanted }: Gate): 'open' | 'closed' =>
  wanted === 'closed' ? 'closed' : 'open';

/** The revision of all policies that should cover this gate now, as the responder names it in an echo. */
export const expectedRevision = (gate: Gate, desired: ReadonlyMap<string, DesiredPolicy>): string =>
  gateRevision(gate.obeyed.flatMap(({ window }) => desired.get(window.metadata.uid)?.revision ?? []));

/** Did this gate answer by other policies than those that it should decide by now? */
export function isOutdated(
  gate: Gate,
  { proofs }: Observed,
  desired: ReadonlyMap<string, DesiredPolicy>,
): boolean {
  const proof = gate.on && gate.wanted !== undefined ? proofs.get(gate.key) : undefined;
  return proof?.verdict === 'Proven' && proof.revision !== expectedRevision(gate, desired);
}

function expectationOf(gate: Gate, desired: ReadonlyMap<string, DesiredPolicy>): Expectation | undefined {
  if (gate.leaving !== undefined) return { gate: 'gone' };
  if (!gate.on || gate.wanted === undefined) return undefined;
  return { gate: 'on', decision: expectedDecision(gate), revision: expectedRevision(gate, desired) };
}

/** The probe that a gate should answer now: one that is on has to show itself, one that came off has to be gone. */
export function probeOf(gate: Gate, desired: ReadonlyMap<string, DesiredPolicy>): ProbeTarget | undefined {
  const planned = plannedOf(gate.outcome);
  const expected = expectationOf(gate, desired);
  if (planned === undefined || expected === undefined) return undefined;
  return {
    gate: gate.key,
    class: planned.settings,
    driver: { flavour: planned.driver.flavour, showsHost: planned.driver.showsHost },
    hosts: probedHosts(gate.ingress),
    addresses: (gate.ingress.status?.loadBalancer?.ingress ?? []).flatMap(
      ({ ip, hostname }) => ip ?? hostname ?? [],
    ),
    expected,
  };
}
