/** `npm run demo`: boots a cluster with the sample shop and Backsoon, and shows the tour in it. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { repository, runCluster } from '../test/cluster/cluster.ts';
import { exitCodes, Failure } from '../test/cluster/failure.ts';
import { parseOptions } from '../test/cluster/options.ts';
import { requirePrograms } from '../test/cluster/platform.ts';

const usage = `Usage: npm run demo             a guided tour: Enter goes on, q leaves
       npm run demo -- --once   the tour unattended; exits 0 only if each step was seen
`;

/** The port that a browser finds the shop at, when it is free. */
const wishedPort = '8443';

function readOptions(argv: readonly string[]): { once: boolean; help: boolean } {
  const option = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({ args: [...argv], options: { once: option, help: { ...option, short: 'h' } } }).values;
  } catch (error) {
    throw new Failure(`${(error as Error).message}\n\n${usage}`, exitCodes.usage);
  }
}

async function main(argv: readonly string[]): Promise<number> {
  const { once, help } = readOptions(argv);
  if (help) {
    process.stdout.write(usage);
    return 0;
  }
  if (!once && !process.stdin.isTTY) {
    throw new Failure('The tour wants a terminal; without one run: npm run demo -- --once', exitCodes.usage);
  }
  requirePrograms(['curl', 'squid'], console.error);
  // The tour's own commands name files of the repository.
  process.chdir(repository);
  const tour = [process.execPath, join(repository, 'demo/main.ts'), ...argv];
  return await runCluster(parseOptions(['--install', '--shop', '--https-port', wishedPort, '--', ...tour]));
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
