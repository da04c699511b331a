import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { Failure } from './failure.ts';

export interface Run {
  readonly command: readonly [string, ...string[]];
  readonly env: NodeJS.ProcessEnv;
  readonly input?: string;
}

/** Runs a program to its end and returns what it printed. @throws Failure with what it said when it fails. */
export async function run({ command, env, input }: Run): Promise<string> {
  const [program, ...args] = command;
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(input ?? '');
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  if (code === 0) return out;
  throw new Failure(`${program.split('/').at(-1)} ${args[0] ?? ''} failed: ${(err || out).trim()}`);
}

/** Applies objects in their order, or a file of them. */
export async function apply(
  kubectl: string,
  env: NodeJS.ProcessEnv,
  what: readonly object[] | string,
): Promise<void> {
  const source = typeof what === 'string' ? what : '-';
  await run({
    command: [kubectl, 'apply', '--server-side', '--validate=false', '-f', source],
    env,
    ...(typeof what === 'string'
      ? {}
      : { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: what }) }),
  });
}
