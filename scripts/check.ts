// The static checks: format, lint, import rules, types, generated files, chart. All of them run, whatever fails.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** One static check: what it is called, and the program that does it. */
export interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

export interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  /** What the program printed. */
  readonly output: string;
}

const rooms = ['src', 'test', 'scripts', 'demo'].filter((room) => existsSync(join(root, room)));

export const checks: readonly Check[] = [
  { name: 'format', command: ['oxfmt', '--check'] },
  { name: 'lint', command: ['oxlint', '--type-aware', ...rooms] },
  { name: 'import rules', command: ['depcruise', 'src', '--config', '.dependency-cruiser.json'] },
  { name: 'types', command: ['tsc', '-p', '.'] },
  { name: "types of the page's script", command: ['tsc', '-p', 'src/page/browser'] },
  { name: 'generated files', command: [process.execPath, 'scripts/generate.ts', '--check'] },
];

/** Runs one check to its end. A program that cannot be started is a failed check. */
export async function runCheck({ name, command }: Check): Promise<CheckResult> {
  const startedAt = Date.now();
  const [program, ...args] = command;
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  }
  const failed = (error: unknown): [number] => {
    output += String(error);
    return [1];
  };
  const [code] = (await once(child, 'close').catch(failed)) as [number | null];
  return { name, passed: code === 0, seconds: (Date.now() - startedAt) / 1000, output };
}

/** Runs the checks one after the other and prints each result; a failed one with what its program said. */
export async function runChecks(list: readonly Check[] = checks): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of list) {
    const result = await runCheck(check);
    results.push(result);
    console.log(`${result.passed ? '✔' : '✘'} ${result.name} (${result.seconds.toFixed(1)} s)`);
    if (!result.passed) console.log(result.output.trimEnd().replaceAll(/^/gm, '    '));
  }
  return results;
}

if (import.meta.main) {
  const results = await runChecks();
  const failed = results.filter(({ passed }) => !passed).length;
  console.log(`${results.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
