import { Command, CommanderError } from 'commander';
import type { AddCommand } from './command.ts';
import { addClose } from './commands/close.ts';
import { addExtend } from './commands/extend.ts';
import { addOpen } from './commands/open.ts';
import { addStatus } from './commands/status.ts';
import { addToken } from './commands/token.ts';
import { addWait } from './commands/wait.ts';
import { CliFailure, exitCodes, inWords } from './failure.ts';
import type { Outside } from './outside.ts';

const commands: readonly AddCommand[] = [addClose, addWait, addStatus, addExtend, addOpen, addToken];

const description = `Closes the sites of a namespace for maintenance, and opens them again.

The windows are MaintenanceWindow objects (kubectl get mwin); docs/cli.md tells more.`;

const codes = `
Exit codes: ${exitCodes.done} done; ${exitCodes.failed} failed; ${exitCodes.usage} a flag or argument is wrong, nothing was done; ${exitCodes.timeout} not in time (wait).`;

/** The whole program as commander sees it. */
export function makeProgram(outside: Outside): Command {
  const program = new Command('kubectl backsoon')
    .description(description)
    .version(outside.version)
    .option('-n, --namespace <name>', "namespace; default: the context's")
    .option('--context <name>', 'context of the kubeconfig; default: the current one')
    .option('--kubeconfig <file>', 'default: $KUBECONFIG, then ~/.kube/config')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, helpWidth: outside.output.columns ?? 100 })
    .configureOutput({
      writeOut: (text) => outside.output.write(text),
      writeErr: (text) => outside.errors.write(text),
      getOutHasColors: () => outside.output.colour,
      getErrHasColors: () => outside.errors.colour,
    })
    .addHelpText('after', codes);
  for (const add of commands) add(program, outside);
  return program;
}

/** Runs one command line, without the names of node and program; resolves to the exit code, never rejects. */
export async function runCli(argv: readonly string[], outside: Outside): Promise<number> {
  try {
    const program = makeProgram(outside);
    await program.parseAsync(argv.length === 0 ? ['--help'] : argv, { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    // Commander has said what was wrong with the flags, or has printed its help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    outside.errors.write(`error: ${inWords(error)}\n`);
    return error instanceof CliFailure ? error.exitCode : exitCodes.failed;
  }
}
