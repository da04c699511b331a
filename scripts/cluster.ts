import { runCluster } from '../test/cluster/cluster.ts';
import { Failure } from '../test/cluster/failure.ts';
import { parseOptions, usage } from '../test/cluster/options.ts';

async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === '--help' || argv[0] === '-h') {
    process.stdout.write(usage);
    return 0;
  }
  try {
    return await runCluster(parseOptions(argv));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(error.message);
    return error.exitCode;
  }
}

process.exitCode = await main(process.argv.slice(2));
