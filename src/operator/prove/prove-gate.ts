import { randomBytes } from 'node:crypto';
import type { SigningKeys } from '../../access/keys.ts';
import { allowlistOverlaps } from '../../access/allowlist.ts';
import { forgedProbeAddress, maxProbeSeconds, probeHost, signProbe, verifyEcho } from '../../access/probe.ts';
import { headers } from '../../api/headers.ts';
import type { GateKey } from '../../api/ingress.ts';
import type { Proof } from '../decide/observed.ts';
import type { ProbeTarget } from '../decide/plan.ts';
import type { ControllerAddress } from './controller-addresses.ts';
import type { ProbeResponse } from './probe-request.ts';
import { hostField, sendProbe } from './probe-request.ts';

export interface ProveInput {
  readonly target: ProbeTarget;
  readonly addresses: readonly ControllerAddress[];
  readonly keys: SigningKeys;
  /** The operator's own addresses; empty: not known. */
  readonly ownAddresses: readonly string[];
  readonly now: Temporal.Instant;
  readonly signal: AbortSignal;
}

/** Half of what a responder accepts: its clock may be as far from ours, either way. */
const probeSeconds = maxProbeSeconds / 2;

const unproven = (reason: Proof['reason'], message: string): Proof => ({
  verdict: 'Unproven',
  decision: undefined,
  spoofed: undefined,
  reason,
  message,
});

const wrong = (message: string): Proof => ({
  verdict: 'Wrong',
  decision: undefined,
  spoofed: undefined,
  reason: 'NoEcho',
  message,
});

interface Shot {
  readonly gate: GateKey;
  readonly host: string | undefined;
  readonly tls: boolean;
  readonly path: string | undefined;
  readonly address: ControllerAddress;
  readonly signal: AbortSignal;
}

/** Sends one signed probe and judges what comes back; follows a redirect to https on the same host, and no other. */
async function shoot(shot: Shot, keys: SigningKeys, now: Temporal.Instant): Promise<Proof> {
  const { gate, host, address, tls, path, signal } = shot;
  const where = `${host ?? '(any host)'} at ${address.ip}`;
  if (path === undefined) {
    return unproven(
      'PathNotProbeable',
      `${where}: the Ingress has only patterns for paths, so no path is known to be asked for.`,
    );
  }
  const port = tls ? address.https : address.http;
  if (port === undefined)
    return unproven('NoAddress', `${where}: the controller has no ${tls ? 'https' : 'http'} port.`);
  const nonce = randomBytes(12).toString('base64url');
  const expires = Math.floor(now.epochMilliseconds / 1000) + probeSeconds;
  const probe = signProbe(keys.current, {
    gate,
    host: probeHost(hostField(host, address.ip)),
    nonce,
    expires,
  });
  let response: ProbeResponse;
  try {
    response = await sendProbe({
      address: address.ip,
      port,
      tls,
      host,
      path,
      // Comes in as its client's address only where clients can choose theirs (design §6 rule 7).
      headers: { [headers.probe]: probe, 'x-forwarded-for': forgedProbeAddress },
      signal,
    });
  } catch (error) {
    return unproven(
      'Unreachable',
      `${where} did not answer: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const echo = verifyEcho(response.headers[headers.echo], { gate, nonce }, keys);
  if (echo !== undefined) {
    return {
      verdict: 'Proven',
      decision: echo.decision,
      spoofed: echo.spoofed,
      reason: 'GatesProven',
      message: `Proven at ${where}.`,
    };
  }
  if (!tls && isRedirectToTls(response, host)) return shoot({ ...shot, tls: true }, keys, now);
  return wrong(
    `${where} answered ${response.status} without the gate's signature: the request did not pass the gate ` +
      '(another authentication in front, another route for this host, or a controller that has not seen the annotation).',
  );
}

function isRedirectToTls(
  { status, headers: { location = '' } }: ProbeResponse,
  host: string | undefined,
): boolean {
  return (
    status >= 300 && status < 400 && host !== undefined && URL.parse(location)?.origin === `https://${host}`
  );
}

const rank = { Wrong: 0, Unproven: 1, Proven: 2 } as const;

/** Proves one gate at every address and for every host of it. The worst answer counts. */
export async function proveGate(input: ProveInput): Promise<Proof> {
  const { target, addresses, keys, now, signal } = input;
  if (addresses.length === 0) {
    return unproven(
      'NoAddress',
      `No address of the ingress controller of class ${target.class.name} is known: name its Service in the chart's value ` +
        `ingressControllers.${target.class.name}.service.`,
    );
  }
  const shots = addresses.flatMap((address) =>
    target.hosts.map(({ host, tls, path }) => ({ gate: target.gate, host, tls, path, address, signal })),
  );
  const proofs = await Promise.all(shots.map((shot) => shoot(shot, keys, now)));
  return { ...worstOf(proofs, target.expect), spoofed: isSpoofed(proofs, input) };
}

/**
 * Can clients choose their address? Nothing is known of a controller that did not answer, and a controller that is to believe
 * the operator's own address says nothing of those that it is not to believe.
 */
function isSpoofed(proofs: readonly Proof[], { target, ownAddresses }: ProveInput): boolean | undefined {
  const { trustedProxies } = target.class;
  const isOutsider =
    trustedProxies.length === 0 ||
    (ownAddresses.length > 0 && allowlistOverlaps(ownAddresses, trustedProxies).length === 0);
  if (!isOutsider) return undefined;
  if (proofs.some(({ spoofed }) => spoofed === true)) return true;
  return proofs.every(({ spoofed }) => spoofed === false) ? false : undefined;
}

/** Where one replica of the responder flips before the other, the gate has not flipped yet. */
function worstOf(proofs: readonly Proof[], expect: ProbeTarget['expect']): Proof {
  const [worst] = proofs.toSorted((a, b) => rank[a.verdict] - rank[b.verdict]);
  if (worst === undefined) return unproven('NotProbed', 'Nothing to probe.');
  const laggard = proofs.find(({ verdict, decision }) => verdict === 'Proven' && decision !== expect);
  return worst.verdict === 'Proven' ? (laggard ?? worst) : worst;
}
