import { expect } from 'chai';
import * as fc from 'fast-check';
import { WorkQueue, type WorkHandler, type WorkResult } from '../../../src/kube/work-queue.ts';
import { FakeClock, settle } from './fake-clock.ts';

/** Handles keys when told to. */
class Bench {
  readonly started: string[] = [];
  readonly #running = new Map<string, PromiseWithResolvers<WorkResult | void>>();

  readonly handler: WorkHandler = async (key) => {
    expect(this.#running.has(key), `${key} is handled twice at once`).to.equal(false);
    this.started.push(key);
    const work = Promise.withResolvers<WorkResult | void>();
    this.#running.set(key, work);
    return work.promise;
  };

  get running(): readonly string[] {
    return [...this.#running.keys()];
  }

  async finish(key: string, result?: WorkResult): Promise<void> {
    this.#take(key).resolve(result);
    await settle();
  }

  async fail(key: string): Promise<void> {
    this.#take(key).reject(new Error(`cannot do ${key}`));
    await settle();
  }

  #take(key: string): PromiseWithResolvers<WorkResult | void> {
    const work = this.#running.get(key);
    if (work === undefined) throw new Error(`${key} is not being handled; ${this.running.join()} are`);
    this.#running.delete(key);
    return work;
  }
}

describe('WorkQueue', () => {
  let clock: FakeClock;
  let queue: WorkQueue;
  let bench: Bench;
  let stop: AbortController;
  let running: Promise<void>;
  let told: string[];

  const start = async (workers: number): Promise<void> => {
    running = queue.run(workers, bench.handler, stop.signal);
    await settle();
  };

  beforeEach(() => {
    clock = new FakeClock();
    bench = new Bench();
    stop = new AbortController();
    running = Promise.resolve();
    told = [];
    queue = new WorkQueue({
      clock,
      onError: (key, error) => told.push(`${key}: ${String(error)}`),
      metrics: {
        depth: (keys) => told.push(`depth ${keys}`),
        added: () => told.push('added'),
        waited: (seconds) => told.push(`waited ${seconds}`),
        worked: (seconds) => told.push(`worked ${seconds}`),
        retried: () => told.push('retried'),
      },
    });
  });
  afterEach(async () => {
    stop.abort();
    for (const key of bench.running) await bench.finish(key);
    await running;
    expect(clock.pending).to.deep.equal([]);
  });

  it('hands a key that was added often once to one worker', async () => {
    for (const key of ['a', 'b', 'a', 'a']) queue.add(key);
    expect(queue.depth).to.equal(2);
    await start(3);
    expect(bench.started).to.deep.equal(['a', 'b']);
  });

  it('has no more keys handled at once than it has workers', async () => {
    await start(2);
    for (const key of ['a', 'b', 'c']) queue.add(key);
    await settle();
    expect(bench.running).to.deep.equal(['a', 'b']);
    await bench.finish('b');
    expect(bench.running).to.deep.equal(['a', 'c']);
  });

  it('handles a key again that was added while it was being handled, but not at the same time', async () => {
    await start(2);
    queue.add('a');
    await settle();
    queue.add('a');
    queue.add('a');
    await settle();
    expect(bench.started).to.deep.equal(['a']);
    await bench.finish('a');
    expect(bench.started).to.deep.equal(['a', 'a']);
    await bench.finish('a');
    expect(bench.running).to.deep.equal([]);
  });

  it('adds after a delay, the earliest of several', async () => {
    await start(1);
    queue.addAfter('a', 5000);
    queue.addAfter('a', 1000);
    queue.addAfter('a', 3000);
    await clock.advance(999);
    expect(bench.started).to.deep.equal([]);
    await clock.advance(1);
    expect(bench.started).to.deep.equal(['a']);
    await bench.finish('a');
    await clock.advance(10_000);
    expect(bench.started).to.deep.equal(['a']);
  });

  it('adds at once what is due already', async () => {
    await start(1);
    queue.addAfter('a', -5);
    await settle();
    expect(bench.started).to.deep.equal(['a']);
  });

  it('comes back to a key that failed, later each time up to five minutes, until it succeeds', async () => {
    await start(1);
    queue.add('a');
    await settle();
    const delays: number[] = [];
    for (let failure = 1; failure <= 11; failure += 1) {
      await bench.fail('a');
      expect(queue.failuresOf('a')).to.equal(failure);
      const [delay = 0] = clock.pending;
      delays.push(delay);
      await clock.advance(delay);
    }
    expect(delays.slice(0, 4)).to.deep.equal([1000, 2000, 4000, 8000]);
    expect(delays.slice(-2)).to.deep.equal([300_000, 300_000]);
    expect(told).to.include('a: Error: cannot do a');
    await bench.finish('a');
    expect(queue.failuresOf('a')).to.equal(0);
  });

  it('comes back when the handler asks for it', async () => {
    await start(1);
    queue.add('a');
    await settle();
    await bench.finish('a', { requeueAfterMs: 7000 });
    expect(clock.pending).to.deep.equal([7000]);
    await clock.advance(7000);
    expect(bench.started).to.deep.equal(['a', 'a']);
  });

  it('lets a key rest when the handler asks for it, and handles once what was added meanwhile', async () => {
    await start(2);
    queue.add('a');
    await settle();
    queue.add('a');
    await bench.finish('a', { restMs: 100 });
    queue.add('a');
    queue.addAfter('a', 10);
    queue.add('b');
    await clock.advance(99);
    expect(bench.started).to.deep.equal(['a', 'b']);
    await clock.advance(1);
    expect(bench.started).to.deep.equal(['a', 'b', 'a']);
    await bench.finish('a');
    queue.add('a');
    await settle();
    expect(bench.started).to.deep.equal(['a', 'b', 'a', 'a']);
  });

  it('wakes a key that rests for what can not wait', async () => {
    await start(1);
    queue.add('a');
    await settle();
    await bench.finish('a', { restMs: 100 });
    queue.add('a');
    queue.addNow('a');
    await settle();
    expect(bench.started).to.deep.equal(['a', 'a']);
  });

  it('waits for what is being handled when it is stopped, and drops the rest', async () => {
    await start(1);
    queue.add('a');
    queue.add('b');
    queue.addAfter('c', 1000);
    await settle();
    stop.abort();
    queue.add('d');
    let ended = false;
    void running.then(() => (ended = true));
    await settle();
    expect(ended).to.equal(false);
    await bench.finish('a', { requeueAfterMs: 1 });
    await running;
    await clock.advance(5000);
    expect(bench.started).to.deep.equal(['a']);
  });

  it('ends at once when it was stopped before', async () => {
    stop.abort();
    queue.add('a');
    await start(2);
    await running;
    expect(bench.started).to.deep.equal([]);
  });

  it('tells its metrics', async () => {
    queue.add('a');
    clock.freeze(2000);
    await start(1);
    clock.freeze(500);
    await bench.finish('a');
    queue.addRateLimited('b');
    expect(told).to.deep.equal(['added', 'depth 1', 'depth 0', 'waited 2', 'worked 0.5', 'retried']);
  });

  it('never handles a key twice at once, and loses none, whatever happens in which order', async () => {
    const key = fc.constantFrom('a', 'b', 'c');
    const action = fc.oneof(
      fc.record({ do: fc.constantFrom('add', 'addAfter', 'addRateLimited', 'finish', 'rest', 'fail'), key }),
      fc.record({ do: fc.constant('wait'), key }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { maxLength: 30 }),
        fc.integer({ min: 1, max: 3 }),
        async (actions, workers) => {
          const time = new FakeClock();
          const property = new WorkQueue({ clock: time });
          const work = new Bench();
          const end = new AbortController();
          const ended = property.run(workers, work.handler, end.signal);
          /** Keys that somebody wants handled and that have not started since. */
          const owed = new Set<string>();
          let seen = 0;
          const note = (): void => {
            for (const started of work.started.slice(seen)) owed.delete(started);
            seen = work.started.length;
          };
          for (const each of actions) {
            if (each.do.startsWith('add')) owed.add(each.key);
            await act(each, { property, work, time, owed });
            await settle();
            note();
          }
          // In the end everything is handled: what is owed has to have started by then.
          for (let round = 0; round < 40 && (owed.size > 0 || work.running.length > 0); round += 1) {
            for (const running of work.running) await work.finish(running);
            await time.advance(400_000);
            note();
          }
          expect([...owed]).to.deep.equal([]);
          end.abort();
          await ended;
        },
      ),
      { numRuns: 60 },
    );
  }).timeout(20_000);
});

interface Scene {
  readonly property: WorkQueue;
  readonly work: Bench;
  readonly time: FakeClock;
  readonly owed: Set<string>;
}

const act = async (
  action: { do: string; key: string },
  { property, work, time, owed }: Scene,
): Promise<void> => {
  const isRunning = work.running.includes(action.key);
  if (action.do === 'add') property.add(action.key);
  else if (action.do === 'addAfter') property.addAfter(action.key, 2000);
  else if (action.do === 'addRateLimited') property.addRateLimited(action.key);
  else if (action.do === 'wait') await time.advance(1500);
  else if (isRunning && action.do === 'finish') await work.finish(action.key);
  else if (isRunning && action.do === 'rest') await work.finish(action.key, { restMs: 1000 });
  else if (isRunning) {
    // A failure is owed another try.
    owed.add(action.key);
    await work.fail(action.key);
  }
};
