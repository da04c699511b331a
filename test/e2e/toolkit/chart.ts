import { join } from 'node:path';
import { installNamespace, run } from './cluster.ts';

const chart = join(import.meta.dirname, '../../../charts/backsoon');

/** Changes a value of the installed chart, as its user would; resolves when the operator runs with it. */
export async function setChartValue(
  key: string,
  value: string | number | boolean | readonly string[],
): Promise<void> {
  const where = ['--namespace', installNamespace, '--wait', '--timeout', '120s'];
  // With --set a part of a number is a string, and an empty list holds an empty string.
  const change =
    typeof value === 'string'
      ? ['--set', `${key}=${value}`]
      : ['--set-json', `${key}=${JSON.stringify(value)}`];
  await run('helm', ['upgrade', 'backsoon', chart, '--reuse-values', ...change, ...where]);
}

/** The value of the installed chart. */
export async function chartValue(key: string): Promise<string> {
  const args = ['get', 'values', 'backsoon', '--all', '--namespace', installNamespace, '--output', 'json'];
  const values = JSON.parse(await run('helm', args)) as Record<string, string | number | null>;
  return String(values[key]);
}
