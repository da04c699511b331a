import { join } from 'node:path';
import { installNamespace, run } from './cluster.ts';

const chart = join(import.meta.dirname, '../../../charts/backsoon');

/** Changes a value of the installed chart, as its user would; resolves when the operator runs with it. */
export async function setChartValue(key: string, value: string | number): Promise<void> {
  const where = ['--namespace', installNamespace, '--wait', '--timeout', '60s'];
  await run('helm', ['upgrade', 'backsoon', chart, '--reuse-values', '--set', `${key}=${value}`, ...where]);
}

/** The value of the installed chart. */
export async function chartValue(key: string): Promise<string> {
  const args = ['get', 'values', 'backsoon', '--all', '--namespace', installNamespace, '--output', 'json'];
  const values = JSON.parse(await run('helm', args)) as Record<string, string | number | null>;
  return String(values[key]);
}
