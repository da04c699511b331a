#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import manifest from '../../package.json' with { type: 'json' };
import { runCli } from '../cli/run.ts';
import type { Output } from '../cli/outside.ts';
import { systemClock } from '../kube/clock.ts';

const outputOf = (stream: NodeJS.WriteStream): Output => ({
  write: (text) => void stream.write(text),
  columns: stream.isTTY ? stream.columns : undefined,
  // https://no-color.org: present and not empty.
  colour: stream.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb',
});

for (const stream of [process.stdout, process.stderr]) {
  // A reader that has seen enough (`| head`) is no failure.
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
}

if ('Temporal' in globalThis) {
  process.exitCode = await runCli(process.argv.slice(2), {
    output: outputOf(process.stdout),
    errors: outputOf(process.stderr),
    clock: systemClock,
    connect: async (choice) => {
      const transport = (await import('./kubeconfig.ts')).kubeconfigTransport(choice);
      return { transport, namespace: transport.namespace };
    },
    randomBytes,
    version: manifest.version,
  });
} else {
  process.stderr.write(`error: kubectl backsoon needs Node 26 or later; this is ${process.version}\n`);
  process.exitCode = 1;
}
