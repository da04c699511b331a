import type { SigningKey, SigningKeys } from '../../access/keys.ts';
import { isBefore, nextAfter } from '../../schedule/occurrence.ts';

/** The signing keys as they stand in their Secret. */
export interface KeyRing {
  /** undefined: there are none, or none that can be read. */
  readonly keys: SigningKeys | undefined;
  /** When `current` became current; undefined: nobody wrote it down. */
  readonly since: Temporal.Instant | undefined;
}

/** One change of the ring. Each is one write, so a crash between two leaves a ring that the next look goes on from. */
export type KeyStep = 'Create' | 'NoteTime' | 'DropPrevious' | 'AddNext' | 'Promote';

export interface KeyCircumstances {
  readonly now: Temporal.Instant;
  /** How long a key stays current; 0: for good. */
  readonly rotationHours: number;
  /** Does every responder that visitors may meet hold this key? */
  readonly isListed: (keyId: string) => boolean;
}

/** Cookies live for 12 h at most: what the previous key signed is over by then. */
const previousHours = 24;
const hourMs = 3_600_000;

/**
 * What to do with the keys now (design D8), and when time alone asks for more. A key that signs is always one that every
 * responder knows: `next` becomes `current` only when all list it, and `previous` stays until nothing that it signed is good.
 */
export function keyStep(
  { keys, since }: KeyRing,
  circumstances: KeyCircumstances,
): { readonly step: KeyStep | undefined; readonly wakeAt: Temporal.Instant | undefined } {
  const { now, rotationHours, isListed } = circumstances;
  if (keys === undefined) return { step: 'Create', wakeAt: undefined };
  // A time to come was written while the clock was wrong: counted from now on, or no key would change for that long.
  if (since === undefined || isBefore(now, since)) return { step: 'NoteTime', wakeAt: undefined };
  const due = rotationHours === 0 ? undefined : after(since, rotationHours);
  const dropAt = keys.previous === undefined ? undefined : after(since, previousHours);
  const hasCome = (at: Temporal.Instant | undefined): boolean => at !== undefined && !isBefore(now, at);
  const wakeAt = nextAfter(now, [due, dropAt]);
  if (hasCome(dropAt)) return { step: 'DropPrevious', wakeAt };
  return { step: hasCome(due) ? towardsNext(keys, isListed) : undefined, wakeAt };
}

function towardsNext(
  { previous, next }: SigningKeys,
  isListed: KeyCircumstances['isListed'],
): KeyStep | undefined {
  if (next === undefined) return 'AddNext';
  // There is room for one previous key: the one before it must have had its time.
  return previous === undefined && isListed(next.id) ? 'Promote' : undefined;
}

const after = (instant: Temporal.Instant, hours: number): Temporal.Instant =>
  instant.add({ milliseconds: Math.round(hours * hourMs) });

/** The ring after a step. */
export function turned(
  { keys, since }: KeyRing,
  step: KeyStep,
  { now, newKey }: { readonly now: Temporal.Instant; readonly newKey: () => SigningKey },
): { readonly keys: SigningKeys; readonly since: Temporal.Instant } {
  if (keys === undefined || step === 'Create') return { keys: { current: newKey() }, since: now };
  const { current, previous, next } = keys;
  switch (step) {
    case 'NoteTime':
      return { keys, since: now };
    case 'DropPrevious':
      return { keys: { current, next }, since: since ?? now };
    case 'AddNext':
      return { keys: { current, previous, next: newKey() }, since: since ?? now };
    case 'Promote':
      return next === undefined
        ? { keys, since: since ?? now }
        : { keys: { current: next, previous: current }, since: now };
  }
}
