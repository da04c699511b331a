// Runs in the private namespaces: argv are a directory, the load generator's program and the options.
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { Contenders } from './contenders.ts';
import { betterNginx, figuresOf, type ConnectionsServer, type LatencyTurn, type Results } from './figures.ts';
import { LoadGenerator } from './load.ts';
import { type Options, readOptions } from './options.ts';
import { describeResults } from './report.ts';
import { playRounds, type Round, type Turn } from './rounds.ts';
import { median } from '../statistics.ts';

/** How often a responder is started. */
const starts = 9;

async function measure(contenders: Contenders, generator: LoadGenerator, options: Options): Promise<Results> {
  const { page, decision } = contenders;
  const wants = (part: Options['only'][number]): boolean => options.only.includes(part);
  const turnsOf = <Name extends string>(
    list: Readonly<Record<Name, Turn<Name>['contender']>>,
  ): Turn<Name>[] => (Object.keys(list) as Name[]).map((name) => ({ name, contender: list[name] }));

  const pageRounds = wants('page') ? await playRounds(generator, turnsOf(page), options) : undefined;
  const nginx = page[pageRounds ? betterNginx(pageRounds) : 'nginx-memory'];
  const backsoonBytes = page.backsoon.server.residentBytes();
  const bareBytes = page['bare-node'].server.residentBytes();
  const decisionRounds = wants('decision')
    ? await playRounds(generator, turnsOf(decision), options)
    : undefined;
  const many = decision['many-windows'].server.residentBytes();
  const pair: Turn<ConnectionsServer>[] = [
    { name: 'backsoon', contender: page.backsoon },
    { name: 'nginx', contender: nginx },
  ];
  return {
    ...(pageRounds && { page: pageRounds, resident: { backsoon: backsoonBytes, bare: bareBytes, many } }),
    ...(decisionRounds && { decision: decisionRounds }),
    ...(wants('connections') && {
      connections: {
        server: await playRounds(generator, pair, { ...options, closes: 'server' }),
        client: await playRounds(generator, pair, { ...options, closes: 'client' }),
      },
    }),
    ...(wants('latency') && {
      latency: await playRounds(generator, latencyTurns(pair, pageRounds), options),
    }),
    ...(wants('ready') && { ready: await readyTimes(contenders) }),
  };
}

const share = 0.8;

/** Both at 80 % of their own maximum, and both at the lower of these rates. */
function latencyTurns(
  [backsoon, nginx]: readonly Turn<ConnectionsServer>[],
  rounds: readonly Round<string>[] = [],
): Turn<LatencyTurn>[] {
  if (backsoon === undefined || nginx === undefined) return [];
  const rateOf = ({ contender }: Turn<ConnectionsServer>): number =>
    Math.floor(share * median(rounds.map((round) => round[contender.name]!.requestsPerSecond)));
  const [own, others] = [rateOf(backsoon), rateOf(nginx)];
  const equal = Math.min(own, others);
  return [
    { name: 'backsoon-own', contender: backsoon.contender, rate: own },
    { name: 'nginx-own', contender: nginx.contender, rate: others },
    { name: 'backsoon-equal', contender: backsoon.contender, rate: equal },
    { name: 'nginx-equal', contender: nginx.contender, rate: equal },
  ];
}

async function readyTimes(contenders: Contenders): Promise<{ one: number[]; many: number[] }> {
  const times: { one: number[]; many: number[] } = { one: [], many: [] };
  for (let start = 0; start < starts; start += 1) {
    times.one.push(await contenders.startAnother('one'));
    times.many.push(await contenders.startAnother('many'));
  }
  return times;
}

async function run([directory = '', program = '', ...argv]: readonly string[]): Promise<void> {
  const options = readOptions(argv);
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  const contenders = await Contenders.start(directory);
  try {
    const results = await measure(contenders, new LoadGenerator(program, directory), options);
    const figures = figuresOf(results);
    const bytes = contenders.answer.body.length;
    if (options.json) console.log(JSON.stringify({ figures, bytes, cpu: cpus()[0]?.model, ...results }));
    else {
      console.log(`A page of ${bytes} bytes, ${options.connections} connections, one core each\n`);
      console.log(describeResults(results));
      console.log('\nFigures; ratios are medians of the rounds');
      for (const [name, value] of Object.entries(figures)) console.log(`  ${name.padEnd(48)}${value}`);
    }
  } finally {
    await contenders.stop();
  }
}

await run(process.argv.slice(2));
process.exit(0);
