/** A replica's clock against the operator's, as one answer shows it. */
export interface ClockReading {
  /** How far it is ahead; negative: behind. */
  readonly aheadMs: number;
  /** Half of the time that the answer took: the reading is off by so much at most. */
  readonly withinMs: number;
}

/** When an answer with this clock in it was asked for and had (Cristian's algorithm). */
export function readClock(
  theirs: Temporal.Instant,
  { asked, answered }: { readonly asked: Temporal.Instant; readonly answered: Temporal.Instant },
): ClockReading {
  const withinMs = answered.since(asked).total('milliseconds') / 2;
  return { aheadMs: theirs.since(asked).total('milliseconds') - withinMs, withinMs };
}

/** Skew above this is told (design D8): visitors of different replicas meet the start that far apart. */
const toldFromMs = 1_000;
/** What was told goes when the skew is this small, and changes when it is that far off: a status that changes is a write. */
const forgottenBelowMs = 800;
const restatedFromMs = 500;

/**
 * The skew to tell of a replica, in milliseconds, positive when it is ahead; undefined: none worth telling.
 * @param told what was told before
 */
export function skewToTell(
  { aheadMs, withinMs }: ClockReading,
  told: number | undefined,
): number | undefined {
  // An answer that took long says little: what was known stays known.
  if (withinMs > restatedFromMs / 2) return told;
  if (told === undefined) return Math.abs(aheadMs) - withinMs > toldFromMs ? Math.round(aheadMs) : undefined;
  if (Math.abs(aheadMs) < forgottenBelowMs) return undefined;
  return Math.abs(aheadMs - told) >= restatedFromMs ? Math.round(aheadMs) : told;
}
