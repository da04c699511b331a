/** When an operator of the test is to be killed: before or after its first write that is not among these. */
export interface Death {
  readonly when: 'before' | 'after';
  /** Names of writes, each with its number among those of its name: `PATCH /api/v1/… #1`. */
  readonly survived: readonly string[];
}

/** The variable that tells the operator its death, as JSON. */
export const deathVariable = 'BACKSOON_DEATH';
