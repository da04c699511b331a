import { expect } from 'chai';
import { KubeClient } from '../../../src/kube/client.ts';
import { isKubeError } from '../../../src/kube/errors.ts';
import { fencedTransport } from '../../../src/kube/fenced-transport.ts';
import { InClusterTransport } from '../../../src/kube/in-cluster-transport.ts';
import { listAll } from '../../../src/kube/list.ts';
import { resources } from '../../../src/kube/resources.ts';
import type { Transport } from '../../../src/kube/transport.ts';
import { configMap, configMapList, FakeServer, type Exchange } from './fake-server.ts';
import { ServiceAccount } from './service-account.ts';
import { until } from './until.ts';

const { configMaps } = resources;
const ref = { namespace: 'shop', name: 'page' };
const draft = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...ref, uid: 'u-1' }, data: { a: '1' } };

describe('KubeClient', () => {
  let account: ServiceAccount;
  let server: FakeServer;
  let transport: Transport;
  let client: KubeClient;

  beforeEach(async () => {
    account = new ServiceAccount();
    server = await FakeServer.start((exchange) => exchange.json(200, configMap('page', 7)));
    transport = new InClusterTransport({ server: server.url, directory: account.directory });
    client = new KubeClient(transport, { defaultTimeoutMs: 2000 });
  });
  afterEach(async () => {
    await transport.close();
    await server.stop();
    account.remove();
  });

  const codeOf = async (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => 'no error',
      (error: unknown) => (isKubeError(error) ? error.code : error),
    );

  const sent = (): Pick<Exchange, 'method' | 'path' | 'body'> & { query: object; type: unknown } => {
    const last = server.requests.at(-1);
    if (last === undefined) throw new Error('nothing was sent');
    const { method, path, query, headers, body } = last;
    return { method, path, query: Object.fromEntries(query), type: headers['content-type'], body };
  };

  const path = '/api/v1/namespaces/shop/configmaps/page';

  it('gets an object as the server sent it', async () => {
    expect(await client.get(configMaps, ref)).to.deep.equal(configMap('page', 7));
    expect(sent()).to.deep.include({ method: 'GET', path, query: {} });
  });

  it('creates in the collection', async () => {
    await client.create(configMaps, draft, { dryRun: true, fieldManager: 'me' });
    expect(sent()).to.deep.include({
      method: 'POST',
      path: '/api/v1/namespaces/shop/configmaps',
      query: { dryRun: 'All', fieldManager: 'me' },
      type: 'application/json',
    });
    expect(JSON.parse(sent().body)).to.deep.equal(draft);
  });

  it('applies with its manager and the object’s uid, and never forces unasked', async () => {
    await client.apply(configMaps, draft, { fieldManager: 'backsoon-ops', dryRun: true });
    expect(sent()).to.deep.include({
      method: 'PATCH',
      path,
      query: { fieldManager: 'backsoon-ops', dryRun: 'All' },
      type: 'application/apply-patch+yaml',
    });
    expect(JSON.parse(sent().body)).to.deep.equal(draft);
    await client.apply(configMaps, draft, { fieldManager: 'm', force: true, subresource: 'status' });
    expect(sent()).to.deep.include({ path: `${path}/status`, query: { fieldManager: 'm', force: 'true' } });
  });

  it('patches by RFC 6902 and RFC 7386', async () => {
    await client.jsonPatch(configMaps, ref, [{ op: 'test', path: '/data/a', value: '1' }]);
    expect(sent()).to.deep.include({ method: 'PATCH', path, type: 'application/json-patch+json' });
    await client.mergePatch(configMaps, ref, { data: { a: null } });
    expect(sent()).to.deep.include({ type: 'application/merge-patch+json', body: '{"data":{"a":null}}' });
  });

  it('deletes with preconditions', async () => {
    await client.delete(configMaps, ref, {
      uid: 'u-1',
      propagationPolicy: 'Background',
      gracePeriodSeconds: 0,
    });
    expect(sent()).to.deep.include({ method: 'DELETE', path });
    expect(JSON.parse(sent().body)).to.deep.equal({
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid: 'u-1' },
      propagationPolicy: 'Background',
      gracePeriodSeconds: 0,
    });
  });

  it('lists with selectors and gives items the kind that the server leaves out', async () => {
    server.answer = (exchange) => exchange.json(200, configMapList(9, [configMap('page', 7)]));
    const list = await client.list(configMaps, {
      namespace: 'shop',
      labelSelector: 'a=b',
      fieldSelector: 'c=d',
    });
    expect(list).to.deep.equal({ resourceVersion: '9', items: [configMap('page', 7)] });
    expect(sent().query).to.deep.equal({ labelSelector: 'a=b', fieldSelector: 'c=d' });
  });

  it('takes an empty list that Go wrote as null', async () => {
    server.answer = (exchange) => exchange.json(200, { items: null, metadata: { resourceVersion: '1' } });
    expect((await client.list(configMaps)).items).to.deep.equal([]);
  });

  it('says what failed when the server refuses', async () => {
    server.answer = (exchange) => exchange.fail(403, 'Forbidden', { message: 'no, you may not' });
    const error = await client.get(configMaps, ref).catch((reason: unknown) => reason);
    expect(String(error)).to.equal('KubeError: get configmaps shop/page: Forbidden: no, you may not');
  });

  const busyOnce = (seconds: number): void => {
    server.answer = (exchange) =>
      server.requests.length === 1
        ? exchange.fail(429, 'TooManyRequests', { headers: { 'retry-after': String(seconds) } })
        : exchange.json(200, configMap('page', 7));
  };

  it('writes again when a busy server says so', async () => {
    busyOnce(0);
    expect(await client.apply(configMaps, draft, { fieldManager: 'me' })).to.deep.equal(configMap('page', 7));
    expect(server.requests.map(({ method }) => method)).to.deep.equal(['PATCH', 'PATCH']);
  });

  const unwaited: readonly (readonly [string, number, () => Promise<unknown>])[] = [
    ['longer than it waits', 20, async () => client.apply(configMaps, draft, { fieldManager: 'me' })],
    ['a read, whose reader has its own patience', 0, async () => client.get(configMaps, ref)],
  ];
  for (const [title, seconds, call] of unwaited) {
    it(`tells of a busy server: ${title}`, async () => {
      busyOnce(seconds);
      expect(await codeOf(call())).to.equal('TooManyRequests');
      expect(server.requests).to.have.lengthOf(1);
    });
  }

  it('takes neither a page of HTML nor another JSON for an object', async () => {
    for (const body of ['<html>', '[]', '{}', '"x"', '']) {
      server.answer = ({ response }) => response.end(body);
      expect(await codeOf(client.get(configMaps, ref)), body).to.equal('BadResponse');
      expect(await codeOf(client.list(configMaps)), body).to.equal('BadResponse');
    }
  });

  it('ends a call by its time-out, before and within the body', async () => {
    server.answer = () => undefined;
    expect(await codeOf(client.get(configMaps, ref, { timeoutMs: 40 }))).to.equal('Timeout');
    server.answer = (exchange) => exchange.open();
    expect(await codeOf(client.get(configMaps, ref, { timeoutMs: 40 }))).to.equal('Timeout');
  });

  it('rejects with the caller’s own reason when the caller aborts', async () => {
    server.answer = (exchange) => exchange.open();
    const reason = new Error('changed my mind');
    const controller = new AbortController();
    const outcome = codeOf(client.get(configMaps, ref, { signal: controller.signal }));
    await until(
      () => server.requests.length,
      (count) => count === 1,
    );
    controller.abort(reason);
    expect(await outcome).to.equal(reason);
  });

  it('calls a broken connection Unreachable', async () => {
    server.answer = (exchange) => exchange.reset();
    expect(await codeOf(client.get(configMaps, ref))).to.equal('Unreachable');
    await server.stop();
    expect(await codeOf(client.get(configMaps, ref))).to.equal('Unreachable');
    server = await FakeServer.start(() => undefined);
  });

  it('does not send what would address another object', async () => {
    const error = await codeOf(client.delete(configMaps, { namespace: 'shop', name: '' }));
    expect(error).to.be.instanceOf(TypeError);
    expect(server.requests).to.have.length(0);
  });

  describe('watch', () => {
    const watch = (signal: AbortSignal) =>
      client.watch(configMaps, {
        namespace: 'shop',
        resourceVersion: '5',
        timeoutSeconds: 300,
        signal,
        timeoutMs: 50,
      });

    it('asks for bookmarks and an end, and yields events for longer than any time-out', async () => {
      let exchange: Exchange | undefined;
      server.answer = (opened) => {
        exchange = opened;
        opened.open();
        opened.event('ADDED', configMap('a', 6));
      };
      const events = watch(new AbortController().signal);
      expect((await events.next()).value).to.deep.equal({ type: 'ADDED', object: configMap('a', 6) });
      expect(sent().query).to.deep.equal({
        watch: 'true',
        allowWatchBookmarks: 'true',
        resourceVersion: '5',
        timeoutSeconds: '300',
      });
      const since = performance.now();
      await until(
        () => performance.now() - since,
        (elapsed) => elapsed > 80,
      );
      exchange?.event('BOOKMARK', configMap('', 9));
      expect((await events.next()).value?.type).to.equal('BOOKMARK');
      exchange?.response.end();
      expect((await events.next()).done).to.equal(true);
    });

    it('gives the connection back when its reader stops', async () => {
      server.answer = (exchange) => {
        exchange.open();
        exchange.event('ADDED', configMap('a', 6));
      };
      for await (const event of watch(new AbortController().signal)) {
        expect(event.type).to.equal('ADDED');
        break;
      }
      await until(
        () => server.openConnections,
        (count) => count === 0,
      );
    });

    it('throws Gone for a version that is too old', async () => {
      server.answer = (exchange) => exchange.fail(410, 'Expired');
      expect(await codeOf(watch(new AbortController().signal).next())).to.equal('Gone');
    });

    it('has a time-out until the header', async () => {
      server.answer = () => undefined;
      expect(await codeOf(watch(new AbortController().signal).next())).to.equal('Timeout');
    });
  });

  describe('listAll', () => {
    it('reads page by page', async () => {
      server.answer = ({ query, json }) =>
        query.get('continue') === 'more'
          ? json(200, configMapList(9, [configMap('b', 2)]))
          : json(200, configMapList(9, [configMap('a', 1)], 'more'));
      const { items, resourceVersion } = await listAll(client, configMaps, { namespace: 'shop' });
      expect(items.map(({ metadata }) => metadata.name)).to.deep.equal(['a', 'b']);
      expect(resourceVersion).to.equal('9');
      expect(sent().query).to.deep.equal({ limit: '500', continue: 'more' });
    });

    it('reads everything in one piece when the pages expire half-way', async () => {
      server.answer = ({ query, json, fail }) => {
        if (query.has('continue')) fail(410, 'Expired');
        else if (query.has('limit')) json(200, configMapList(9, [configMap('old', 1)], 'more'));
        else json(200, configMapList(12, [configMap('a', 10), configMap('b', 11)]));
      };
      const { items, resourceVersion } = await listAll(client, configMaps, { namespace: 'shop' });
      expect(items.map(({ metadata }) => metadata.name)).to.deep.equal(['a', 'b']);
      expect(resourceVersion).to.equal('12');
    });
  });

  describe('over a fenced transport', () => {
    it('reads but does not write without the lead', async () => {
      let leads = false;
      const fenced = new KubeClient(fencedTransport(transport, () => leads));
      expect((await fenced.get(configMaps, ref)).metadata.name).to.equal('page');
      const writes = [
        () => fenced.create(configMaps, draft),
        () => fenced.replace(configMaps, draft),
        () => fenced.apply(configMaps, draft, { fieldManager: 'm' }),
        () => fenced.jsonPatch(configMaps, ref, []),
        () => fenced.mergePatch(configMaps, ref, {}),
        () => fenced.delete(configMaps, ref),
      ];
      for (const write of writes) expect(await codeOf(write())).to.equal('NotLeading');
      expect(server.requests).to.have.length(1);
      leads = true;
      for (const write of writes) expect(await codeOf(write())).to.equal('no error');
    });

    it('does not send a write that waited for its connection while the lead went', async () => {
      let asked = 0;
      // Leading when the write begins, and no more when its connection stands: the process was frozen in between.
      const fenced = new KubeClient(fencedTransport(transport, () => (asked += 1) === 1));
      const write = fenced.apply(configMaps, draft, { fieldManager: 'm' });
      expect(await codeOf(write)).to.equal('NotLeading');
      expect(server.requests).to.deep.equal([]);
    });
  });
});
