import type { Command } from 'commander';
import type { Outside } from './outside.ts';

/** Adds one command to the program. Its action reads `optsWithGlobals()`: flags stand on either side of its name. */
export type AddCommand = (program: Command, outside: Outside) => void;
