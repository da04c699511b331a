import { CliFailure, inWords } from './failure.ts';
import type { Outside } from './outside.ts';
import { titleOf, type Window } from './windows.ts';

/** Does the same to each window, whatever becomes of the others. @throws CliFailure when it failed with some */
export async function eachWindow(
  { errors }: Pick<Outside, 'errors'>,
  windows: readonly Window[],
  act: (window: Window) => Promise<void>,
): Promise<void> {
  let failed = 0;
  for (const window of windows) {
    try {
      await act(window);
    } catch (error) {
      failed += 1;
      errors.write(`${titleOf(window)}: ${inWords(error)}\n`);
    }
  }
  if (failed > 0) throw new CliFailure(`${failed} of ${windows.length} windows: not done.`);
}
