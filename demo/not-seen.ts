/** A step did not show what it should. */
export class NotSeen extends Error {
  constructor(expected: string, seen: string) {
    super(`expected: ${expected}\nseen:     ${seen}`);
  }
}

/** @throws NotSeen unless the condition holds. */
export function expectSeen(condition: boolean, expected: string, seen: string): asserts condition {
  if (!condition) throw new NotSeen(expected, seen);
}
