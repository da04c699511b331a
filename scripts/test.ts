// All tests. The last line is `N passed, N failed`; each static check counts as one test.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCluster } from '../test/cluster/cluster.ts';
import { Failure } from '../test/cluster/failure.ts';
import { parseOptions } from '../test/cluster/options.ts';
import { missingNamespaces, requirePrograms } from '../test/cluster/platform.ts';
import { provideTools } from '../test/cluster/tools/build.ts';
import { checks, runChecks } from './check.ts';
import { countsVariable, type Counts } from './counting-reporter.ts';

const root = join(import.meta.dirname, '..');
const parts = ['unit', 'integration', 'controllers', 'e2e', 'browser', 'outage'] as const;
type Part = (typeof parts)[number];

const browserFiles = 'test/e2e/browser*.test.ts';
const outageFiles = 'test/e2e/outage.test.ts';
const controllersFiles = 'test/e2e/controllers/*.test.ts';

/** The test files of a part that is run alone; those of the browser, the outage and the controllers are end-to-end tests, too. */
const files: Readonly<Record<Part, string>> = {
  unit: 'test/unit/**/*.test.ts',
  integration: 'test/integration/**/*.test.ts',
  controllers: controllersFiles,
  e2e: 'test/e2e/**/*.test.ts',
  browser: browserFiles,
  outage: outageFiles,
};

/** What all end-to-end tests need. */
const installed = [
  '--install',
  '--shop',
  '--values=test/e2e/values.yaml',
  // It takes in changes four times as fast as by default, as the operator's waits are shorter, too.
  '--ingress-arg=traefik=--providers.providersthrottleduration=500ms',
  // A proxy that a test puts in front, and names to Backsoon as well (test/e2e/toolkit/layer7-proxy.ts).
  '--ingress-arg=traefik=--entrypoints.web.forwardedheaders.trustedips=192.0.2.7',
] as const;

const behindTraefik = ['--ingress=traefik', ...installed] as const;

/** The others take in changes as fast. */
const behindAll = [
  '--ingress=traefik,traefik-nginx,haproxy-ingress,ingress-nginx',
  ...installed,
  '--ingress-arg=traefik-nginx=--providers.providersthrottleduration=500ms',
  '--ingress-arg=haproxy-ingress=--rate-limit-update=2',
  '--ingress-arg=ingress-nginx=--sync-rate-limit=1.2',
] as const;

/** What the local cluster has to have for a part's tests; undefined: they need none. */
const clusters: Readonly<Record<Part, readonly string[] | undefined>> = {
  unit: undefined,
  integration: [
    '--ingress=traefik,traefik-nginx,haproxy-ingress,ingress-nginx',
    '--shop',
    // The one controller that is played has to be held to what it plays, and quickly.
    '--ingress-arg=ingress-nginx=--sync-rate-limit=20',
  ],
  controllers: behindAll,
  e2e: behindAll,
  browser: behindAll,
  outage: behindTraefik,
};

const isEndToEnd = (cluster: readonly string[] | undefined): boolean =>
  cluster?.includes('--install') ?? false;

/** What the end-to-end tests run; with pictures for the documentation (test/e2e/README.md) one more. */
const programs = [
  'curl',
  'squid',
  'haproxy',
  'chromium',
  ...(process.env['BACKSOON_SCREENSHOTS'] === undefined ? [] : (['pngquant'] as const)),
] as const;

/** Where the end-to-end tests find what the ingress controller was asked for, one JSON line for each request. */
const ingressLogVariable = 'BACKSOON_INGRESS_LOG';

/** Of the headers only who asks: a log with all of them would hold tokens. */
const accessLog = (path: string): readonly string[] =>
  [
    'accesslog=true',
    `accesslog.filepath=${path}`,
    'accesslog.format=json',
    'accesslog.fields.headers.names.User-Agent=keep',
  ].map((argument) => `--ingress-arg=traefik=--${argument}`);

const nothing: Counts = { passed: 0, failed: 0, skipped: 0, failures: [] };

const failure = (what: string): Counts => ({ ...nothing, failed: 1, failures: [what] });

function sum(counts: readonly Counts[]): Counts {
  return counts.reduce(
    (total, { passed, failed, skipped, failures }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
      failures: [...total.failures, ...failures],
    }),
    nothing,
  );
}

const describe = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;

/** Names what failed: in a long log the end is what people see. */
function tell(counts: Counts): void {
  if (counts.failures.length > 0)
    console.log(`\nFailed:\n${counts.failures.map((each) => `- ${each}\n`).join('')}`);
  console.log(`\n${describe(counts)}`);
}

function title(text: string): void {
  console.log(`\n== ${text}`);
}

/** The counts that Mocha left, and one failure more when it failed without counting any. */
function readCounts(path: string, status: number): Counts {
  let counts = nothing;
  try {
    counts = JSON.parse(readFileSync(path, 'utf8')) as Counts;
  } catch {
    console.log('The tests did not come to their end.');
  }
  if (status === 0 || counts.failed > 0) return counts;
  return sum([counts, failure('the tests did not come to their end, or what ran them failed')]);
}

