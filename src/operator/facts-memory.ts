import { remember } from './decide/facts.ts';

/** Of each namespace: its facts, and since when they hold, in monotonic milliseconds: the wall clock jumps. */
export class FactsMemory {
  readonly #since = new Map<string, ReadonlyMap<string, number>>();

  /** Since when the facts hold, by the wall clock as it is now. Those that were seen together have one instant between them. */
  view(namespace: string, now: Temporal.Instant, nowMs: number): ReadonlyMap<string, Temporal.Instant> {
    const instants = new Map<number, Temporal.Instant>();
    const instantOf = (ms: number): Temporal.Instant =>
      instants.getOrInsertComputed(ms, () => now.subtract({ milliseconds: Math.floor(nowMs - ms) }));
    const since = this.#since.get(namespace) ?? new Map<string, number>();
    return new Map([...since].map(([fact, ms]) => [fact, instantOf(ms)]));
  }

  /** These facts hold now, and no others. */
  take(namespace: string, facts: ReadonlySet<string>, nowMs: number): void {
    this.#since.set(
      namespace,
      remember(this.#since.get(namespace) ?? new Map<string, number>(), facts, nowMs),
    );
  }
}
