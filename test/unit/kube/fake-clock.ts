import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../../src/kube/clock.ts';

interface Timer {
  readonly due: number;
  readonly fire: () => void;
}

/** Time that passes when the test says so. */
export class FakeClock implements Clock {
  readonly #timers = new Set<Timer>();
  readonly #start = Temporal.Instant.from('2026-12-01T21:00:00Z');
  readonly #random: () => number;
  #now = 1000;
  /** Milliseconds that the wall clock is ahead of what has passed. */
  wallAheadMs = 0;

  constructor(random: () => number = () => 0.5) {
    this.#random = random;
  }

  monotonic(): number {
    return this.#now;
  }

  now(): Temporal.Instant {
    return this.#start.add({ microseconds: Math.round((this.#now + this.wallAheadMs) * 1000) });
  }

  random(): number {
    return this.#random();
  }

  setTimer(milliseconds: number, fire: () => void): () => void {
    const timer = { due: this.#now + Math.max(0, milliseconds), fire };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Milliseconds until each pending timer, soonest first. */
  get pending(): readonly number[] {
    return [...this.#timers].map(({ due }) => due - this.#now).sort((a, b) => a - b);
  }

  /** Lets so much time pass, firing timers in order and letting what they wake run between them. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await settle();
    for (let next = this.#next(); next !== undefined && next.due <= end; next = this.#next()) {
      this.#fire(next);
      await settle();
    }
    this.#now = end;
  }

  /** Time passes but nothing runs, as in a process that is stopped. */
  freeze(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** Jumps to the next timer if it is due so soon; else time stands still. */
  skip(withinMs: number): void {
    const next = this.#next();
    if (next !== undefined && next.due - this.#now <= withinMs) this.#fire(next);
  }

  #next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) if (first === undefined || timer.due < first.due) first = timer;
    return first;
  }

  #fire(timer: Timer): void {
    this.#timers.delete(timer);
    this.#now = Math.max(this.#now, timer.due);
    timer.fire();
  }
}

/** Lets promises and what they wake run; enough for code without real I/O. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn += 1) await nextTurn();
};
