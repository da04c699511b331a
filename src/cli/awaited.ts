import { conditionOf, type Window } from './windows.ts';

/** What can be waited for. */
export type Goal = 'closed' | 'open';

/** How far a window is from what is waited for. */
export interface Awaited {
  readonly reached: boolean;
  /** It can not come any more. */
  readonly hopeless: boolean;
  /** In words. */
  readonly text: string;
}

/** Phases in which visitors meet the page, or nobody has proven yet that they do not. */
const notOpen: ReadonlySet<string> = new Set(['Closed', 'Held', 'Opening']);

function isClosed(window: Window): Awaited {
  const { status } = window;
  const closed = conditionOf(window, 'Closed');
  if (closed?.status === 'True') return { reached: true, hopeless: false, text: closed.message };
  const over = status?.phase === 'Completed';
  // The condition says that sites are open as the schedule says; the message says what comes.
  const text = closed?.reason === 'Open' ? (status?.message ?? closed.message) : (closed?.message ?? '');
  return { reached: false, hopeless: over, text: over ? 'it is over, and closes no more' : text };
}

function isOpen(window: Window): Awaited {
  const { phase = '', message = '' } = window.status ?? {};
  const reached = !notOpen.has(phase) && conditionOf(window, 'Closed')?.status === 'False';
  return { reached, hopeless: false, text: reached ? `${phase}: ${message}` : message };
}

/** Is the window what is waited for? An answer about an older spec does not count. @param window undefined: deleted */
export function awaitedOf(window: Window | undefined, goal: Goal): Awaited {
  if (window === undefined) {
    return goal === 'open'
      ? { reached: true, hopeless: false, text: 'it was deleted: its gates come off' }
      : { reached: false, hopeless: true, text: 'it was deleted' };
  }
  if (window.status?.observedGeneration !== window.metadata.generation) {
    return { reached: false, hopeless: false, text: 'the operator has not seen it yet' };
  }
  return goal === 'closed' ? isClosed(window) : isOpen(window);
}
