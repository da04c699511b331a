import { parseArgs } from 'node:util';

/** What a run can measure, in this order. */
export const parts = ['page', 'decision', 'connections', 'latency', 'ready'] as const;
export type Part = (typeof parts)[number];

export interface Options {
  readonly json: boolean;
  readonly rounds: number;
  /** Per contender and round. */
  readonly seconds: number;
  readonly connections: number;
  readonly only: readonly Part[];
}

/** @throws Error that says which option is wrong, and what it may be. */
export function readOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      json: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '2' },
      connections: { type: 'string', default: '32' },
      only: { type: 'string', default: parts.join(',') },
    },
  });
  const only = values.only.split(',').map(partOf);
  if (only.includes('latency') && !only.includes('page')) {
    throw new Error('--only latency needs page too: its load is 80 % of what the servers reach there');
  }
  return {
    json: values.json,
    rounds: positive('rounds', values.rounds),
    seconds: positive('seconds', values.seconds),
    connections: positive('connections', values.connections),
    only,
  };
}

function partOf(text: string): Part {
  const part = parts.find((part) => part === text);
  if (part === undefined) throw new Error(`--only takes a list of ${parts.join(', ')}, not ${text}`);
  return part;
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} takes a number above 0, not ${text}`);
  return value;
}
