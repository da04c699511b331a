import type { Command } from 'commander';
import { eachWindow } from '../each-window.ts';
import { CliFailure, usageFailure } from '../failure.ts';
import type { Outside } from '../outside.ts';
import { say } from '../person.ts';
import { withSession, type GlobalFlags, type Session } from '../session.ts';
import { standingOf } from '../standing.ts';
import { durationFlag, fromNow, instantText } from '../times.ts';
import { checkSelection, placeOf, selectWindows, titleOf, type Window } from '../windows.ts';

interface ExtendFlags extends GlobalFlags {
  readonly all?: boolean;
  readonly allNamespaces?: boolean;
}

interface Extended {
  readonly occurrence: string;
  readonly until: Temporal.Instant;
}

/** @throws CliFailure that says why there is nothing to extend */
function extended(window: Window, by: Temporal.Duration, now: Temporal.Instant): Extended {
  const standing = standingOf(window, now);
  const title = titleOf(window);
  if (standing.is === 'open') {
    throw new CliFailure(`${title} is not closed now: ${standing.why}. Only what is closed can be extended.`);
  }
  const { occurrence, held, refused } = standing;
  if (refused) {
    throw new CliFailure(
      `${title}: its spec is not accepted, so an extension in it would not count. Mend the spec first: kubectl backsoon status says how.`,
    );
  }
  if (occurrence.end === undefined) {
    throw new CliFailure(
      `${title} has no end: it stays closed until you open it. There is nothing to extend.`,
    );
  }
  // What is held is past its end: the time that the person asks for is to come.
  const until = (held ? now : occurrence.end).add(by);
  return { occurrence: occurrence.start.toString(), until };
}

async function extendOne(
  session: Session,
  window: Window,
  by: Temporal.Duration,
  outside: Outside,
): Promise<void> {
  const now = session.now();
  const { occurrence, until } = extended(window, by, now);
  const note = await say(session, window, { extension: { occurrence, until: until.toString() } });
  const title = titleOf(window);
  outside.output.write(`${title} stays closed until ${instantText(until)} (${fromNow(until, now)})\n`);
  if (window.spec.endPolicy === 'Hold') {
    outside.errors.write(
      `${title} opens by itself then: what a person extends is not held (spec.endPolicy).\n`,
    );
  }
  if (note !== undefined) outside.errors.write(`${title}: ${note}\n`);
}

/** With --all only those that have an end; a named one without is an error. */
const canBeExtended = (window: Window, now: Temporal.Instant): boolean => {
  const standing = standingOf(window, now);
  return standing.is === 'closed' && standing.occurrence.end !== undefined;
};

/** `extend WINDOW...|--all DURATION`: the occurrence in progress ends that much later. */
export function addExtend(program: Command, outside: Outside): void {
  program
    .command('extend')
    .usage('[options] WINDOW...|--all DURATION')
    .description(
      'keep closed for longer: the end in progress moves by a duration; what is held opens after it',
    )
    .argument('[arguments...]', 'windows, and last the duration, such as 20m')
    .option('--all', 'every window that is closed now and has an end')
    .option('-A, --all-namespaces', 'with --all: in all namespaces')
    .action(async (words: readonly string[], _flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<ExtendFlags>();
      const { all = false, allNamespaces = false } = flags;
      const selection = { names: words.slice(0, -1), all, allNamespaces };
      if (words.length === 0)
        throw usageFailure('Name windows, or write --all, and then for how long, such as 20m.');
      const by = durationFlag('DURATION', words.at(-1) ?? '');
      checkSelection(selection);
      await withSession(outside, flags, async (session) => {
        const selected = await selectWindows(session, selection);
        const windows = all ? selected.filter((each) => canBeExtended(each, session.now())) : selected;
        if (windows.length === 0) {
          throw new CliFailure(
            `No window of ${placeOf(session, selection)} is closed now with an end to move.`,
          );
        }
        // All of them can be, or nothing is done.
        if (!all) for (const window of windows) extended(window, by, session.now());
        await eachWindow(outside, windows, async (window) => extendOne(session, window, by, outside));
      });
    });
}
