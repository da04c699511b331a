import { randomBytes } from 'node:crypto';
import type { SigningKeys } from '../../access/keys.ts';
import { allowlistOverlaps } from '../../access/allowlist.ts';
import { forgedProbeAddress, maxProbeSeconds, probeHost, signProbe, verifyEcho } from '../../access/probe.ts';
import { headers } from '../../api/headers.ts';
import type { GateKey } from '../../api/ingress.ts';
import type { Proof } from '../decide/observed.ts';
import type { Expectation, ProbedHost, ProbeTarget } from '../decide/plan.ts';
import { inParallel } from '../in-parallel.ts';
import type { Sighting } from '../fleet/sightings.ts';
import type { Connections } from './connections.ts';
import type { ControllerAddress, FoundAddresses } from './controller-addresses.ts';
import { answered, gone, seenAtGate, unproven, unreachable, wrong } from './judge.ts';
import type { ProbeResponse } from './probe-request.ts';
import { hostField, sendProbe } from './probe-request.ts';

export interface ProveInput {
  readonly target: ProbeTarget;
  readonly found: FoundAddresses;
  readonly keys: SigningKeys;
  readonly connections: Connections;
  /** The operator's own addresses; empty: not known. */
  readonly ownAddresses: readonly string[];
  /** Did the gate bring this probe to a responder? Asked where its answer does not come through. */
  readonly sighting: (gate: GateKey, nonce: string, signal: AbortSignal) => Promise<Sighting>;
  readonly now: () => Temporal.Instant;
  readonly signal: AbortSignal;
}

/** Half of what a responder accepts: its clock may be as far from ours, either way. */
const probeSeconds = maxProbeSeconds / 2;

/** Probes of one gate at once: a gate with hundreds of hosts must not be a burst. */
const shotsAtOnce = 4;

/** One probe: of one host at one address of the controller. */
interface Shot extends ProbedHost {
  readonly address: ControllerAddress;
}

/** Sends one signed probe and judges what comes back; follows a redirect to https on the same host, and no other. */
async function shoot(shot: Shot, input: ProveInput): Promise<Proof> {
  const { host, address, tls, path } = shot;
  const { target } = input;
  const where = `${host ?? '(any host)'} at ${address.ip}`;
  if (path === undefined) {
    return unproven(
      'PathNotProbeable',
      `${where}: the Ingress has only patterns for paths, so no path is known to be asked for. ` +
        'The gate covers them all the same; visit the site to see that it is closed.',
    );
  }
  const port = tls ? address.https : address.http;
  if (port === undefined) return unproven('NoAddress', noPort(where, shot, target));
  const nonce = randomBytes(12).toString('base64url');
  let response: ProbeResponse;
  try {
    const probe = signedProbe(shot, nonce, input);
    const request = requestOf(shot, { path, port, probe }, target);
    response = await sendProbe(request, input.connections, input.signal);
  } catch (error) {
    return unreachable(where, error, target.class);
  }
  if (!tls && isRedirectToTls(response, host)) return shoot({ ...shot, tls: true }, input);
  return judge({ where, nonce, response }, input);
}

/** What came back of one probe. */
interface Answered {
  readonly where: string;
  readonly nonce: string;
  readonly response: ProbeResponse;
}

async function judge({ where, nonce, response }: Answered, input: ProveInput): Promise<Proof> {
  const { gate, expected, driver, class: settings } = input.target;
  const echo = verifyEcho(response.headers[headers.echo], { gate, nonce }, input.keys);
  const isRelayed = driver.flavour !== 'nginx';
  if (isRelayed || expected.gate === 'gone' || response.status < 400) {
    if (echo !== undefined) return answered(where, echo);
  } else {
    const sighting = await input.sighting(gate, nonce, input.signal);
    const proof = seenAtGate(where, { sighting, echo, className: settings.name });
    if (proof !== undefined) return proof;
  }
  return expected.gate === 'gone' ? gone(where, response) : wrong(where, response, settings);
}

