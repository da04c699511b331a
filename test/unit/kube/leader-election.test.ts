import { expect } from 'chai';
import * as fc from 'fast-check';
import { KubeClient } from '../../../src/kube/client.ts';
import type { Lease } from '../../../src/kube/kinds.ts';
import { LeaderElector, type LeadershipEnd } from '../../../src/kube/leader-election.ts';
import { resources } from '../../../src/kube/resources.ts';
import type { TransportRequest } from '../../../src/kube/transport.ts';
import { FakeApi } from './fake-api.ts';
import { FakeClock, settle } from './fake-clock.ts';

const claim = { namespace: 'ops', name: 'backsoon-operator' };

/** One process that wants to lead. */
class Candidate {
  readonly elector: LeaderElector;
  readonly stop = new AbortController();
  readonly errors: unknown[] = [];
  isWorking = false;
  wasTold = false;
  end: LeadershipEnd | undefined;
  /** How long the work takes to wind up after it was told. */
  readonly windUp = Promise.withResolvers<void>();
  readonly ended: Promise<void>;

  constructor(api: FakeApi, clock: FakeClock, identity: string) {
    const client = new KubeClient(api);
    const onError = (error: unknown): number => this.errors.push(error);
    this.elector = new LeaderElector({ ...claim, client, clock, identity, onError });
    this.ended = this.#run();
  }

  async #run(): Promise<void> {
    this.end = await this.elector.run(this.stop.signal, async (leading) => {
      this.isWorking = true;
      const told = Promise.withResolvers<void>();
      leading.addEventListener('abort', () => told.resolve(), { once: true });
      if (leading.aborted) told.resolve();
      await told.promise;
      this.wasTold = true;
      await this.windUp.promise;
      this.isWorking = false;
    });
  }
}

