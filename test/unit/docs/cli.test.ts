import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect } from 'chai';
import { exitCodes } from '../../../src/cli/failure.ts';
import { makeProgram } from '../../../src/cli/run.ts';
import { FakeClock } from '../kube/fake-clock.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8');

const silent = { write: () => undefined, columns: undefined, colour: false };
const program = makeProgram({
  output: silent,
  errors: silent,
  clock: new FakeClock(),
  connect: async () => Promise.reject(new Error('no cluster')),
  randomBytes: (count) => new Uint8Array(count),
  version: '0',
});

/** A command's leaves, by what a person types. */
const leaves = (command: Command, path: readonly string[] = []): [string, Command][] =>
  command.commands.length === 0
    ? [[path.join(' '), command]]
    : command.commands.flatMap((each) => leaves(each, [...path, each.name()]));

/** The flags that a part of the page has a row for: `-o`, `--output <format>` is `-o, --output <format>`. */
const documented = (text: string): string[] =>
  [...text.matchAll(/^\| (`-[^|]*) \|/gm)].map(([, cell = '']) => cell.replaceAll('`', ''));

const flagsOf = (command: Command): string[] => command.options.map(({ flags }) => flags);

const [frame = '', ...parts] = page.split('\n## ');

describe('docs/cli.md', () => {
  it('has a part for every command, and no other', () => {
    const headings = parts.map((part) => part.split('\n')[0]);
    expect(headings).to.have.members(leaves(program).map(([name]) => name));
  });

  it('names the flags that all commands have', () => {
    expect(documented(frame)).to.have.members(flagsOf(program));
  });

  for (const [name, command] of leaves(program)) {
    it(`names every flag of ${name}, and no other`, () => {
      const part = parts.find((each) => each.startsWith(`${name}\n`)) ?? '';
      expect(documented(part)).to.have.members(flagsOf(command));
    });
  }

  it('names every exit code', () => {
    const codes = [...frame.matchAll(/^\| (\d) \|/gm)].map(([, code]) => Number(code));
    expect(codes).to.have.members(Object.values(exitCodes));
  });
});
