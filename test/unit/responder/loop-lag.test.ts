import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { LoopLag } from '../../../src/responder/loop-lag.ts';
import { buildPolicy, at, network } from '../policy/build.ts';
import { eventually, RunningResponder } from './running-responder.ts';

function block(forMs: number): void {
  const until = performance.now() + forMs;
  while (performance.now() < until);
}

/** Blocks the loop again and again, with room for I/O in between, until `isOver`. */
async function keepBlocking(blockMs: number, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    block(blockMs);
    await setImmediate();
  }
}

describe('LoopLag', function () {
  this.timeout(20_000);

  let lag: LoopLag;
  beforeEach(() => (lag = new LoopLag()));
  afterEach(() => lag.stop());

  it('is the length of the blocks when there is nothing else', async () => {
    const since = performance.now();
    await keepBlocking(150, () => lag.milliseconds > 100 || performance.now() - since > 5_000);
    expect(lag.milliseconds).to.be.within(100, 300);
  });

  it('is not hidden by the calm around one long block', async () => {
    await eventually(
      async () => lag.milliseconds,
      (ms) => ms > 0,
    );
    block(400);
    // 400² / 500, or less when other samples share its half second; a plain mean of the delays would be 30.
    await eventually(
      async () => lag.milliseconds,
      (ms) => ms > 150 && ms < 450,
      2_000,
    );
  });

  it('is next to nothing when the loop is free', async () => {
    const since = performance.now();
    await eventually(
      async () => lag.milliseconds,
      (ms) => ms < 20 && performance.now() - since > 1_100,
    );
  });
});

describe('readiness', function () {
  this.timeout(30_000);

  let running: RunningResponder;
  before(async () => {
    running = await RunningResponder.start(at('2026-12-01T22:00:00Z'), (server) => {
      server.putNetwork(network);
      server.putPolicy(buildPolicy());
    });
  });
  after(async () => running.stop());

  const readiness = async (): Promise<{ status: number; body: string }> => running.admin('/readyz');

  it('is lost within 2 s while the event loop lags, and comes back when it does not; liveness stays', async () => {
    await eventually(readiness, ({ status }) => status === 200);
    let lost: { status: number; body: string } | undefined;
    let alive = 0;
    const since = performance.now();
    const blocking = keepBlocking(150, () => lost !== undefined);
    lost = await eventually(readiness, ({ status }) => status === 503);
    const lostAfterMs = performance.now() - since;
    alive = (await running.admin('/healthz')).status;
    await blocking;
    expect(lost.body).to.match(/^event loop lags by \d{3} ms\n$/);
    expect(lostAfterMs).to.be.below(2_000);
    expect(alive).to.equal(200);
    await eventually(readiness, ({ status }) => status === 200, 3_000);
  });
});
