import { expect } from 'chai';
import { resources } from '../../../src/kube/resources.ts';
import { api, kubectl, run } from './cluster.ts';
import { eventually } from './eventually.ts';

const namespace = 'traefik';

/** The addresses of the ready Pods behind Traefik's Service: what an operator should ask one by one. */
export async function traefikAddresses(): Promise<readonly string[]> {
  const labelSelector = 'kubernetes.io/service-name=traefik';
  const { items } = await api.list(resources.endpointSlices, { namespace, labelSelector });
  return items
    .flatMap(({ endpoints = [] }) => endpoints)
    .filter(({ conditions }) => conditions?.ready === true)
    .flatMap(({ addresses }) => addresses)
    .toSorted();
}

/** Resolves with the addresses when Traefik has so many ready replicas, and no other. */
export async function scaleTraefik(replicas: number): Promise<readonly string[]> {
  const count = `--replicas=${replicas}`;
  await kubectl(['scale', 'deployment', 'traefik', '--namespace', namespace, count]);
  return eventually(
    `${replicas} ready replicas of Traefik`,
    async () => {
      const addresses = await traefikAddresses();
      expect(addresses).to.have.lengthOf(replicas);
      return addresses;
    },
    { within: 60 },
  );
}

/**
 * Traefik runs with these options more. Dispose of it to run it as before; both resolve when Pods with the options are ready and no
 * other is left.
 */
export class TraefikOptions implements AsyncDisposable {
  readonly #before: readonly string[];

  private constructor(before: readonly string[]) {
    this.#before = before;
  }

  static async add(...options: readonly string[]): Promise<TraefikOptions> {
    const path = '{.spec.template.spec.containers[0].args}';
    const found = await kubectl([...deployment('get'), '--output', `jsonpath=${path}`]);
    const before = JSON.parse(found) as string[];
    await roll([...before, ...options]);
    return new TraefikOptions(before);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await roll(this.#before);
  }
}

const deployment = (verb: string): readonly string[] => [
  verb,
  'deployment',
  'traefik',
  '--namespace',
  namespace,
];

async function roll(args: readonly string[]): Promise<void> {
  const patch = [{ op: 'replace', path: '/spec/template/spec/containers/0/args', value: args }];
  await kubectl([...deployment('patch'), '--type', 'json', '--patch', JSON.stringify(patch)]);
  await kubectl(['rollout', 'status', 'deployment/traefik', '--namespace', namespace, '--timeout=60s']);
  await eventually('the old Pods are gone', async () => {
    const { items } = await api.list(resources.pods, { namespace });
    expect(items.map(({ metadata }) => metadata.deletionTimestamp)).to.deep.equal([undefined]);
  });
}

const tableName = 'backsoon_test_cut';

/**
 * One Pod hears nothing more from the API server, and does not notice: the packets are lost. It serves its visitors and its
 * kubelet as before. Dispose of it to let it hear again; a few seconds later TCP has made up for what was lost.
 */
export class CutWatch implements AsyncDisposable {
  #isCut = true;

  private constructor() {}

  static async of(pod: string): Promise<CutWatch> {
    const rules = `table inet ${tableName} {
  chain in { type filter hook prerouting priority raw; ip saddr ${pod} tcp dport { 443, 6443 } drop; }
  chain out { type filter hook output priority raw; ip daddr ${pod} tcp sport { 443, 6443 } drop; }
}`;
    await run('nft', ['--file', '-'], rules);
    return new CutWatch();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isCut) return;
    this.#isCut = false;
    await run('nft', ['delete', 'table', 'inet', tableName]);
  }
}
