import type { Network, Policy } from './policy.ts';
import { revisionOf } from './revision.ts';

/** A policy or the network settings as stored. */
export interface Encoded {
  readonly json: string;
  /** See {@link revisionOf}. */
  readonly revision: string;
}

/** The policy as canonical JSON: equal policies give equal texts, so equal revisions. */
export const encodePolicy = (policy: Policy): Encoded => encode(policy);

/** The network settings as canonical JSON. */
export const encodeNetwork = (network: Network): Encoded => encode(network);

function encode(value: Policy | Network): Encoded {
  const json = JSON.stringify(value, sortedKeys);
  return { json, revision: revisionOf(json) };
}

/** Replacer for JSON.stringify that orders each object's keys. */
function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : Number(a > b))));
}
