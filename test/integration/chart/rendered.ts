import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { project } from '../crd/api-server.ts';

const run = promisify(execFile);

export const chart = join(project, 'charts', 'backsoon');

/** Value files by name: the chart's defaults, and every set that the chart keeps for its tests. */
export const valueSets: ReadonlyMap<string, readonly string[]> = new Map([
  ['the defaults', []],
  ...readdirSync(join(chart, 'ci')).map(
    (file) => [file, ['--values', join(chart, 'ci', file)]] as [string, string[]],
  ),
]);

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

export interface PodSpec {
  readonly serviceAccountName: string;
  readonly securityContext: object;
  readonly topologySpreadConstraints: readonly object[];
  readonly containers: readonly {
    readonly image: string;
    readonly securityContext: object;
    readonly env?: readonly { readonly name: string; readonly value?: string }[];
  }[];
}

/** An object that the chart renders, with the parts of it that tests look at. */
export interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: object };
  readonly rules?: readonly Rule[];
  readonly spec?: {
    readonly template?: { readonly spec: PodSpec };
    readonly selector?: object;
    readonly maxUnavailable?: number | string;
  };
  readonly data?: Readonly<Record<string, string>>;
}

export async function helm(...args: readonly string[]): Promise<string> {
  return (await run('helm', [...args], { maxBuffer: 64 * 1024 * 1024 })).stdout;
}

/** All documents of a YAML stream, empty ones apart. */
export const documentsOf = (stream: string): Rendered[] =>
  parseAllDocuments(stream)
    .map((document) => document.toJS() as Rendered | null)
    .filter((document) => document !== null);

/** What the chart renders for an install in this namespace. */
export async function render(namespace: string, ...args: readonly string[]): Promise<Rendered[]> {
  return documentsOf(await helm('template', 'backsoon', chart, '--namespace', namespace, ...args));
}

/** The one object of this kind and name. */
export function find(objects: readonly Rendered[], kind: string, name: string): Rendered {
  const found = objects.filter((object) => object.kind === kind && object.metadata.name === name);
  if (found.length !== 1) throw new Error(`rendered ${found.length} times: ${kind} ${name}`);
  return found[0]!;
}
