import { expect } from 'chai';
import * as fc from 'fast-check';
import { Wheel } from '../../../../src/operator/prove/wheel.ts';

describe('operator: what is due', () => {
  it('comes once, never before its time, and at most a slot after it', () => {
    const slotMs = 100;
    const event = fc.record({
      pauseMs: fc.integer({ min: 0, max: 700 }),
      inMs: fc.integer({ min: -50, max: 3_000 }),
    });
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const wheel = new Wheel<number>(slotMs);
        const waiting = new Set<number>();
        let now = 12_345;
        const look = (): void => {
          for (const dueMs of wheel.take(now)) {
            expect(dueMs, 'before its time').to.be.at.most(now);
            expect(waiting.delete(dueMs), 'twice').to.equal(true);
          }
          for (const dueMs of waiting) expect(dueMs, 'too late').to.be.greaterThan(now - slotMs);
        };
        look();
        for (const { pauseMs, inMs } of events) {
          // Whatever is due is its own name; one that is known already is not added again.
          const dueMs = now + inMs;
          if (inMs > 0 && !waiting.has(dueMs)) {
            wheel.add(dueMs, dueMs);
            waiting.add(dueMs);
          }
          now += pauseMs;
          look();
        }
        now += 4_000;
        look();
        expect(waiting.size, 'forgotten').to.equal(0);
      }),
    );
  });

  it('is found at once after a sleep of days', () => {
    const wheel = new Wheel<string>(100);
    wheel.add('b', 2_000);
    wheel.add('a', 1_000);
    const started = performance.now();
    expect(wheel.take(9e9)).to.deep.equal(['a', 'b']);
    expect(performance.now() - started).to.be.lessThan(1_000);
  });
});