/** A command and the cluster in which it runs, if it needs one. Resolves to its exit status. */
async function execute(
  command: readonly [string, ...string[]],
  cluster: readonly string[] | undefined,
): Promise<number> {
  if (cluster !== undefined) return await runCluster(parseOptions([...cluster, '--', ...command]));
  const [program, ...args] = command;
  const child = spawn(program, args, { cwd: root, stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}

interface PartOptions {
  /** Files that are run elsewhere. */
  readonly but?: readonly string[];
  /** Absent: what all of the part's tests need. */
  readonly cluster?: readonly string[] | undefined;
}

/** Runs the tests of one part; `mochaArguments` are the user's own, such as --grep. */
async function runPart(
  part: Part,
  mochaArguments: readonly string[],
  { but = [], cluster = clusters[part] }: PartOptions = {},
): Promise<Counts> {
  title(part);
  const chosen = globSync(files[part], { cwd: root, exclude: [...but] }).sort();
  const reason = cluster === undefined ? undefined : missingNamespaces();
  if (reason !== undefined) {
    console.log(`Skipped ${chosen.length} files: ${reason}`);
    return { ...nothing, skipped: chosen.length };
  }
  if (cluster !== undefined) requirePrograms(isEndToEnd(cluster) ? programs : ['curl'], console.error);
  const directory = mkdtempSync(join(tmpdir(), 'backsoon-test-'));
  const counts = join(directory, 'counts.json');
  process.env[countsVariable] = counts;
  const ingressLog = join(directory, 'ingress-access.log');
  process.env[ingressLogVariable] = ingressLog;
  try {
    const timeout = cluster === undefined ? [] : ['--timeout', '60000'];
    const reporter = ['--reporter', join(root, 'scripts/counting-reporter.ts')];
    const mocha = join(root, 'node_modules/mocha/bin/mocha.js');
    const command = [process.execPath, mocha, ...reporter, ...timeout, ...mochaArguments, ...chosen] as const;
    const logging = isEndToEnd(cluster) ? accessLog(ingressLog) : [];
    return readCounts(counts, await execute([...command], cluster && [...cluster, ...logging]));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Runs a part beside others in a process of its own; what it says is kept until it has ended. */
async function runBeside(part: Part, mochaArguments: readonly string[]): Promise<Counts> {
  const child = spawn(process.execPath, [import.meta.filename, '--part', part, ...mochaArguments], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(child, 'close');
  const last = /(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$/.exec(said);
  console.log(said.slice(0, last?.index));
  if (last === null) return failure(`${part}: ended without a count`);
  const [, passed, failed, skipped = 0] = last;
  const [, told = ''] = /\nFailed:\n((?:- .*\n)+)/.exec(said) ?? [];
  return {
    passed: Number(passed),
    failed: Number(failed),
    skipped: Number(skipped),
    failures: [...told.matchAll(/^- (.*)$/gm)].map(([, each = '']) => each),
  };
}

/** Everything. Browsers and outages mostly wait, and so they do beside the tests that compute. */
async function runAll(mochaArguments: readonly string[]): Promise<Counts[]> {
  const counts = [await attempt(runStaticChecks)];
  counts.push(await attempt(installPrograms));
  const waiting = (['browser', 'outage'] as const).map(async (part) =>
    attempt(async () => await runBeside(part, mochaArguments)),
  );
  for (const part of ['unit', 'integration', 'controllers'] as const)
    counts.push(await attempt(async () => await runPart(part, mochaArguments)));
  counts.push(...(await Promise.all(waiting)));
  // What is left looks at time more closely, so nothing runs beside it, and no controller that it does not ask for.
  const rest = { but: [browserFiles, outageFiles, controllersFiles], cluster: behindTraefik };
  counts.push(await attempt(async () => await runPart('e2e', mochaArguments, rest)));
  if (mochaArguments.length === 0) counts.push(await attempt(runTour));
  return counts;
}

/** What tests need that run beside each other: packages can be installed by one at a time. */
async function installPrograms(): Promise<Counts> {
  if (missingNamespaces() === undefined) requirePrograms(programs, console.error);
  return nothing;
}

/** The static checks, the chart's among them. */
async function runStaticChecks(): Promise<Counts> {
  title('checks');
  const helm = (await provideTools(['helm'], console.error)).program('helm');
  const chart = { name: 'chart', command: [helm, 'lint', '--strict', 'charts/backsoon'] } as const;
  const results = await runChecks([...checks, chart]);
  const failures = results.filter((result) => !result.passed).map(({ name }) => name);
  const failed = failures.length;
  return { passed: results.length - failed, failed, skipped: 0, failures };
}

/** The tour, unattended: it counts as one test. */
async function runTour(): Promise<Counts> {
  title('demo');
  const reason = missingNamespaces();
  if (reason !== undefined) {
    console.log(`Skipped: ${reason}`);
    return { ...nothing, skipped: 1 };
  }
  const status = await execute([process.execPath, join(root, 'scripts/demo.ts'), '--once'], undefined);
  return status === 0 ? { ...nothing, passed: 1 } : failure('demo');
}

/** A step that cannot even start is a failed test; the others go on. */
async function attempt(step: () => Promise<Counts>): Promise<Counts> {
  try {
    return await step();
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error);
    return failure(String(error));
  }
}

/** Takes `--part` out of the arguments; what is left is Mocha's. */
function parseArguments(argv: readonly string[]): { part: Part | undefined; mocha: string[] } {
  const at = argv.indexOf('--part');
  if (at === -1) return { part: undefined, mocha: [...argv] };
  const part = parts.find((part) => part === argv[at + 1]);
  if (part === undefined) throw new Failure(`--part takes ${parts.join(', ')}, not ${argv[at + 1]}.`);
  return { part, mocha: argv.toSpliced(at, 2) };
}

async function main(): Promise<void> {
  process.chdir(root);
  const { part, mocha } = parseArguments(process.argv.slice(2));
  const counts =
    part === undefined ? await runAll(mocha) : [await attempt(async () => await runPart(part, mocha))];
  const total = sum(counts);
  tell(total);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

await main();
