import { expect } from 'chai';
import { isReady, kubectl, TestNamespace } from './pods.ts';

describe('the life of a Pod in the local cluster', () => {
  const namespace = new TestNamespace();
  const quick = { periodSeconds: 1, failureThreshold: 2 };

  before(async () => await namespace.create());
  after(async () => await namespace.delete());

  it('runs its init containers in their order, then becomes ready when its readiness probe says so', async () => {
    const volumeMounts = [{ name: 'state', mountPath: '/state' }];
    const init = (name: string, script: string) => ({
      name,
      image: 'backsoon.test/sh',
      args: [script],
      volumeMounts,
    });
    await namespace.run('readiness', 'sleep 60', {
      container: {
        readinessProbe: { exec: { command: ['test', '-e', '/state/two'] }, ...quick },
        volumeMounts,
      },
      initContainers: [
        init('first', 'sleep 0.3; touch /state/one'),
        init('second', 'test -e /state/one && touch /state/two'),
      ],
      volumes: [{ name: 'state', emptyDir: {} }],
    });
    const pod = await namespace.podThat('readiness', 'ready', isReady);
    const states = pod.status?.initContainerStatuses?.map(({ state }) => Object.keys(state)[0]);
    expect(states).to.deep.equal(['terminated', 'terminated']);
  });

  it('loses readiness when the probe begins to fail', async () => {
    await namespace.run('unready', 'touch /state/yes; sleep 2; rm /state/yes; sleep 60', {
      container: {
        readinessProbe: { exec: { command: ['test', '-e', '/state/yes'] }, ...quick },
        volumeMounts: [{ name: 'state', mountPath: '/state' }],
      },
      volumes: [{ name: 'state', emptyDir: {} }],
    });
    await namespace.podThat('unready', 'ready', isReady);
    const pod = await namespace.podThat('unready', 'not ready', (pod) => !isReady(pod));
    expect(pod.status?.phase).to.equal('Running');
  });

  it('is restarted with back-off when it ends', async () => {
    await namespace.run('crash', 'echo run; exit 3', { restartPolicy: 'Always' });
    const waiting = await namespace.podThat('crash', 'backing off', ({ status }) =>
      JSON.stringify(status?.containerStatuses).includes('CrashLoopBackOff'),
    );
    expect(waiting.status?.containerStatuses?.[0]?.lastState).to.have.nested.property(
      'terminated.exitCode',
      3,
    );
    const later = await namespace.podThat(
      'crash',
      'restarted twice',
      ({ status }) => (status?.containerStatuses?.[0]?.restartCount ?? 0) >= 2,
    );
    expect(later.status?.phase).to.equal('Running');
  });

  it('is restarted when its liveness probe fails, and only after its startup probe has succeeded', async () => {
    await namespace.run('liveness', 'echo started; sleep 2; touch /state/up; sleep 60', {
      restartPolicy: 'Always',
      container: {
        startupProbe: {
          exec: { command: ['test', '-e', '/state/up'] },
          periodSeconds: 1,
          failureThreshold: 30,
        },
        livenessProbe: { exec: { command: ['test', '-e', '/state/never'] }, ...quick },
        volumeMounts: [{ name: 'state', mountPath: '/state' }],
      },
      volumes: [{ name: 'state', emptyDir: {} }],
    });
    const before = await namespace.podThat(
      'liveness',
      'started',
      ({ status }) => status?.phase === 'Running',
    );
    expect(before.status?.containerStatuses?.[0]?.restartCount).to.equal(0);
    await namespace.podThat(
      'liveness',
      'restarted',
      ({ status }) => (status?.containerStatuses?.[0]?.restartCount ?? 0) >= 1,
    );
  });

  it('does not restart what its policy lets be', async () => {
    await namespace.output('failed', 'exit 7');
    const pod = await namespace.pod('failed');
    expect(pod?.status?.phase).to.equal('Failed');
    expect(pod?.status?.containerStatuses?.[0]?.state).to.have.nested.property('terminated.exitCode', 7);
  });

  it('ends at SIGTERM, and at SIGKILL when the grace period is over', async () => {
    const polite = `trap 'echo got TERM; exit 0' TERM; echo up; while :; do sleep 0.1; done`;
    const deaf = `trap 'echo ignored TERM' TERM; echo up; while :; do sleep 0.1; done`;
    await namespace.run('polite', polite, { terminationGracePeriodSeconds: 30 });
    await namespace.run('deaf', deaf, { terminationGracePeriodSeconds: 2 });
    await Promise.all([namespace.logged('polite', /^up$/m), namespace.logged('deaf', /^up$/m)]);
    const startedAt = Date.now();
    const politely = kubectl(['-n', namespace.name, 'delete', 'pod', 'polite']).then(
      () => Date.now() - startedAt,
    );
    const forced = kubectl(['-n', namespace.name, 'delete', 'pod', 'deaf']).then(
      () => Date.now() - startedAt,
    );
    expect(await politely).to.be.below(5000);
    expect(await forced).to.be.within(1900, 8000);
    expect(await namespace.pod('deaf')).to.equal(undefined);
  });
});
