import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { waitFor } from '../../cluster/wait.ts';
import { control, isReady, kubectl, TestNamespace } from './pods.ts';

describe('the control of the local cluster', () => {
  const namespace = new TestNamespace();
  const spec = { restartPolicy: 'Always' } as const;

  before(async () => await namespace.create());
  after(async () => await namespace.delete());

  it('holds Pods down, new ones too, until it releases them', async () => {
    await namespace.run('held', 'echo run; sleep 60', spec);
    await namespace.podThat('held', 'ready', isReady);
    const hold = await control.hold({ namespace: namespace.name, labels: { app: 'held' } });
    try {
      await namespace.podThat(
        'held',
        'held',
        (pod) => !isReady(pod) && JSON.stringify(pod.status).includes('Held'),
      );
      await kubectl(['-n', namespace.name, 'delete', 'pod', 'held', '--grace-period=0', '--force']);
      await namespace.run('held', 'echo run; sleep 60', spec);
      const again = await namespace.podThat('held', 'held', (pod) =>
        JSON.stringify(pod.status).includes('Held'),
      );
      expect(isReady(again)).to.equal(false);
    } finally {
      await hold.release();
    }
    await namespace.podThat('held', 'ready', isReady, 5);
  });

  it('leaves Pods alone that a hold does not name', async () => {
    await namespace.run('free', 'sleep 60', spec);
    await namespace.podThat('free', 'ready', isReady);
    const hold = await control.hold({ namespace: namespace.name, labels: { app: 'other' } });
    await hold.release();
    expect((await namespace.pod('free'))?.status?.containerStatuses?.[0]?.restartCount).to.equal(0);
  });

  it('sends signals', async () => {
    await namespace.run('signalled', `trap 'echo got USR1' USR1; echo up; while :; do sleep 0.1; done`, spec);
    await namespace.logged('signalled', /^up$/m);
    await control.signal({ namespace: namespace.name, pod: 'signalled' }, 'SIGUSR1');
    await namespace.logged('signalled', /got USR1/);
    await control.signal({ namespace: namespace.name, pod: 'signalled' }, 'SIGKILL');
    await namespace.podThat(
      'signalled',
      'restarted',
      ({ status }) => status?.containerStatuses?.[0]?.restartCount === 1,
    );
  });

  it('takes all of a container’s processes with SIGKILL, those in groups of their own too', async () => {
    // timeout(1) makes a group of its own.
    await namespace.run('groups', 'timeout 300 sleep 271.828 & echo up; wait', spec);
    await namespace.logged('groups', /^up$/m);
    await control.signal({ namespace: namespace.name, pod: 'groups' }, 'SIGKILL');
    await namespace.logged('groups', /^up$[^]*^up$/m);
    const all = readdirSync('/proc').flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      } catch {
        return [];
      }
    });
    expect(all.filter((command) => command === 'sleep 271.828')).to.have.lengthOf.at.most(1);
  });

  it('runs what a test says in place of an image', async () => {
    await control.image('backsoon.test/greeter', ['echo', 'hello']);
    const log = await namespace.output('greeter', 'world', {
      container: { image: 'backsoon.test/greeter:2' },
    });
    expect(log).to.match(/^hello world$/m);
  });

  it('says what is wrong with a question', async () => {
    const failure = await control.logs({ namespace: namespace.name, pod: 'nobody' }).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    expect(failure).to.contain(`no Pod ${namespace.name}/nobody`);
  });

  it('gives kubectl the logs', async () => {
    await namespace.output('words', 'echo one; echo two');
    expect(await kubectl(['-n', namespace.name, 'logs', 'words', '--tail=1'])).to.equal('two\n');
  });

  it('notes every request in the audit log', async () => {
    await namespace.apply('ConfigMap', 'noted', { data: {} });
    const path = process.env['BACKSOON_AUDIT_LOG'] ?? '';
    const found = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"noted"') && line.includes(namespace.name))
      .map((line) => (JSON.parse(line) as { verb: string }).verb);
    expect(found).to.include('create');
  });

  it('stops the API server and starts it again, and Pods live through it', async () => {
    await namespace.run('survivor', 'sleep 300', spec);
    await namespace.podThat('survivor', 'ready', isReady);
    await control.kill('kube-apiserver');
    const refused = await kubectl(['get', 'nodes', '--request-timeout=2s']).then(
      () => false,
      () => true,
    );
    await control.start('kube-apiserver');
    expect(refused).to.equal(true);
    await waitFor(async () => await kubectl(['get', '--raw', '/readyz']), {
      what: 'the API server to be ready again',
      timeoutSeconds: 30,
    });
    const pod = await namespace.podThat('survivor', 'ready', isReady);
    expect(pod.status?.containerStatuses?.[0]?.restartCount).to.equal(0);
    expect(await namespace.output('afterwards', 'echo still working')).to.contain('still working');
  });
});
