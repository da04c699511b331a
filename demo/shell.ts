import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { NotSeen } from './not-seen.ts';
import type { Screen } from './screen.ts';

export type Command = readonly [string, ...string[]];

export interface RunOptions {
  /** What the command reads; shown as a here-document. */
  readonly input?: string;
  /** Lines of the answer that are shown; 0: none. */
  readonly lines?: number;
}

const quote = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** A command as a person would type it. */
export const typed = (command: Command): string => command.map(quote).join(' ');

/** Runs a program to its end. @throws NotSeen with what it said when it fails. */
export async function answerOf(command: Command, input = ''): Promise<string> {
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => undefined).end(input);
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const [out, said, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  if (code === 0) return out;
  throw new NotSeen(`\`${typed(command)}\` to succeed`, `exit status ${code}: ${(said || out).trim()}`);
}

/** Runs the tour's commands, and shows them and what they answer. */
export class Shell {
  readonly #screen: Screen;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** Shows the command, runs it and shows its answer. @throws NotSeen when it fails. */
  async run(command: Command, { input, lines = 12 }: RunOptions = {}): Promise<string> {
    const line = typed(command);
    this.#screen.command(input === undefined ? line : `${line} <<'END'\n${input.trimEnd()}\nEND`);
    const answer = await answerOf(command, input);
    if (lines > 0) this.#screen.answer(answer, lines);
    return answer;
  }
}
