import { emitKeypressEvents, type Key } from 'node:readline';

/** What a reader of the tour may want. */
export type Wish = 'go on' | 'leave';

function wishOf({ name, ctrl = false }: Key): Wish | undefined {
  if (name === 'return' || name === 'enter') return 'go on';
  return name === 'q' || (ctrl && (name === 'c' || name === 'd')) ? 'leave' : undefined;
}

/** Waits for Enter or q at a terminal. A terminal that goes away is a reader who leaves. */
export async function nextWish(terminal: NodeJS.ReadStream): Promise<Wish> {
  emitKeypressEvents(terminal);
  const { promise, resolve } = Promise.withResolvers<Wish>();
  const onKey = (_text: string | undefined, key: Key): void => {
    const wish = wishOf(key);
    if (wish !== undefined) resolve(wish);
  };
  const onEnd = (): void => resolve('leave');
  terminal.on('keypress', onKey).on('end', onEnd).on('error', onEnd);
  terminal.setRawMode(true);
  terminal.resume();
  try {
    return await promise;
  } finally {
    terminal.off('keypress', onKey).off('end', onEnd).off('error', onEnd);
    // Between two steps Ctrl-C is the terminal's business again.
    terminal.setRawMode(false);
    terminal.pause();
  }
}
