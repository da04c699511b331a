import { isDeepStrictEqual } from 'node:util';
import { expectSeen, NotSeen } from '../not-seen.ts';
import { people, window, type Step } from '../scene.ts';
import { answerOf } from '../shell.ts';
import { squidAddress } from '../squid.ts';
import { getAnnotations, getIngress } from './closing.ts';

/** An Ingress without what every write changes. */
function comparable(json: string): object {
  const { metadata, ...rest } = JSON.parse(json) as { metadata: Record<string, unknown> };
  const { resourceVersion: _version, managedFields: _managers, ...kept } = metadata;
  return { metadata: kept, ...rest };
}

async function sameAs(before: string, withinSeconds: number): Promise<void> {
  const deadline = Date.now() + withinSeconds * 1000;
  for (;;) {
    const now = await answerOf(getIngress);
    if (isDeepStrictEqual(comparable(now), comparable(before))) return;
    if (Date.now() > deadline) throw new NotSeen(`the Ingress as it was:\n${before}`, now);
  }
}

export const reopen: Step = {
  title: 'Deleted is open again, and the Ingress is as before',
  explanation:
    'No finalizer, no backup: Backsoon takes its own annotation and objects away, and nothing else was ever touched.',
  browser: 'Reload %s: the shop.',
  run: async ({ shell, screen, visitors, ingressBefore }) => {
    await shell.run(['kubectl', 'delete', '-n', window.namespace, `mwin/${window.name}`]);
    const shop = { status: 200, text: 'The Corner Shop', withinSeconds: 15 } as const;
    await visitors.see({ from: people.visitor }, shop);
    await visitors.see({ from: people.visitor, door: squidAddress }, shop);
    await sameAs(ingressBefore, 15);
    const annotations = await shell.run(getAnnotations);
    expectSeen(!annotations.includes('backsoon'), 'no annotation of Backsoon on the Ingress', annotations);
    screen.prose('All of the Ingress is as before, apart from resourceVersion and managedFields.');
    const middlewares = [
      'kubectl',
      'wait',
      '-n',
      window.namespace,
      'middlewares.traefik.io',
      '--all',
    ] as const;
    await shell.run([...middlewares, '--for=delete', '--timeout=30s']);
    const left = await shell.run([
      'kubectl',
      'get',
      '-n',
      window.namespace,
      'middlewares.traefik.io,mwin',
      '-o',
      'name',
    ]);
    expectSeen(left.trim() === '', 'no Middleware and no window left', left);
  },
};
