#!/usr/bin/env node
import manifest from '../../package.json' with { type: 'json' };
import type { Environment } from './environment.ts';

type Program = (argv: readonly string[], env: Environment) => Promise<void>;

/** Each program is a bundle of its own, loaded only when it is asked for: the responder has to stay small. */
const programs: Readonly<Record<string, () => Promise<Program>>> = {
  operator: async () => {
    // Not for the responder: reading its map takes 12 MB and a third of its start.
    process.setSourceMapsEnabled(true);
    return (await import('./operator.ts')).run;
  },
  responder: async () => (await import('./responder.ts')).run,
};

const [name = '', ...argv] = process.argv.slice(2);
const load = programs[name];
if (name === '--version') {
  process.stdout.write(`${manifest.version}\n`);
} else if (load === undefined) {
  process.stderr.write(`Usage: backsoon ${Object.keys(programs).join('|')} [options]\n`);
  process.exitCode = 64;
} else {
  try {
    const run = await load();
    await run(argv, process.env);
  } catch (error) {
    process.stderr.write(`backsoon ${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
