import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { tailOf } from './daemon.ts';

/** Logs that are data, not the words of a program. */
const notShown = new Set(['audit.log', 'shop-access.log']);

/** Prints the end of each log of a run: what there is to know after a failure. */
export function printTails(directory: string, lines = 15): void {
  for (const file of readdirSync(directory).sort()) {
    if (notShown.has(file)) continue;
    const tail = tailOf(join(directory, file), lines);
    if (tail !== '') console.error(`\n--- ${file}\n${tail}`);
  }
}
