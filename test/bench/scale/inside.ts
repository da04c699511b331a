// Runs inside the cluster: one size after the other.
import { parseArgs } from 'node:util';
import { KubeClient } from '../../../src/kube/client.ts';
import { KubeconfigTransport } from '../../../src/kube/kubeconfig-transport.ts';
import { resources } from '../../../src/kube/resources.ts';
import { AuditLog } from './audit.ts';
import type { Row } from './cycle.ts';
import { Cycle } from './cycle.ts';
import { figuresOf, inShort } from './figures.ts';
import { watchFlips } from './flip.ts';
import { makeSites, removeSites } from './sites.ts';
import { OperatorUsage } from './usage.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    sizes: { type: 'string', default: '100,1000,5000' },
  },
});

function inside(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run this inside the cluster`);
  return value;
}

async function operatorAddress(api: KubeClient): Promise<string> {
  const labelSelector = 'app.kubernetes.io/component=operator';
  const { items } = await api.list(resources.pods, { namespace: 'backsoon-system', labelSelector });
  const address = items[0]?.status?.podIP;
  if (address === undefined) throw new Error('the operator has no Pod with an address');
  return address;
}

const say = (line: string): void => console.error(line);
const transport = new KubeconfigTransport();
const api = new KubeClient(transport, { defaultTimeoutMs: 60_000 });
const audit = new AuditLog(inside('BACKSOON_AUDIT_LOG'));
const usage = new OperatorUsage(await operatorAddress(api));

/** So many hosts are watched while they close and open together. */
const flipped = 200;

const rows: Row[] = [];
for (const count of values.sizes.split(',').map(Number)) {
  await makeSites(api, count);
  say(`${count}: Ingresses stand`);
  rows.push(await new Cycle({ api, audit, usage, say }, count).run());
  await removeSites(api, count);
}
await makeSites(api, flipped);
const flips = await watchFlips(api, flipped);
say(`${flipped}: flipped within ${Math.max(flips.start.atLeastMs, flips.end.atLeastMs).toFixed(0)} ms`);
await transport.close();

const figures = figuresOf(rows, flips);
if (values.json) console.log(JSON.stringify({ figures, rows, flips }));
else {
  console.table(Object.fromEntries(rows.map((row) => [row.ingresses, inShort(row)])));
  console.table(figures);
}
process.exit(0);
