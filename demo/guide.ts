import { nextWish } from './keyboard.ts';
import { Scene, type Step } from './scene.ts';
import type { Screen } from './screen.ts';

export interface Guide {
  readonly screen: Screen;
  /** Where a browser on the host finds the shop. */
  readonly shopUrl: string;
  /** The reader's terminal; undefined: nobody is there, and the steps follow one another. */
  readonly terminal: NodeJS.ReadStream | undefined;
}

/**
 * Shows the steps one after another until the end, the first that fails, or the reader leaves.
 * @returns what was not seen: the failed step's title and reason; undefined when none failed
 */
export async function showTour(steps: readonly Step[], guide: Guide): Promise<string | undefined> {
  const scene = new Scene(guide.screen);
  try {
    for (const [index, step] of steps.entries()) {
      const reason = await showStep(step, `${index + 1}/${steps.length}`, { scene, guide });
      if (reason !== undefined) return `${step.title}\n${reason}`;
      if (guide.terminal === undefined) continue;
      if (step.browser !== undefined) guide.screen.prose(`→ ${step.browser.replace('%s', guide.shopUrl)}`);
      const isLast = index === steps.length - 1;
      guide.screen.line(isLast ? '\n  [Enter: the end]' : '\n  [Enter: go on, q: leave]');
      if ((await nextWish(guide.terminal)) === 'leave') return undefined;
    }
    return undefined;
  } finally {
    await scene.close();
  }
}

async function showStep(
  step: Step,
  number: string,
  { scene, guide: { screen } }: { scene: Scene; guide: Guide },
): Promise<string | undefined> {
  const startedAt = performance.now();
  screen.heading(number, step.title);
  screen.prose(step.explanation);
  try {
    await step.run(scene);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    screen.notSeen(step.title, reason);
    return reason;
  }
  screen.seen(step.title, (performance.now() - startedAt) / 1000);
  return undefined;
}
