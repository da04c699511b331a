import { clientAddress } from '../access/client-address.ts';
import { forgedProbeAddress, signEcho, type VerifiedProbe, verifyProbe } from '../access/probe.ts';
import { headers as names } from '../api/headers.ts';
import type { SeenNonce } from '../api/responder-status.ts';
import { decisionWithoutPass } from '../policy/evaluate.ts';
import type { Closed } from './answer.ts';
import type { Arrival, GateContext } from './gate-context.ts';
import { bareRefusal } from './refusal.ts';

/**
 * The probe that the request is, when it is a good one of this gate. Where a controller does not show the host, the
 * operator binds its probes to none: such a one is good wherever it comes in, and for other gates there are none.
 * @param host `probeHost` of what the controller shows of the host.
 */
export function goodProbe(
  { gate, headers, nowMs }: Arrival,
  host: string,
  { keys }: Pick<GateContext, 'keys'>,
): VerifiedProbe | undefined {
  const header = headers[names.probe];
  if (header === undefined) return undefined;
  const held = keys();
  if (held === undefined) return undefined;
  const probe = verifyProbe(header, { gate, host, nowMs }, held);
  return probe ?? (host === '' ? undefined : verifyProbe(header, { gate, host: '', nowMs }, held));
}

/** The signed answer to a good probe: a 503, for a probe never admits. */
export function echoOf(probe: VerifiedProbe, arrival: Arrival, replica: string): Closed {
  const { gate, set, nowMs } = arrival;
  const echo = signEcho(probe.key, {
    gate,
    nonce: probe.nonce,
    revision: set.gates.get(gate)?.revision ?? 'none',
    replica,
    decision: decisionWithoutPass(set, gate, nowMs),
    spoofed: believesForgery(arrival),
  });
  return bareRefusal([names.echo, echo]);
}

/** What is to be remembered of a good probe that a gate brought. */
export const seenProbe = ({ nonce }: VerifiedProbe, arrival: Arrival, sentFrom: boolean): SeenNonce => ({
  gate: arrival.gate,
  nonce,
  sentFrom,
  spoofed: believesForgery(arrival),
});

/** Design §6 rule 7: the address that the probe made up is taken for its client's. */
function believesForgery({ set, gate, headers }: Arrival): boolean {
  const client = clientAddress(headers, set.gates.get(gate)?.settings, set.cluster);
  return 'address' in client && client.address.text === forgedProbeAddress;
}
