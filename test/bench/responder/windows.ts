import type { Policy } from '../../../src/policy/policy.ts';
import { buildPolicy, sha256 } from '../../unit/policy/build.ts';
import { strangers, type Visitor } from './traefik-requests.ts';

/** How many CIDRs each window lets in. */
export const cidrCount = 1000;

/** How many windows the large responder has. */
export const windowCount = 200;

interface Allowed {
  readonly cidr: string;
  /** An address in it. */
  readonly address: string;
}

/** The n-th of the allowed ranges, which do not overlap: three of four are IPv4 with 22 to 32 bits, the rest IPv6. */
function allowed(index: number): Allowed {
  if (index % 4 === 3) {
    const prefix = `2001:db8:${index.toString(16)}:`;
    return { cidr: `${prefix}:/48`, address: `${prefix}42::7` };
  }
  const bits = [32, 28, 24, 22][index % 4] ?? 32;
  const prefix = `20.${index >> 6}.${(index & 63) * 4}`;
  return bits === 32
    ? { cidr: `${prefix}.9/32`, address: `${prefix}.9` }
    : { cidr: `${prefix}.0/${bits}`, address: `${prefix}.11` };
}

const addresses = Array.from({ length: cidrCount }, (_, index) => allowed(index).cidr);

interface ClosedWindow {
  readonly name: string;
  readonly ingress: string;
}

/** A window that is closed now, from an hour ago until in two hours. */
function closedWindow({ name, ingress }: ClosedWindow): Policy {
  const now = Temporal.Now.instant().round('second');
  return buildPolicy({
    name,
    ingresses: [ingress],
    occurrences: [{ start: now.subtract({ hours: 1 }).toString(), end: now.add({ hours: 2 }).toString() }],
    access: { addresses, tokens: [{ name: 'ops', sha256: sha256(name), notAfter: null }] },
    page: {
      message: 'We are moving to a bigger database.',
      statusPage: 'https://status.example.com',
      contact: 'support@example.com',
    },
  });
}

/** One window on one Ingress. */
export const oneWindow = (): Policy[] => [closedWindow({ name: 'upgrade', ingress: 'web' })];

/** Many windows, each on an Ingress of its own. */
export const manyWindows = (): Policy[] =>
  Array.from({ length: windowCount }, (_, index) =>
    closedWindow({ name: `upgrade-${index}`, ingress: `web-${index}` }),
  );

/** A visitor whom {@link oneWindow} lets in by address; each comes from another range. */
export const colleague = (index: number): Visitor => ({
  address: allowed(index % cidrCount).address,
  ingress: 'web',
});

/** A visitor whom one of {@link manyWindows} lets in by address; each comes to another site. */
export const colleagueOfMany = (index: number): Visitor => ({
  address: allowed((index * 7) % cidrCount).address,
  ingress: `web-${index % windowCount}`,
});

/** A visitor whom nobody lets in. */
export const stranger = strangers;
