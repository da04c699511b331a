import { createHash } from 'node:crypto';
import type { DecodedNetwork } from '../../../src/policy/decode.ts';
import { decodeNetwork, decodePolicy } from '../../../src/policy/decode.ts';
import { encodeNetwork, encodePolicy } from '../../../src/policy/encode.ts';
import type { Network, Policy, PolicyOccurrence } from '../../../src/policy/policy.ts';
import { policySchema } from '../../../src/policy/policy.ts';
import { compileWindow, createPolicySet, type PolicySet } from '../../../src/policy/policy-set.ts';

export const token = `bsn_${'A'.repeat(43)}`;
export const otherToken = `bsn_${'B'.repeat(43)}`;

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export const at = (instant: string): number => Temporal.Instant.from(instant).epochMilliseconds;

export const start = '2026-12-01T21:00:00Z';
export const end = '2026-12-01T22:30:00Z';

export interface PolicyOverrides {
  readonly name?: string;
  readonly namespace?: string;
  readonly ingresses?: readonly string[];
  readonly class?: string;
  readonly addressRules?: boolean;
  /** Not held, unless one says so. */
  readonly occurrences?: readonly (Omit<PolicyOccurrence, 'hold'> & { readonly hold?: boolean })[];
  readonly only?: Policy['only'];
  readonly access?: Partial<Policy['access']>;
  readonly page?: Partial<Policy['page']>;
}

/** The policy of window shop/upgrade, closed from 21:00 to 22:30, that lets an office and one token in. */
export function buildPolicy(overrides: PolicyOverrides = {}): Policy {
  const { name = 'upgrade', namespace = 'shop', ingresses = ['web'], addressRules = true } = overrides;
  return {
    schema: policySchema,
    window: { namespace, name, uid: `uid-${name}`, generation: 3 },
    gates: ingresses.map((ingress) => ({ ingress, class: overrides.class ?? 'traefik', addressRules })),
    occurrences: (overrides.occurrences ?? [{ start, end }]).map(({ start, end, hold = false }) => ({
      start,
      end,
      hold,
    })),
    only: overrides.only ?? null,
    access: {
      addresses: ['203.0.113.0/24'],
      tokens: [{ name: 'ops', sha256: sha256(token), notAfter: null }],
      paths: [],
      methods: [],
      trustSharedAddress: false,
      ...overrides.access,
    },
    page: {
      title: null,
      message: null,
      statusPage: null,
      contact: null,
      retryAfter: null,
      translations: {},
      template: null,
      ...overrides.page,
    },
  };
}

const all = { host: true, path: true, method: true };

export const network: Network = {
  schema: policySchema,
  clusterCIDRs: ['10.244.0.0/16'],
  classes: {
    traefik: { addressHeader: 'x-forwarded-for', trustedProxies: ['192.0.2.0/28'], sees: all },
    haproxy: { addressHeader: 'x-real-ip', trustedProxies: [], sees: all },
    nginx: {
      addressHeader: 'x-forwarded-for',
      trustedProxies: [],
      sees: { host: false, path: true, method: true },
    },
    hidden: {
      addressHeader: 'x-real-ip',
      trustedProxies: [],
      sees: { host: false, path: false, method: false },
    },
    blind: {
      addressHeader: 'x-forwarded-for',
      trustedProxies: [],
      sees: { host: false, path: false, method: false },
    },
  },
};

export const decodedNetwork: DecodedNetwork = decodeNetwork(encodeNetwork(network).json);

/** The set of these policies, through their wire form. */
export function buildSet(
  policies: readonly Policy[],
  settings: DecodedNetwork | undefined = decodedNetwork,
): PolicySet {
  return createPolicySet(
    policies.map((policy) => compileWindow(decodePolicy(encodePolicy(policy).json))),
    settings,
  );
}
