// Runs inside the cluster: alternate rounds by Backsoon and by hand.
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { addresses } from '../../cluster/addresses.ts';
import { gateRequestHeaders } from '../../../src/api/headers.ts';
import { kubectl, median, pauseSeconds, quantile, Visitor } from './rounds.ts';

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '20' } },
});
const address = process.env['INGRESS_ADDRESS'];
if (address === undefined) throw new Error('INGRESS_ADDRESS is not set: run this inside the cluster');

const annotation = 'traefik.ingress.kubernetes.io/router.middlewares';
const nodeAddress = addresses.node;
const byHandPort = 18_503;
const visitor = new Visitor(address);

const closed = createServer((_request, response) => response.writeHead(503).end('closed\n'));
await new Promise<void>((resolve) => closed.listen(byHandPort, nodeAddress, resolve));

const window = {
  apiVersion: 'backsoon.dev/v1alpha1',
  kind: 'MaintenanceWindow',
  metadata: { name: 'reaction', namespace: 'shop' },
  spec: { targets: [{ ingress: { name: 'shop' } }] },
};

const middleware = (name: string, spec: object): object => ({
  apiVersion: 'traefik.io/v1alpha1',
  kind: 'Middleware',
  metadata: { name, namespace: 'shop' },
  spec,
});
const byHand = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    middleware('by-hand-headers', {
      headers: { customRequestHeaders: { 'X-Forwarded-Method': '', 'X-Forwarded-Uri': '' } },
    }),
    middleware('by-hand', {
      forwardAuth: {
        address: `http://${nodeAddress}:${byHandPort}/gate/forward/shop/shop`,
        trustForwardHeader: true,
        authRequestHeaders: gateRequestHeaders,
        maxResponseBodySize: 524_288,
      },
    }),
  ],
};

async function backsoonRound(): Promise<number> {
  const started = performance.now();
  await kubectl(['apply'], window);
  const seconds = ((await visitor.until(503)) - started) / 1000;
  await kubectl(['delete', '--wait=true'], window);
  await visitor.until(200);
  await untilEmpty();
  return seconds;
}

/** Until Backsoon's own objects are gone, so that the next round finds the cluster as the first did. */
async function untilEmpty(): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if ((await kubectl(['get', 'middlewares', '-n', 'shop', '-o', 'name'])).trim() === '') return;
    await pause(100);
  }
  throw new Error('Middlewares are left after 30 s');
}

async function byHandRound(): Promise<number> {
  const value = 'shop-by-hand-headers@kubernetescrd,shop-by-hand@kubernetescrd';
  const started = performance.now();
  await kubectl(['apply'], byHand);
  await pause(pauseSeconds * 1000);
  await kubectl(['annotate', 'ingress', '-n', 'shop', 'shop', `${annotation}=${value}`]);
  const seconds = ((await visitor.until(503)) - started) / 1000;
  await kubectl(['annotate', 'ingress', '-n', 'shop', 'shop', `${annotation}-`]);
  await visitor.until(200);
  await pause(pauseSeconds * 1000);
  await kubectl(['delete'], byHand);
  return seconds;
}

const rounds: { backsoon: number; byHand: number }[] = [];
// One round that does not count: the first of everything is slow.
for (let round = -1; round < Number(values.rounds); round += 1) {
  const taken = { backsoon: await backsoonRound(), byHand: await byHandRound() };
  if (round >= 0) rounds.push(taken);
}
closed.close();

const ours = rounds.map((round) => round.backsoon - pauseSeconds);
const hand = rounds.map((round) => round.byHand - pauseSeconds);
const figures = {
  pause_s: pauseSeconds,
  backsoon_median_s: median(ours),
  backsoon_p95_s: quantile(ours, 0.95),
  by_hand_median_s: median(hand),
  by_hand_p95_s: quantile(hand, 0.95),
  vs_by_hand_median: median(ours) / median(hand),
  vs_by_hand_p95: quantile(ours, 0.95) / quantile(hand, 0.95),
};
if (values.json) console.log(JSON.stringify({ figures, rounds }));
else console.table(figures);
process.exit(0);
