// Mocha's spec reporter, which also writes its counts as JSON into the file that BACKSOON_TEST_COUNTS names.
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** The environment variable with the path of the file. */
export const countsVariable = 'BACKSOON_TEST_COUNTS';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed, by its whole title. */
  readonly failures: readonly string[];
}

export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    const titles: string[] = [];
    runner.on('fail', (test) => titles.push(test.fullTitle()));
    runner.once('end', () => {
      const path = process.env[countsVariable];
      if (path === undefined) return;
      const { passes, failures, pending } = this.stats;
      const counts: Counts = { passed: passes, failed: failures, skipped: pending, failures: titles };
      writeFileSync(path, JSON.stringify(counts));
    });
  }
}
