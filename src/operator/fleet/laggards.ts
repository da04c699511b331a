import type { Replica } from './roster.ts';

/** Replicas that are behind, and since when, in monotonic milliseconds. */
export type Behind = ReadonlyMap<string, number>;

/** A policy reaches a watching replica within a second; one that is behind for so long does not watch any more. */
const patienceMs = 30_000;

const isCurrent = ({ status, missed }: Replica, revisions: ReadonlyMap<string, string>): boolean =>
  missed === 0 && [...revisions].every(([uid, revision]) => status.policies[uid] === revision);

/**
 * Which replica to delete because it stays behind while another is current (design D8); at most one in so long.
 * @param revisions window UID → revision, as they are stored
 */
export function laggard(
  replicas: readonly Replica[],
  revisions: ReadonlyMap<string, string>,
  { before, nowMs }: { readonly before: Behind; readonly nowMs: number },
): { readonly behind: Behind; readonly delete: string | undefined } {
  const late = replicas.filter((replica) => replica.missed === 0 && !isCurrent(replica, revisions));
  const behind = new Map(late.map(({ pod }) => [pod, before.get(pod) ?? nowMs]));
  const hasCurrent = replicas.some((replica) => isCurrent(replica, revisions));
  const overdue = [...behind].find(([, since]) => nowMs - since >= patienceMs)?.[0];
  if (!hasCurrent || overdue === undefined) return { behind, delete: undefined };
  // The others get the time that a new replica takes to be there: after an upgrade all old ones are behind at once.
  return { behind: new Map(late.map(({ pod }) => [pod, nowMs])), delete: overdue };
}
