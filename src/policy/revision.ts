import { createHash } from 'node:crypto';

/** The revision of a policy or network text as it is stored: the first 16 hex digits of its SHA-256. */
export function revisionOf(json: string): string {
  return sha256Hex(json).slice(0, 16);
}

/**
 * One revision for all policies that cover a gate, as an echo carries it: that of the only policy; of several,
 * the revision of their sorted list; `none` when there is none.
 */
export function gateRevision(revisions: readonly string[]): string {
  const [only, ...others] = revisions;
  if (only === undefined) return 'none';
  return others.length === 0 ? only : revisionOf(revisions.toSorted().join('\n'));
}

/** What visitors may know of a window: the first 12 hex digits of the SHA-256 of its UID. */
export function opaqueWindowId(uid: string): string {
  return sha256Hex(uid).slice(0, 12);
}

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');
