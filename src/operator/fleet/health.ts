/** How the replicas answered so far; a fold over polling rounds (design D10). Times are monotonic milliseconds. */
export interface HealthRecord {
  readonly everServed: boolean;
  readonly failedRounds: number;
  readonly failingSinceMs: number | undefined;
  /** Down, and not yet healthy for long enough to be trusted again. */
  readonly isDown: boolean;
  readonly answeringSinceMs: number | undefined;
}

export const unknownHealth: HealthRecord = {
  everServed: false,
  failedRounds: 0,
  failingSinceMs: undefined,
  isDown: false,
  answeringSinceMs: undefined,
};

/** So many rounds in a row without one answer, and so long, make the fleet down: a round is 2 s while a gate is on. */
const failedRoundsToDown = 5;
const failingMsToDown = 8_000;
/** Gates of open sites go back on after the replicas have answered for so long. */
const recoveryMs = 30_000;

/** One more round: did any replica answer? */
export function afterRound(record: HealthRecord, answered: boolean, nowMs: number): HealthRecord {
  if (!answered) {
    const failedRounds = record.failedRounds + 1;
    const failingSinceMs = record.failingSinceMs ?? nowMs;
    const isLong = failedRounds >= failedRoundsToDown && nowMs - failingSinceMs >= failingMsToDown;
    return {
      ...record,
      failedRounds,
      failingSinceMs,
      isDown: record.isDown || isLong,
      answeringSinceMs: undefined,
    };
  }
  const answeringSinceMs = record.answeringSinceMs ?? nowMs;
  // Replicas that this operator has never seen serve are coming up, not coming back.
  const isTrusted = !record.everServed || nowMs - answeringSinceMs >= recoveryMs;
  return {
    everServed: true,
    failedRounds: 0,
    failingSinceMs: undefined,
    isDown: record.isDown && !isTrusted,
    answeringSinceMs,
  };
}

/** The record in one word, as deciding needs it. */
export function healthOf(record: HealthRecord): 'unknown' | 'serving' | 'down' | 'recovering' {
  if (record.isDown) return record.failedRounds > 0 ? 'down' : 'recovering';
  return record.everServed && record.failedRounds === 0 ? 'serving' : 'unknown';
}
