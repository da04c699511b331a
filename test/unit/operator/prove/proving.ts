import type { SigningKeys } from '../../../../src/access/keys.ts';
import type { Proof } from '../../../../src/operator/decide/observed.ts';
import type { ProbedHost, ProbeTarget } from '../../../../src/operator/decide/plan.ts';
import { Connections } from '../../../../src/operator/prove/connections.ts';
import type {
  ControllerAddress,
  FoundAddresses,
} from '../../../../src/operator/prove/controller-addresses.ts';
import type { ProveInput } from '../../../../src/operator/prove/prove-gate.ts';
import { proveGate } from '../../../../src/operator/prove/prove-gate.ts';
import type { Answer } from './fake-ingress.ts';
import { echoing } from './fake-ingress.ts';
import { traefik } from '../../../../src/gates/traefik.ts';

export const gate = 'shop/web';
export const keys: SigningKeys = { current: { id: 'k1', key: Buffer.alloc(32, 1) } };
export const now = Temporal.Instant.from('2026-12-01T21:00:00Z');
export const echo = echoing({ gate, keys, now });

export const shop: ProbedHost = { host: 'shop.example.com', tls: false, path: '/' };

/** A gate that should be closed, of these hosts. */
export const targetOf = (...hosts: readonly ProbedHost[]): ProbeTarget => ({
  gate,
  class: { name: 'traefik', driver: 'traefik', trustedProxies: [], service: undefined },
  driver: traefik,
  hosts,
  addresses: [],
  expected: { gate: 'on', decision: 'closed', revision: 'none' },
});

export const answering =
  (status: number, fields: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, fields);
    response.end();
  };

const foundAt = ([first, ...others]: readonly ControllerAddress[]): FoundAddresses =>
  first === undefined ? { problem: 'Nobody knows where.' } : { addresses: [first, ...others] };

const connections = new Connections();
after(() => connections.close());

/** Asks the gate at these addresses, at the time {@link now}. */
export const proveTarget = async (
  target: ProbeTarget,
  addresses: readonly ControllerAddress[],
  ownAddresses: readonly string[] = [],
  sighting: ProveInput['sighting'] = async () => 'unseen',
): Promise<Proof> =>
  proveGate({
    target,
    found: foundAt(addresses),
    keys,
    connections,
    ownAddresses,
    sighting,
    now: () => now,
    signal: AbortSignal.timeout(4000),
  });
