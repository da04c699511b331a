import { parseCidr } from '../access/ip.ts';
import {
  type Network,
  type NetworkClass,
  type Policy,
  type PolicyOccurrence,
  type PolicyOnly,
  type PolicyPage,
  policySchema,
  type PolicyToken,
} from './policy.ts';
import { Reader, ShapeError } from './reader.ts';
import { revisionOf } from './revision.ts';

/** A stored text that cannot be obeyed; whoever reads it stays on the last good one. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
  /** `UnknownSchema`: written by another version; `Unreadable`: no JSON; `Malformed`: not of the schema's shape. */
  readonly code: 'UnknownSchema' | 'Unreadable' | 'Malformed';

  constructor(code: PolicyError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export interface DecodedPolicy {
  readonly policy: Policy;
  readonly revision: string;
}

export interface DecodedNetwork {
  readonly network: Network;
  readonly revision: string;
}

/** Schemas that this version obeys: its own, and the one before it (design D10). */
const readableSchemas: readonly number[] = [policySchema - 1, policySchema];

/**
 * Reads `policy.json`. Unknown members are ignored.
 * @throws PolicyError
 */
export function decodePolicy(json: string): DecodedPolicy {
  return { policy: decode(json, 'policy', readPolicy), revision: revisionOf(json) };
}

/**
 * Reads `network.json`. Unknown members are ignored.
 * @throws PolicyError
 */
export function decodeNetwork(json: string): DecodedNetwork {
  return { network: decode(json, 'network', readNetwork), revision: revisionOf(json) };
}

function decode<T>(json: string, what: string, read: (root: Reader, schema: number) => T): T {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new PolicyError('Unreadable', `${what} is no JSON: ${String(error)}`);
  }
  const root = new Reader(value, what);
  try {
    const schema = root.member('schema').integer(1);
    if (!readableSchemas.includes(schema)) {
      throw new PolicyError(
        'UnknownSchema',
        `${what} has schema ${schema}; this responder reads ${readableSchemas.join(', ')}`,
      );
    }
    return read(root, schema);
  } catch (error) {
    if (error instanceof ShapeError) throw new PolicyError('Malformed', error.message);
    throw error;
  }
}

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

function readPolicy(root: Reader, schema: number): Policy {
  const window = root.member('window');
  const access = root.member('access');
  return {
    schema: policySchema,
    window: {
      namespace: window.member('namespace').matching(label, 'a namespace'),
      name: window.member('name').matching(subdomain, 'an object name'),
      uid: window.member('uid').matching(/^[A-Za-z0-9-]{1,64}$/, 'a UID'),
      generation: window.member('generation').integer(0),
    },
    gates: root.member('gates').list((gate) => ({
      ingress: gate.member('ingress').matching(subdomain, 'an object name'),
      class: gate.member('class').string(),
      addressRules: gate.member('addressRules').boolean(),
    })),
    occurrences: readOccurrences(root.member('occurrences'), schema),
    only: root.member('only').orNull(readOnly),
    access: {
      addresses: access.member('addresses').list(readCidr),
      tokens: access.member('tokens').list(readToken),
      paths: access.member('paths').list(readPath),
      methods: access.member('methods').list(readMethod),
      trustSharedAddress: access.member('trustSharedAddress').boolean(),
    },
    page: readPage(root.member('page')),
  };
}

const readOnly = (only: Reader): PolicyOnly => ({
  hosts: only.member('hosts').orNull((hosts) => hosts.list(readHost)),
  paths: only.member('paths').orNull((paths) => paths.list(readPath)),
});

const readPage = (page: Reader): PolicyPage => ({
  title: page.member('title').orNull(readString),
  message: page.member('message').orNull(readString),
  statusPage: page.member('statusPage').orNull(readString),
  contact: page.member('contact').orNull(readString),
  retryAfter: page.member('retryAfter').orNull((seconds) => seconds.integer(1)),
  translations: page.member('translations').record((translation) => ({
    title: translation.member('title').orNull(readString),
    message: translation.member('message').orNull(readString),
  })),
  template: page.member('template').orNull(readString),
});

function readNetwork(root: Reader): Network {
  return {
    schema: policySchema,
    clusterCIDRs: root.member('clusterCIDRs').list(readCidr),
    classes: root.member('classes').record(readClass),
  };
}

const readClass = (item: Reader): NetworkClass => ({
  addressHeader: item.member('addressHeader').oneOf(['x-forwarded-for', 'x-real-ip']),
  trustedProxies: item.member('trustedProxies').list(readCidr),
  sees: {
    host: item.member('sees').member('host').boolean(),
    path: item.member('sees').member('path').boolean(),
    method: item.member('sees').member('method').boolean(),
  },
});

const readString = (item: Reader): string => item.string();
const readPath = (item: Reader): string => item.matching(/^\//, 'a path');
const readHost = (item: Reader): string => item.matching(/^(\*\.)?[a-z0-9][-a-z0-9.]*$/, 'a host name');
const readMethod = (item: Reader): string => item.matching(/^[A-Z-]{1,64}$/, 'an HTTP method');
const readCidr = (item: Reader): string => item.parsing(parseCidr, 'a CIDR');
const readInstant = (item: Reader): string =>
  item.parsing((text) => Temporal.Instant.from(text), 'an RFC 3339 instant');

const readToken = (item: Reader): PolicyToken => ({
  name: item.member('name').matching(label, 'a token name'),
  sha256: item.member('sha256').matching(/^[0-9a-f]{64}$/, '64 lower-case hex digits'),
  notAfter: item.member('notAfter').orNull(readInstant),
});

/** Each before the next; one without an end is the last. */
function readOccurrences(list: Reader, schema: number): PolicyOccurrence[] {
  const occurrences = list.list((item) => ({
    start: readInstant(item.member('start')),
    end: item.member('end').orNull(readInstant),
    // Schema 1 knew no holding.
    hold: schema > 1 && item.member('hold').boolean(),
  }));
  let freeFrom = -Infinity;
  for (const { start, end } of occurrences) {
    const startMs = Temporal.Instant.from(start).epochMilliseconds;
    const endMs = end === null ? Infinity : Temporal.Instant.from(end).epochMilliseconds;
    if (startMs < freeFrom || endMs <= startMs)
      throw list.error('sorted, each ending after its start and before the next');
    freeFrom = endMs;
  }
  return occurrences;
}
