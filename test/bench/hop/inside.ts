// Runs inside the cluster: three ways to one app, request by request in turn.
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { kubectl } from '../reaction/rounds.ts';
import { turns } from '../statistics.ts';
import { figuresOf, summarize, type Figures, type Round } from './figures.ts';
import { ingresses, namespace, nginxMiddlewares, nginxObjects, type Site, sites, window } from './sites.ts';
import { type Answer, Visitor } from './visitor.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    /** To each site in each round. */
    requests: { type: 'string', default: '1000' },
  },
});

/** Visitors at a time in the second measurement: Traefik keeps two idle connections to a gate, the others are new. */
const crowd = 8;

const list = (items: readonly object[]): object => ({ apiVersion: 'v1', kind: 'List', items });

async function setUp(): Promise<void> {
  await kubectl(['apply'], list(nginxObjects()));
  await kubectl(['rollout', 'status', '-n', namespace, 'deployment/nginx', '--timeout=60s']);
  const address = await kubectl([
    'get',
    'service',
    '-n',
    namespace,
    'gate',
    '-o',
    'jsonpath={.spec.clusterIP}',
  ]);
  await kubectl(['apply'], list(nginxMiddlewares(address)));
  await kubectl(['apply'], list(ingresses()));
  await kubectl(['apply'], window);
  const closed = ['wait', '-n', namespace, 'mwin/hop', '--for=condition=Closed', '--timeout=90s'];
  await kubectl(closed);
}

/** Until the app answers at every site. @throws Error that says what was seen instead after a minute. */
async function untilServed(visitor: Visitor): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (const site of sites) {
    let seen: Answer;
    while (!(seen = await visitor.ask(site)).isApp) {
      if (performance.now() > deadline)
        throw new Error(`${site} answers ${seen.status}, and not as the app does`);
      await pause(100);
    }
  }
}

/** @throws Error when the gated site is open for those who are not on its list. */
async function requireClosed(): Promise<void> {
  const stranger = await Visitor.arrive('198.51.100.66');
  const { status } = await stranger.ask('backsoon');
  stranger.leave();
  if (status !== 503) throw new Error(`a stranger should get 503 at the gated site, but got ${status}`);
}

/** Asks each site in turn, beginning with another one each time. @throws Error when anything but the app answers. */
async function play(visitors: readonly Visitor[], requests: number): Promise<Round> {
  const round: Record<Site, number[]> = { open: [], backsoon: [], nginx: [] };
  await Promise.all(
    visitors.map(async (visitor, offset) => {
      for (let turn = 0; turn < requests / visitors.length; turn += 1) {
        for (const index of turns(sites.length, turn + offset)) {
          const site = sites[index]!;
          const { status, isApp, milliseconds } = await visitor.ask(site);
          if (!isApp) throw new Error(`${site} answered ${status}, and not as the app does`);
          round[site].push(milliseconds);
        }
      }
    }),
  );
  return round;
}

async function measure(visitors: readonly Visitor[]): Promise<Round[]> {
  const requests = Number(values.requests);
  // Connections and compilers warm up before anything counts.
  await play(visitors, requests);
  const rounds: Round[] = [];
  while (rounds.length < Number(values.rounds)) rounds.push(await play(visitors, requests));
  return rounds;
}

await setUp();
const visitors = await Promise.all(Array.from({ length: crowd }, async () => Visitor.arrive()));
await untilServed(visitors[0]!);
await requireClosed();
const alone = await measure(visitors.slice(0, 1));
const together = await measure(visitors);
for (const visitor of visitors) visitor.leave();

const busy = Object.entries(figuresOf(together)).map(([name, value]) => [`${name}_busy`, value]);
const figures = { ...figuresOf(alone), ...(Object.fromEntries(busy) as Record<string, number>) };
if (values.json) {
  const rounds = { alone: alone.map(summarize), busy: together.map(summarize) };
  console.log(JSON.stringify({ figures, rounds }));
} else {
  const titles = { 'one visitor at a time': alone, [`${crowd} visitors at a time`]: together };
  for (const [title, rounds] of Object.entries(titles)) {
    console.log(
      `\nms per request, ${title}, ${rounds.length} rounds of ${values.requests} requests to each site`,
    );
    for (const summary of rounds.map(summarize)) console.log(describe(summary));
    printFigures(figuresOf(rounds));
  }
}
process.exit(0);

function describe(summary: ReturnType<typeof summarize>): string {
  return sites
    .map((site) =>
      `${site} ${summary[site].median.toFixed(3)} (p99 ${summary[site].p99.toFixed(3)})`.padEnd(34),
    )
    .join('');
}

function printFigures(figures: Figures): void {
  for (const [name, value] of Object.entries(figures)) console.log(`  ${name.padEnd(24)}${value}`);
}