const noPort = (where: string, { tls }: Shot, { class: { name, ports } }: ProbeTarget): string => {
  const port = tls ? (ports?.https ?? 443) : (ports?.http ?? 80);
  return (
    `${where}: the ingress controller's Service has no port ${port} for ${tls ? 'https' : 'http'}. ` +
    `Name the right one in the chart's value ingressControllers.${name}.ports.`
  );
};

function signedProbe({ host, address }: Shot, nonce: string, { target, keys, now }: ProveInput): string {
  const expires = Math.floor(now().epochMilliseconds / 1000) + probeSeconds;
  const boundTo = target.driver.showsHost ? probeHost(hostField(host, address.ip)) : '';
  return signProbe(keys.current, { gate: target.gate, host: boundTo, nonce, expires });
}

const requestOf = (
  { host, tls, address: { ip, isPod } }: Shot,
  { path, port, probe }: { readonly path: string; readonly port: number; readonly probe: string },
  { class: { proxyProtocol = false } }: ProbeTarget,
): Parameters<typeof sendProbe>[0] => ({
  address: ip,
  port,
  tls,
  proxyProtocol,
  isPod,
  host,
  path,
  // Comes in as its client's address only where clients can choose theirs (design §6 rule 7).
  headers: { [headers.probe]: probe, 'x-forwarded-for': forgedProbeAddress },
});

function isRedirectToTls(
  { status, headers: { location = '' } }: ProbeResponse,
  host: string | undefined,
): boolean {
  return (
    status >= 300 && status < 400 && host !== undefined && URL.parse(location)?.origin === `https://${host}`
  );
}

/** Asks one gate at every address and for every host of it. The worst answer counts. */
export async function proveGate(input: ProveInput): Promise<Proof> {
  const { target, found } = input;
  if ('problem' in found) return unproven('NoAddress', found.problem);
  const isGone = target.expected.gate === 'gone';
  // What can not be asked can not be seen to be gone either: its Ingress's other hosts stand for it.
  const hosts = target.hosts.filter(({ path }) => !isGone || path !== undefined);
  const shots = found.addresses.flatMap((address) =>
    hosts.map(({ host, tls, path }): Shot => ({ host, tls, path, address })),
  );
  const proofs: Proof[] = [];
  const silent = new Map<string, Proof>();
  await inParallel(shots, shotsAtOnce, async (shot) => {
    // Whoever is silent once would cost the same patience for each host.
    const proof = silent.get(shot.address.ip) ?? (await shoot(shot, input));
    if (proof.reason === 'Unreachable') silent.set(shot.address.ip, proof);
    proofs.push(proof);
  });
  return { ...worstOf(proofs, target.expected), spoofed: isSpoofed(proofs, input) };
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

/** What says most against what is expected comes first. */
const ranks = {
  on: { Wrong: 0, Gone: 0, Unproven: 1, Proven: 2 },
  gone: { Proven: 0, Wrong: 1, Unproven: 1, Gone: 2 },
} as const;

/** Does this proof show the gate as it should be now? */
export function isAsExpected({ verdict, decision, revision }: Proof, expected: Expectation): boolean {
  if (expected.gate === 'gone') return verdict === 'Gone';
  return verdict === 'Proven' && decision === expected.decision && revision === expected.revision;
}

/** Where one replica of the responder follows before the other, the gate has not followed yet. */
function worstOf(proofs: readonly Proof[], expected: Expectation): Proof {
  const rank = ranks[expected.gate];
  const [worst] = proofs.toSorted((a, b) => rank[a.verdict] - rank[b.verdict]);
  if (worst === undefined) return unproven('NotProbed', 'Nothing to probe.');
  const laggard = proofs.find((proof) => !isAsExpected(proof, expected));
  return worst.verdict === 'Proven' ? (laggard ?? worst) : worst;
}