describe('LeaderElector', () => {
  let api: FakeApi;
  let clock: FakeClock;
  let candidates: Candidate[];

  const candidate = (identity: string): Candidate => {
    const made = new Candidate(api, clock, identity);
    candidates.push(made);
    return made;
  };
  const leaders = (): string[] =>
    candidates.flatMap(({ elector }, index) => (elector.isLeading() ? [String(index)] : []));
  const lease = async (): Promise<Lease> => new KubeClient(api).get(resources.leases, claim);

  beforeEach(() => {
    api = new FakeApi();
    clock = new FakeClock();
    candidates = [];
  });
  afterEach(async () => {
    api.disturb = async () => undefined;
    for (const each of candidates) {
      each.stop.abort();
      each.windUp.resolve();
    }
    await clock.advance(60_000);
    await Promise.all(candidates.map(async ({ ended }) => ended));
    expect(clock.pending).to.deep.equal([]);
  });

  it('makes the first one the leader, and writes the Lease as the API wants it', async () => {
    const first = candidate('one');
    await settle();
    candidate('two');
    await clock.advance(60_000);
    expect(leaders()).to.deep.equal(['0']);
    expect(first.isWorking).to.equal(true);
    const { spec } = await lease();
    expect(spec).to.include({ holderIdentity: 'one', leaseDurationSeconds: 15, leaseTransitions: 0 });
    expect(spec?.acquireTime).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(spec?.renewTime).to.match(/\.\d{6}Z$/);
  });

  it('hands over within 2 s when the leader stops, after its work is done and not before', async () => {
    const first = candidate('one');
    await settle();
    const second = candidate('two');
    await clock.advance(5000);
    first.stop.abort();
    await clock.advance(30_000);
    expect(first.wasTold).to.equal(true);
    expect(leaders(), 'while the work is being wound up').to.deep.equal(['0']);
    first.windUp.resolve();
    await settle();
    expect(first.end).to.equal('Stopped');
    expect((await lease()).spec?.holderIdentity).to.equal('');
    await clock.advance(2000);
    expect(leaders()).to.deep.equal(['1']);
    expect(second.isWorking).to.equal(true);
    expect((await lease()).spec?.leaseTransitions).to.equal(1);
  });

  it('lets another one lead when the leader is silent for the length of the lease, by the other’s own clock', async () => {
    const first = candidate('one');
    await settle();
    candidate('two');
    await clock.advance(5000);
    first.stop.abort();
    // The first one's process is gone: nothing of it reaches the server.
    api.disturb = async (request) => {
      if (isBy(request, 'one') || request.body?.includes('"holderIdentity":""')) throw new Error('gone');
    };
    first.windUp.resolve();
    await clock.advance(12_000);
    expect(leaders()).to.deep.equal([]);
    await clock.advance(6000);
    expect(leaders()).to.deep.equal(['1']);
  });

  it('ends as Lost when the server cannot be reached, before the lease runs out', async () => {
    const first = candidate('one');
    await settle();
    api.disturb = async () => {
      throw new Error('no route');
    };
    await clock.advance(9000);
    expect(leaders()).to.deep.equal(['0']);
    await clock.advance(1000);
    expect(leaders()).to.deep.equal([]);
    await clock.advance(2000);
    expect(first.wasTold).to.equal(true);
    first.windUp.resolve();
    await settle();
    expect(first.end).to.equal('Lost');
    expect(first.errors).to.not.deep.equal([]);
  });

  it('ends as Lost when somebody else took the Lease by force', async () => {
    const first = candidate('one');
    await settle();
    const client = new KubeClient(api);
    const taken = await lease();
    await client.replace(resources.leases, { ...taken, spec: { ...taken.spec, holderIdentity: 'drain' } });
    await clock.advance(2000);
    expect(first.wasTold).to.equal(true);
    expect(leaders()).to.deep.equal([]);
    first.windUp.resolve();
    await settle();
    expect(first.end).to.equal('Lost');
    expect((await lease()).spec?.holderIdentity).to.equal('drain');
  });

  it('keeps the lead when somebody writes a label on the Lease', async () => {
    const first = candidate('one');
    await settle();
    const labelled = await lease();
    const metadata = { ...labelled.metadata, labels: { a: 'b' } };
    await new KubeClient(api).replace(resources.leases, { ...labelled, metadata });
    await clock.advance(30_000);
    expect(leaders()).to.deep.equal(['0']);
    expect(first.wasTold).to.equal(false);
    expect((await lease()).metadata.labels).to.deep.equal({ a: 'b' });
  });

  it('keeps the lead when the answer to a renewal is lost', async () => {
    candidate('one');
    await settle();
    let lost = 0;
    api.disturb = async (request, phase) => {
      if (phase !== 'answer' || request.method !== 'PUT' || lost > 0) return;
      lost += 1;
      throw new Error('cut off');
    };
    await clock.advance(30_000);
    expect(lost).to.equal(1);
    expect(leaders()).to.deep.equal(['0']);
  });

  it('knows at once when it wakes from a freeze that it may not lead any more', async () => {
    candidate('one');
    await clock.advance(4000);
    expect(leaders()).to.deep.equal(['0']);
    clock.freeze(10_000);
    expect(leaders()).to.deep.equal([]);
  });

  it('knows it after a suspend too, in which the monotonic clock stood still', async () => {
    candidate('one');
    await clock.advance(4000);
    clock.wallAheadMs = 10_000;
    expect(leaders()).to.deep.equal([]);
    await clock.advance(2000);
    expect(leaders(), 'renewed, and nobody led meanwhile').to.deep.equal(['0']);
  });

  it('waits in vain, and ends, when it is stopped before it leads', async () => {
    candidate('one');
    await settle();
    const second = candidate('two');
    await clock.advance(5000);
    second.stop.abort();
    await settle();
    expect(second.end).to.equal('Stopped');
    expect(second.isWorking).to.equal(false);
  });

  it('refuses times that would let two lead', () => {
    const client = new KubeClient(api);
    const times = { leaseDurationMs: 10_000, renewDeadlineMs: 10_000 };
    expect(() => new LeaderElector({ ...claim, client, identity: 'x', ...times })).to.throw(RangeError);
  });

  it('never has two leaders, whatever is lost, late, frozen or stopped', async () => {
    const trouble = fc.record({
      what: fc.constantFrom('lose asks', 'lose answers', 'be late', 'freeze', 'heal', 'stop'),
      whose: fc.constantFrom(0, 1),
      forMs: fc.integer({ min: 100, max: 25_000 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(trouble, { maxLength: 8 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        async (troubles, chance) => {
          await new Simulation(chance).play(troubles);
        },
      ),
      { numRuns: 40 },
    );
  }).timeout(30_000);
});

const isBy = (request: TransportRequest, identity: string): boolean =>
  request.body?.includes(`"holderIdentity":"${identity}"`) === true;

interface Trouble {
  readonly what: string;
  readonly whose: number;
  readonly forMs: number;
}

/** Two processes, each with its own timers and way to one server, on one time. */
class Simulation {
  readonly #api = new FakeApi();
  readonly #clocks: readonly FakeClock[];
  readonly #candidates: readonly Candidate[];
  readonly #ways: { loses?: 'ask' | 'answer' | undefined; lateMs?: number | undefined }[] = [{}, {}];
  readonly #frozenMs = [0, 0];

  constructor(chance: number) {
    this.#clocks = [new FakeClock(() => chance), new FakeClock(() => 1 - chance)];
    this.#candidates = this.#clocks.map((clock, index) => {
      const way = new FakeApi();
      // Each has its own transport; all of them end at one server.
      way.request = async (request) => {
        await this.#pass(index, 'ask');
        const response = await this.#api.request(request);
        await this.#pass(index, 'answer');
        return response;
      };
      return new Candidate(way, clock, `candidate-${index}`);
    });
  }

  async play(troubles: readonly Trouble[]): Promise<void> {
    await this.#letPass(3000);
    for (const trouble of troubles) {
      this.#cause(trouble);
      await this.#letPass(trouble.forMs);
    }
    for (const way of this.#ways) Object.assign(way, { loses: undefined, lateMs: undefined });
    for (const each of this.#candidates) {
      each.stop.abort();
      each.windUp.resolve();
    }
    await this.#letPass(90_000);
    await Promise.all(this.#candidates.map(async ({ ended }) => ended));
  }

  async #pass(index: number, phase: 'ask' | 'answer'): Promise<void> {
    const { loses, lateMs } = this.#ways[index] ?? {};
    const clock = this.#clocks[index];
    if (lateMs !== undefined && clock !== undefined) {
      const late = Promise.withResolvers<void>();
      clock.setTimer(lateMs, late.resolve);
      await late.promise;
    }
    if (loses === phase) throw new Error(`lost the ${phase}`);
  }

  #cause({ what, whose, forMs }: Trouble): void {
    const way = this.#ways[whose];
    if (way === undefined) return;
    if (what === 'lose asks') way.loses = 'ask';
    else if (what === 'lose answers') way.loses = 'answer';
    else if (what === 'be late') way.lateMs = forMs / 5;
    else if (what === 'freeze') this.#frozenMs[whose] = forMs;
    else if (what === 'heal') Object.assign(way, { loses: undefined, lateMs: undefined });
    else this.#candidates[whose]?.stop.abort();
  }

  /** Lets time pass for both in small steps; a frozen one's clocks go on, but it does nothing. */
  async #letPass(milliseconds: number): Promise<void> {
    const stepMs = 250;
    for (let passed = 0; passed < milliseconds; passed += stepMs) {
      for (const [index, clock] of this.#clocks.entries()) {
        const frozen = this.#frozenMs[index] ?? 0;
        this.#frozenMs[index] = Math.max(0, frozen - stepMs);
        if (frozen > 0) clock.freeze(stepMs);
        else await clock.advance(stepMs);
        this.#check();
      }
    }
  }

  #check(): void {
    const leading = this.#candidates.filter(({ elector }) => elector.isLeading());
    expect(leading.length, 'leaders at once').to.be.at.most(1);
  }
}
