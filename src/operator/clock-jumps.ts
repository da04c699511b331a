import type { Clock } from '../kube/clock.ts';
import { sleep } from '../kube/clock.ts';

const lookMs = 1_000;
/** A slewing clock and a busy process are off by less. */
const jumpMs = 500;

/**
 * Tells when the wall clock jumps against the time that passes, and when the machine has slept: timers count the time that
 * passes, and a start is an instant of the wall clock. Runs until the signal ends it.
 * @param onJump is told how far the wall clock went ahead of the timers, in milliseconds; negative: back
 */
export async function watchClock(
  clock: Clock,
  signal: AbortSignal,
  onJump: (milliseconds: number) => void,
): Promise<void> {
  const aheadMs = (): number => clock.now().epochMilliseconds - clock.monotonic();
  let known = aheadMs();
  while (!signal.aborted) {
    await sleep(clock, lookMs, signal);
    const ahead = aheadMs();
    if (Math.abs(ahead - known) < jumpMs) continue;
    onJump(ahead - known);
    known = ahead;
  }
}
