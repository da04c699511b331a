import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { TestNamespace, kubectl } from './pods.ts';

describe('a container of the local cluster', () => {
  const namespace = new TestNamespace();

  before(async () => {
    await namespace.create();
    await namespace.apply('ConfigMap', 'settings', { data: { colour: 'green', 'nested.txt': 'one' } });
    await namespace.apply('Secret', 'credentials', { stringData: { password: 'not a secret' } });
  });
  after(async () => await namespace.delete());

  it('gets values, fields of its Pod, and keys of ConfigMaps and Secrets as environment', async () => {
    const log = await namespace.output('env', 'env', {
      container: {
        env: [
          { name: 'PLAIN', value: 'a' },
          { name: 'COMPOSED', value: '$(PLAIN)-b-$$(PLAIN)' },
          { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          { name: 'UID_OF_POD', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } },
          { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
          { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
          { name: 'ACCOUNT', valueFrom: { fieldRef: { fieldPath: 'spec.serviceAccountName' } } },
          { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'credentials', key: 'password' } } },
          { name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } },
          { name: 'NONE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'none', optional: true } } },
        ],
        envFrom: [{ prefix: 'ALL_', configMapRef: { name: 'settings' } }],
      },
    });
    const pod = await namespace.pod('env');
    const lines = log.split('\n');
    expect(lines).to.include.members([
      'PLAIN=a',
      'COMPOSED=a-b-$(PLAIN)',
      'POD=env',
      `UID_OF_POD=${pod?.metadata.uid}`,
      `IP=${pod?.status?.podIP}`,
      'NODE=node1',
      'ACCOUNT=default',
      'PASSWORD=not a secret',
      'COLOUR=green',
      'ALL_colour=green',
      'KUBERNETES_SERVICE_HOST=10.96.0.1',
    ]);
    expect(log).not.to.match(/^NONE=/m);
    // What the harness itself knows must not leak into a container.
    expect(log).not.to.match(/^(KUBECONFIG|BACKSOON_)/m);
  });

  it('sees ConfigMaps, Secrets and projections as files, wherever it mounts them', async () => {
    const log = await namespace.output(
      'files',
      'cat /etc/backsoon/settings/colour /keys/password /all/in/one/c /all/in/one/p; echo; ls /none; echo new > /etc/backsoon/note && cat /etc/backsoon/note',
      {
        container: {
          volumeMounts: [
            { name: 'settings', mountPath: '/etc/backsoon/settings', readOnly: true },
            { name: 'credentials', mountPath: '/keys' },
            { name: 'all', mountPath: '/all/in/one' },
            { name: 'none', mountPath: '/none' },
          ],
        },
        volumes: [
          { name: 'settings', configMap: { name: 'settings' } },
          { name: 'credentials', secret: { secretName: 'credentials' } },
          { name: 'none', secret: { secretName: 'missing', optional: true } },
          {
            name: 'all',
            projected: {
              sources: [
                { configMap: { name: 'settings', items: [{ key: 'colour', path: 'c' }] } },
                { secret: { name: 'credentials', items: [{ key: 'password', path: 'p' }] } },
              ],
            },
          },
        ],
      },
    );
    expect(log).to.match(/^greennot a secretgreennot a secret\nnew\n$/m);
    expect(existsSync('/etc/backsoon/note'), 'what a container writes stays in it').to.equal(false);
  });

  it('sees a changed ConfigMap without a restart, all keys at once', async () => {
    await namespace.apply('ConfigMap', 'live', { data: { a: '1', b: '1' } });
    await namespace.run(
      'live',
      'while :; do cd /live/..data; echo "seen $(cat a)$(cat b)"; cd /; sleep 0.1; done',
      {
        container: { volumeMounts: [{ name: 'live', mountPath: '/live' }] },
        volumes: [{ name: 'live', configMap: { name: 'live' } }],
      },
    );
    await namespace.logged('live', /seen 11/);
    await namespace.apply('ConfigMap', 'live', { data: { a: '2', b: '2' } });
    await namespace.logged('live', /seen 22/, 5);
    expect(await namespace.logs('live')).not.to.match(/seen (12|21)/);
  });

  it('waits for a Secret that is not there yet', async () => {
    await namespace.run('late', 'cat /late/word', {
      container: { volumeMounts: [{ name: 'late', mountPath: '/late' }] },
      volumes: [{ name: 'late', secret: { secretName: 'late' } }],
    });
    const waiting = await namespace.podThat('late', 'told what is missing', ({ status }) =>
      JSON.stringify(status?.conditions ?? []).includes('no secrets'),
    );
    expect(waiting.status?.phase).to.equal('Pending');
    await namespace.apply('Secret', 'late', { stringData: { word: 'arrived' } });
    await namespace.logged('late', /arrived/);
  });

  it('has a service-account token that the API server takes, with the rights that RBAC gives it', async () => {
    const account = '/var/run/secrets/kubernetes.io/serviceaccount';
    const ask = (what: string): string =>
      `curl -s -o /dev/null -w "${what} %{http_code}\\n" --cacert ${account}/ca.crt -H "Authorization: Bearer $(cat ${account}/token)" https://$KUBERNETES_SERVICE_HOST/api/v1/namespaces/$(cat ${account}/namespace)/${what}`;
    await kubectl(['-n', namespace.name, 'create', 'serviceaccount', 'reader']);
    await kubectl(['-n', namespace.name, 'create', 'role', 'reader', '--verb=list', '--resource=configmaps']);
    const binding = ['create', 'rolebinding', 'reader', '--role=reader'];
    await kubectl(['-n', namespace.name, ...binding, `--serviceaccount=${namespace.name}:reader`]);
    const log = await namespace.output('token', `${ask('configmaps')}; ${ask('secrets')}`, {
      serviceAccountName: 'reader',
    });
    expect(log).to.match(/configmaps 200\nsecrets 403/);
  });

  it('reaches a Service by its address, and its own address is seen', async () => {
    const server = `require('http').createServer((request, response) => response.end(request.socket.remoteAddress)).listen(8080, '0.0.0.0')`;
    await namespace.run('server', '', {
      container: {
        image: 'backsoon.test/node',
        args: ['-e', server],
        readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
      },
    });
    await namespace.apply('Service', 'server', {
      spec: { clusterIP: '10.96.7.7', selector: { app: 'server' }, ports: [{ port: 80, targetPort: 8080 }] },
    });
    await namespace.run('client', 'until curl -sf http://10.96.7.7; do sleep 0.1; done; echo');
    const pod = await namespace.podThat('client', 'over', ({ status }) => status?.phase === 'Succeeded');
    await namespace.logged('client', new RegExp(`^${pod.status?.podIP}$`, 'm'));
  });

  it('without an image in the cluster says so', async () => {
    await namespace.run('imageless', 'true', { container: { image: 'example.com/unknown:1' } });
    await namespace.podThat('imageless', 'waiting', ({ status }) =>
      JSON.stringify(status?.containerStatuses).includes(
        'the local cluster has no image example.com/unknown:1',
      ),
    );
  });
});
