import { join } from 'node:path';
import { expect } from 'chai';
import { labels, roles } from '../../../src/api/names.ts';
import { resources } from '../../../src/kube/resources.ts';
import { api, control, installNamespace } from './cluster.ts';
import { eventually } from './eventually.ts';
import type { InstalledPod } from './pods.ts';
import { podsOf } from './pods.ts';

const repository = join(import.meta.dirname, '../../..');

/** All responders, for `control.hold`. */
export const responders = { namespace: installNamespace, labels: { [labels.role]: roles.responder } };

/** The responders that are not on their way out. */
export const responderPods = async (): Promise<readonly InstalledPod[]> =>
  podsOf(`${labels.role}=${roles.responder}`);

/** Resolves with them when both responders are ready. */
export async function bothAreReady(): Promise<readonly InstalledPod[]> {
  return eventually(
    'two ready responders',
    async () => {
      const pods = await responderPods();
      expect(pods.map(({ isReady }) => isReady)).to.deep.equal([true, true]);
      return pods;
    },
    { within: 60 },
  );
}

/** A responder whose clock is wrong, in the place of one of the two. Dispose of it to have two good ones again. */
export class SkewedResponder implements AsyncDisposable {
  readonly pod: string;

  private constructor(pod: string) {
    this.pod = pod;
  }

  /** Resolves when it and a good one are ready. */
  static async start(aheadMs: number): Promise<SkewedResponder> {
    const before = await bothAreReady();
    const program = join(repository, 'test/e2e/programs/skewed-responder.ts');
    await control.image('backsoon', [process.execPath, program, String(aheadMs)]);
    try {
      await replace(before[0]?.name ?? '');
      const after = await bothAreReady();
      const skewed = after.find(({ name }) => before.every((old) => old.name !== name));
      if (skewed === undefined) throw new Error('no responder was replaced');
      return new SkewedResponder(skewed.name);
    } finally {
      await control.image('backsoon', [process.execPath, join(repository, 'dist/backsoon.mjs')]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await replace(this.pod);
    await bothAreReady();
  }
}

/** Resolves when the Pod is on its way out, and another one takes its place. */
async function replace(name: string): Promise<void> {
  await api.delete(resources.pods, { namespace: installNamespace, name });
  await eventually('another responder', async () => {
    const pods = await responderPods();
    expect(pods.map((pod) => pod.name)).to.not.include(name);
    expect(pods).to.have.lengthOf(2);
  });
}
