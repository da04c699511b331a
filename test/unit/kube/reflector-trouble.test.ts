import { expect } from 'chai';
import { configMap, configMapList } from './fake-server.ts';
import { longestBackoffMs, ReflectorHarness } from './reflector-harness.ts';
import { until } from './until.ts';

describe('Reflector in trouble', () => {
  let on: ReflectorHarness;
  beforeEach(async () => {
    on = await ReflectorHarness.create();
  });
  afterEach(async () => on.remove());

  /** How long is waited after each of so many failures, in milliseconds. */
  async function waits(failures: number): Promise<readonly number[]> {
    on.start();
    const seen: number[] = [];
    for (let failure = 1; failure <= failures; failure += 1) {
      await until(
        () => on.errors.length,
        (count) => count === failure,
      );
      const [wait = 0] = await until(
        () => on.clock.pending,
        (pending) => pending.length === 1,
      );
      seen.push(wait);
      on.clock.skip(longestBackoffMs);
    }
    return seen;
  }

  describe('when the connection is bad', () => {
    it('takes up a watch that was reset, from the last version, without a new list', async () => {
      on.onWatch = (exchange) => {
        exchange.open();
        exchange.event('ADDED', configMap('b', 11));
      };
      on.start();
      await on.untilNames('a', 'b');
      on.onWatch = (exchange) => {
        exchange.open();
        exchange.event('ADDED', configMap('c', 12));
      };
      on.lastWatch().reset();
      await on.untilNames('a', 'b', 'c');
      expect(on.lastWatch().query.get('resourceVersion')).to.equal('11');
      expect(on.lists()).to.have.length(1);
      expect(on.codes()).to.deep.equal(['Unreachable']);
    });

    it('lists at last when the server was not there at first', async () => {
      on.onList = (exchange, nth) =>
        nth <= 3 ? exchange.reset() : exchange.json(200, configMapList(10, [configMap('a', 1)]));
      on.start();
      await on.untilNames('a');
      expect(on.codes()).to.deep.equal(['Unreachable', 'Unreachable', 'Unreachable']);
    });

    it('gives a silent watch up after a while: half-open connections look like that', async () => {
      on.start();
      await on.untilWatches(1);
      await until(
        () => on.clock.pending.length,
        (timers) => timers > 0,
      );
      on.onWatch = (exchange) => {
        exchange.open();
        exchange.event('ADDED', configMap('b', 11));
      };
      await on.clock.advance(150_000);
      await on.untilNames('a', 'b');
      expect(on.codes()).to.deep.equal(['Timeout']);
      expect(on.lists()).to.have.length(1);
    });

    it('keeps a watch that is fed by bookmarks, until its time is up', async () => {
      on.start();
      await on.untilWatches(1);
      for (let version = 11; version < 14; version += 1) {
        await on.clock.advance(140_000);
        const heard = on.reflector.lastContact;
        on.lastWatch().event('BOOKMARK', configMap('', version));
        await until(
          () => on.reflector.lastContact,
          (contact) => contact > heard,
        );
      }
      // 300 s + half of 300 s that were asked for, and 30 s of grace: 480 s.
      await on.clock.advance(59_999);
      expect(on.codes()).to.deep.equal([]);
      await on.clock.advance(1);
      await on.untilWatches(2);
      expect(on.codes()).to.deep.equal(['Timeout']);
      expect(on.lastWatch().query.get('resourceVersion')).to.equal('13');
    });

    it('waits longer from failure to failure', async () => {
      on.onList = (exchange) => exchange.fail(500, 'InternalError');
      // Jitter of the fake clock: half.
      expect(await waits(8)).to.deep.equal([1200, 2400, 4800, 9600, 15_000, 15_000, 15_000, 15_000]);
    });

    it('begins to wait anew when the server answers again, if only to refuse', async () => {
      on.onList = (exchange, nth) => (nth <= 5 ? exchange.reset() : exchange.fail(403, 'Forbidden'));
      expect(await waits(7)).to.deep.equal([1200, 2400, 4800, 9600, 15_000, 1200, 2400]);
    });
  });

  describe('when the server refuses', () => {
    it('lists again after 410 as a status', async () => {
      on.onWatch = (exchange, nth) => (nth === 1 ? exchange.fail(410, 'Expired') : exchange.open());
      on.onList = (exchange, nth) =>
        exchange.json(200, configMapList(nth * 10, [configMap(nth === 1 ? 'a' : 'b', nth)]));
      on.start();
      await on.untilWatches(2);
      expect(on.lists()).to.have.length(2);
      expect(on.lastWatch().query.get('resourceVersion')).to.equal('20');
      expect(on.changes).to.deep.equal(['shop/a -→1', 'shop/a 1→-', 'shop/b -→2']);
      expect(on.errors).to.deep.equal([]);
    });

    it('lists again after 410 in the stream', async () => {
      on.onWatch = (exchange, nth) => {
        exchange.open();
        if (nth > 1) return;
        exchange.event('ADDED', configMap('b', 11));
        exchange.event('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' });
      };
      on.onList = (exchange, nth) =>
        exchange.json(
          200,
          configMapList(nth * 10, nth === 1 ? [] : [configMap('b', 11), configMap('c', 15)]),
        );
      on.start();
      await on.untilNames('b', 'c');
      await on.untilWatches(2);
      expect(on.changes).to.deep.equal(['shop/b -→11', 'shop/c -→15']);
    });

    it('lists again when pages expire half-way', async () => {
      on.onList = (exchange) => {
        if (exchange.query.has('continue')) exchange.fail(410, 'Expired');
        else if (exchange.query.has('limit'))
          exchange.json(200, configMapList(9, [configMap('old', 1)], 'more'));
        else exchange.json(200, configMapList(12, [configMap('a', 10), configMap('b', 11)]));
      };
      on.start();
      await on.untilNames('a', 'b');
      expect(on.errors).to.deep.equal([]);
    });

    it('waits as long as 429 asks, and keeps its version', async () => {
      on.onWatch = (exchange, nth) =>
        nth === 1
          ? exchange.fail(429, 'TooManyRequests', { headers: { 'retry-after': '20' } })
          : exchange.open();
      on.start();
      await until(on.codes, (seen) => seen.length === 1);
      expect(on.clock.pending).to.deep.equal([20_000]);
      await on.untilWatches(2);
      expect(on.lists()).to.have.length(1);
    });

    it('lists again when a watch ends at once without an event: its version may be stale', async () => {
      on.onWatch = (exchange, nth) => {
        exchange.open();
        if (nth === 1) exchange.response.end();
      };
      on.start();
      await on.untilWatches(2);
      expect(on.lists()).to.have.length(2);
      expect(on.codes()).to.deep.equal(['BadResponse']);
    });

    it('lists again after garbage in the stream', async () => {
      on.onWatch = (exchange, nth) => {
        exchange.open();
        if (nth === 1) exchange.response.write('<html>bad gateway</html>\n');
      };
      on.start();
      await on.untilWatches(2);
      expect(on.lists()).to.have.length(2);
      expect(on.codes()).to.deep.equal(['BadResponse']);
    });

    it('lists again after 401 and 403', async () => {
      on.onWatch = (exchange, nth) => (nth === 1 ? exchange.fail(403, 'Forbidden') : exchange.open());
      on.start();
      await on.untilWatches(2);
      expect(on.codes()).to.deep.equal(['Forbidden']);
    });

    it('says that a resource is not served, and waits for it', async () => {
      on.onList = ({ response }) => {
        response.writeHead(404);
        response.end('404 page not found\n');
      };
      on.start();
      expect(await on.reflector.firstAnswer).to.equal('NotServed');
      expect(on.reflector.state).to.equal('NotServed');
      on.onList = (exchange) => exchange.json(200, configMapList(10, [configMap('a', 1)]));
      await on.untilNames('a');
      expect(on.reflector.state).to.equal('Synced');
    });

    it('keeps what it has when the resource is not served any more', async () => {
      on.onWatch = (exchange) => exchange.open();
      on.start();
      await on.untilNames('a');
      await on.untilWatches(1);
      on.onList = (exchange) => exchange.fail(404, 'NotFound');
      on.onWatch = (exchange) => exchange.fail(404, 'NotFound');
      on.lastWatch().reset();
      await until(
        () => on.reflector.state,
        (state) => state === 'NotServed',
        { tick: on.tick },
      );
      await until(
        () => on.lists().length,
        (count) => count >= 3,
        { tick: on.tick },
      );
      expect(on.names()).to.deep.equal(['a']);
    });
  });
});
