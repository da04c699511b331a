/** What each `test/bench/NAME/bench.ts` exports. */
export interface Bench {
  /**
   * Measures and prints: a table for people, or with `--json` nothing but one JSON object
   * `{ figures: { name: number }, rounds: [...] }` on stdout.
   */
  run(argv: readonly string[]): Promise<void>;
}
