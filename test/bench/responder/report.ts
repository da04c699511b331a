import { median } from '../statistics.ts';
import type { Results } from './figures.ts';
import type { Load } from './load.ts';
import type { Round } from './rounds.ts';

/** The run for people: a table for each part, medians of the rounds. */
export function describeResults(results: Results): string {
  const { page, decision, connections, latency, resident, ready } = results;
  return [
    table('503 page, connections kept', page),
    table('200 decision by address, connections kept', decision),
    table('503 page, a connection for each request, ended by the server', connections?.server),
    table('503 page, a connection for each request, ended by the client', connections?.client),
    table('503 page at 80 % of the own maximum, and of the lower one', latency),
    resident &&
      `resident memory after the load: backsoon ${megabytes(resident.backsoon)}, bare node:http ${megabytes(resident.bare)}, ` +
        `with many windows ${megabytes(resident.many)}`,
    ready && `start to ready in ms: one window ${listed(ready.one)}; many windows ${listed(ready.many)}`,
  ]
    .filter((part) => part !== undefined)
    .join('\n\n');
}

const columns: readonly (readonly [title: string, value: (load: Load) => number, digits: number])[] = [
  ['req/s', (load) => load.requestsPerSecond, 0],
  ['p50 µs', (load) => load.p50, 0],
  ['p99 µs', (load) => load.p99, 0],
  ['p99.9 µs', (load) => load.p999, 0],
  ['cpu µs', (load) => load.cpuMicroseconds, 1],
  ['busy', (load) => load.busy, 2],
  ['bytes', (load) => load.bytes, 0],
  ['unsent', (load) => load.unsent, 0],
];

function table(title: string, rounds: readonly Round<string>[] | undefined): string | undefined {
  const [first] = rounds ?? [];
  if (rounds === undefined || first === undefined) return undefined;
  const cellsOf = (name: string): string[] =>
    columns.map(([, value, digits]) => median(rounds.map((round) => value(round[name]!))).toFixed(digits));
  const rows = Object.keys(first).map((name) => [name, cellsOf(name)] as const);
  const lines = [['', columns.map(([title]) => title)] as const, ...rows].map(
    ([name, cells]) => name.padEnd(16) + cells.map((cell) => cell.padStart(10)).join(''),
  );
  return [`${title} (median of ${rounds.length} rounds)`, ...lines].join('\n');
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const listed = (values: readonly number[]): string => values.map((value) => value.toFixed(0)).join(' ');
