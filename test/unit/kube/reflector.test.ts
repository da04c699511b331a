import { expect } from 'chai';
import { configMap, configMapList, type Exchange } from './fake-server.ts';
import { ReflectorHarness } from './reflector-harness.ts';
import { until } from './until.ts';

describe('Reflector', () => {
  let on: ReflectorHarness;
  beforeEach(async () => {
    on = await ReflectorHarness.create();
  });
  afterEach(async () => on.remove());

  describe('as a rule', () => {
    it('lists, then follows the watch from the list’s version, with the same selection', async () => {
      on.start();
      await on.reflector.hasSynced;
      expect(on.reflector.state).to.equal('Synced');
      await on.untilWatches(1);
      expect(on.lists()[0]?.query.get('labelSelector')).to.equal('x=y');
      const { query, path } = on.lastWatch();
      expect(path).to.equal('/api/v1/namespaces/shop/configmaps');
      expect(query.get('labelSelector')).to.equal('x=y');
      expect(query.get('resourceVersion')).to.equal('10');
      expect(query.get('allowWatchBookmarks')).to.equal('true');
      expect(Number(query.get('timeoutSeconds'))).to.be.within(300, 600);
      on.lastWatch().event('ADDED', configMap('b', 11));
      on.lastWatch().event('MODIFIED', configMap('a', 12));
      on.lastWatch().event('DELETED', configMap('b', 13));
      await until(
        () => on.changes.length,
        (count) => count === 4,
      );
      expect(on.changes).to.deep.equal(['shop/a -→1', 'shop/b -→11', 'shop/a 1→12', 'shop/b 11→-']);
      expect(on.errors).to.deep.equal([]);
    });

    it('goes on after the server’s regular end of a watch, from the last version, a bookmark’s too', async () => {
      on.onWatch = (exchange, nth) => {
        exchange.open();
        if (nth > 1) return;
        exchange.event('ADDED', configMap('b', 11));
        exchange.event('BOOKMARK', configMap('', 42));
        exchange.response.end();
      };
      on.start();
      await on.untilWatches(2);
      expect(on.lastWatch().query.get('resourceVersion')).to.equal('42');
      expect(on.lists()).to.have.length(1);
      expect(on.names()).to.deep.equal(['a', 'b']);
      expect(on.errors).to.deep.equal([]);
    });

    it('lists afresh when it is asked to, also beside a watch that has gone silent', async () => {
      on.start();
      await on.untilWatches(1);
      on.onList = (exchange) => exchange.json(200, configMapList(20, [configMap('c', 19)]));
      await on.reflector.relist();
      expect(on.names()).to.deep.equal(['c']);
      await on.untilWatches(2);
      expect(on.lastWatch().query.get('resourceVersion')).to.equal('20');
      expect(on.errors).to.deep.equal([]);
    });

    it('keeps who asked for a fresh list waiting until the server answers', async () => {
      on.start();
      await on.untilWatches(1);
      let failures = 0;
      on.onList = (exchange) => {
        failures += 1;
        if (failures === 1) return exchange.fail(500, 'InternalError');
        return exchange.json(200, configMapList(20, [configMap('c', 19)]));
      };
      let isListed = false;
      void on.reflector.relist().then(() => (isListed = true));
      await until(
        () => isListed,
        (listed) => listed,
        { tick: on.tick },
      );
      expect(failures).to.equal(2);
      expect(on.names()).to.deep.equal(['c']);
    });

    it('reads long lists page by page', async () => {
      on.onList = (exchange) =>
        exchange.query.get('continue') === null
          ? exchange.json(200, configMapList(10, [configMap('a', 1)], 'more'))
          : exchange.json(200, configMapList(10, [configMap('b', 2)]));
      on.start();
      await on.reflector.hasSynced;
      expect(on.names()).to.deep.equal(['a', 'b']);
    });

    it('tells when it last heard of the server', async () => {
      on.start();
      await on.untilWatches(1);
      const before = on.reflector.lastContact;
      on.clock.freeze(5000);
      on.lastWatch().event('BOOKMARK', configMap('', 11));
      await until(
        () => on.reflector.lastContact - before,
        (later) => later === 5000,
      );
    });
  });

  it('is not killed by a subscriber that throws, nor are the other subscribers', async () => {
    const seen: string[] = [];
    on.store.subscribe(({ key }) => {
      throw new Error(`cannot take ${key}`);
    });
    on.store.subscribe(({ key }) => seen.push(key));
    on.start();
    await on.untilWatches(1);
    on.lastWatch().event('ADDED', configMap('b', 11));
    await until(
      () => seen,
      (keys) => keys.join() === 'shop/a,shop/b',
    );
    expect(on.errors.map(String)).to.deep.equal(['Error: cannot take shop/a', 'Error: cannot take shop/b']);
  });

  describe('when it is stopped', () => {
    const stopAndSpeak = async (exchange: Exchange): Promise<void> => {
      on.stop.abort();
      exchange.open();
      exchange.event('ADDED', configMap('late', 99));
      await on.running;
      await until(
        () => on.server.openConnections,
        (count) => count === 0,
      );
    };

    it('ends, and tells nothing that comes afterwards', async () => {
      on.start();
      await on.untilWatches(1);
      on.stop.abort();
      on.lastWatch().event('ADDED', configMap('late', 99));
      await on.running;
      await until(
        () => on.server.openConnections,
        (count) => count === 0,
      );
      expect(on.names()).to.deep.equal(['a']);
      expect(on.errors).to.deep.equal([]);
      expect(on.clock.pending).to.deep.equal([]);
    });

    it('ends while it connects', async () => {
      on.onWatch = () => undefined;
      on.start();
      await on.untilWatches(1);
      await stopAndSpeak(on.lastWatch());
      expect(on.names()).to.deep.equal(['a']);
    });

    it('ends while it lists, leaving the store as it was', async () => {
      on.onList = () => undefined;
      on.start();
      await until(
        () => on.lists().length,
        (count) => count === 1,
      );
      on.stop.abort();
      on.lists()[0]?.json(200, configMapList(10, [configMap('late', 1)]));
      await on.running;
      expect(on.names()).to.deep.equal([]);
      expect(on.reflector.state).to.equal('Starting');
    });

    it('ends while it waits after a failure', async () => {
      on.onList = (exchange) => exchange.fail(500, 'InternalError');
      on.start();
      await until(on.codes, (seen) => seen.length === 1);
      on.stop.abort();
      await on.running;
      expect(on.clock.pending).to.deep.equal([]);
    });

    it('does nothing when it was stopped before', async () => {
      on.stop.abort();
      on.start();
      await on.running;
      expect(on.server.requests).to.have.length(0);
    });
  });
});
