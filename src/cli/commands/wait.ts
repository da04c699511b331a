import type { Command } from 'commander';
import { isKubeError, isTransient } from '../../kube/errors.ts';
import { sleep, type Clock } from '../../kube/clock.ts';
import { awaitedOf, type Awaited, type Goal } from '../awaited.ts';
import { CliFailure, exitCodes, inWords, usageFailure } from '../failure.ts';
import type { Outside } from '../outside.ts';
import { Progress } from '../progress.ts';
import { withSession, type GlobalFlags, type Session } from '../session.ts';
import { standingOf } from '../standing.ts';
import { durationFlag } from '../times.ts';
import {
  checkSelection,
  listWindows,
  placeOf,
  selectWindows,
  titleOf,
  windowResource,
  type Selection,
  type Window,
} from '../windows.ts';

interface WaitFlags extends GlobalFlags {
  readonly closed?: boolean;
  readonly open?: boolean;
  readonly all?: boolean;
  readonly allNamespaces?: boolean;
  readonly timeout: string;
}

const pollMs = 500;

/** @throws CliFailure unless exactly one is given */
function goalOf({ closed = false, open = false }: WaitFlags): Goal {
  if (closed === open) throw usageFailure('Say what to wait for: --closed or --open.');
  return closed ? 'closed' : 'open';
}

/** With --all: what is on its way, not what closed last week or closes next week. */
function isMeant(window: Window, goal: Goal, now: Temporal.Instant): boolean {
  if (goal === 'open') return !awaitedOf(window, goal).reached;
  return window.status?.phase === 'Arming' || standingOf(window, now).is === 'closed';
}

async function targetsOf(session: Session, selection: Selection, goal: Goal): Promise<readonly Window[]> {
  const selected = await selectWindows(session, selection);
  if (!selection.all) return selected;
  const meant = selected.filter((window) => isMeant(window, goal, session.now()));
  // A migration must not start because there was nothing to close.
  if (meant.length === 0 && goal === 'closed') {
    throw new CliFailure(`No window of ${placeOf(session, selection)} closes anything now.`);
  }
  return meant;
}

/** The windows as they are now, by uid: one call, however many. */
async function look(
  session: Session,
  targets: readonly Window[],
  selection: Selection,
): Promise<readonly Window[]> {
  const [first] = targets;
  if (first === undefined) return [];
  if (targets.length > 1) return listWindows(session, selection.allNamespaces);
  try {
    return [await session.client.get(windowResource, first.metadata)];
  } catch (error) {
    if (isKubeError(error, 'NotFound')) return [];
    throw error;
  }
}

interface Seen extends Awaited {
  readonly title: string;
}

const judge = (targets: readonly Window[], now: readonly Window[], goal: Goal): readonly Seen[] =>
  targets.map((target) => {
    const window = now.find(({ metadata }) => metadata.uid === target.metadata.uid);
    return Object.assign(awaitedOf(window, goal), { title: titleOf(target) });
  });

const summary = (seen: readonly Seen[], goal: Goal): string => {
  const missing = seen.filter(({ reached }) => !reached);
  const others = missing.length > 1 ? ` (and ${missing.length - 1} more)` : '';
  const first = missing[0];
  const waiting = first === undefined ? '' : `; ${first.title}: ${first.text}${others}`;
  return `${seen.length - missing.length} of ${seen.length} ${goal}${waiting}`;
};

interface Wait {
  readonly goal: Goal;
  readonly selection: Selection;
  readonly timeout: Temporal.Duration;
}

/** What one look showed, in words, and how each target stands; undefined when the API server was away for a moment. */
async function glance(
  session: Session,
  targets: readonly Window[],
  { goal, selection }: Wait,
): Promise<{ readonly seen: readonly Seen[] | undefined; readonly said: string }> {
  try {
    const seen = judge(targets, await look(session, targets, selection), goal);
    return { seen, said: summary(seen, goal) };
  } catch (error) {
    if (!isTransient(error)) throw error;
    return { seen: undefined, said: inWords(error) };
  }
}

/**
 * Looks until all targets are what is waited for, and resolves with how they stand.
 * @throws CliFailure when time is up, or one can not be any more
 */
async function reached(
  session: Session,
  wait: Wait,
  { clock, progress }: { readonly clock: Clock; readonly progress: Progress },
): Promise<readonly Seen[]> {
  const { goal, selection, timeout } = wait;
  const deadline = clock.monotonic() + timeout.total('milliseconds');
  const targets = await targetsOf(session, selection, goal);
  for (;;) {
    const { seen, said } = await glance(session, targets, wait);
    const lost = seen?.find(({ hopeless }) => hopeless);
    if (lost !== undefined) throw new CliFailure(`${lost.title} can not become ${goal}: ${lost.text}.`);
    if (seen?.every(({ reached }) => reached) === true) return seen;
    if (clock.monotonic() >= deadline)
      throw new CliFailure(`Not ${goal} in time: ${said}`, exitCodes.timeout);
    progress.show(said);
    await sleep(clock, pollMs, new AbortController().signal);
  }
}

async function waitFor(session: Session, wait: Wait, { clock, output, errors }: Outside): Promise<void> {
  const { goal, selection } = wait;
  const progress = new Progress(errors);
  const seen = await reached(session, wait, { clock, progress }).finally(() => progress.end());
  output.write(seen.map(({ title, text }) => `${title} is ${goal}: ${text}\n`).join(''));
  if (seen.length === 0) errors.write(`All windows of ${placeOf(session, selection)} are open.\n`);
}

/** `wait --closed|--open WINDOW...|--all`: returns when it is so, and proven. */
export function addWait(program: Command, outside: Outside): void {
  program
    .command('wait')
    .usage('[options] --closed|--open WINDOW...|--all')
    .description('wait until windows are closed, or open again, and proven so')
    .argument('[windows...]', 'windows')
    .option('--closed', 'until visitors of every covered site meet the page')
    .option('--open', 'until every gate is gone')
    .option('--all', 'every window that closes now (--closed) or is not open yet (--open)')
    .option('-A, --all-namespaces', 'with --all: in all namespaces')
    .option('--timeout <duration>', 'give up after this long', '5m')
    .action(async (names: readonly string[], _flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<WaitFlags>();
      const { all = false, allNamespaces = false } = flags;
      const selection = { names, all, allNamespaces };
      const wait = { goal: goalOf(flags), selection, timeout: durationFlag('--timeout', flags.timeout) };
      checkSelection(selection);
      await withSession(outside, flags, async (session) => waitFor(session, wait, outside));
    });
}
