import type { Command } from 'commander';
import { eachWindow } from '../each-window.ts';
import type { Outside } from '../outside.ts';
import { say } from '../person.ts';
import { withSession, type GlobalFlags, type Session } from '../session.ts';
import { standingOf, type Standing } from '../standing.ts';
import { instantText } from '../times.ts';
import { checkSelection, placeOf, selectWindows, titleOf, type Window } from '../windows.ts';

interface OpenFlags extends GlobalFlags {
  readonly all?: boolean;
  readonly allNamespaces?: boolean;
}

/** Now, to the second; but an end that lies before its start would end nothing. */
function endOf({ occurrence }: Extract<Standing, { is: 'closed' }>, now: Temporal.Instant): string {
  const { start } = occurrence;
  const end = instantText(now);
  return Temporal.Instant.compare(end, start) < 0 ? start.toString() : end;
}

async function openOne(session: Session, window: Window, outside: Outside): Promise<void> {
  const now = session.now();
  const standing = standingOf(window, now);
  if (standing.is === 'open') {
    outside.errors.write(`${titleOf(window)} is open: ${standing.why}. Nothing was changed.\n`);
    return;
  }
  const endedAt = endOf(standing, now);
  const note = await say(session, window, { endedAt });
  outside.output.write(`${titleOf(window)} opens: it ended at ${endedAt}\n`);
  if (note !== undefined) outside.errors.write(`${titleOf(window)}: ${note}\n`);
}

/** `open WINDOW...|--all`: ends the occurrence in progress, held ones and those without an end too; later ones come. */
export function addOpen(program: Command, outside: Outside): void {
  program
    .command('open')
    .description('open what windows keep closed: end their occurrences now; later ones come as scheduled')
    .argument('[windows...]', 'windows')
    .option('--all', 'every window that is closed now')
    .option('-A, --all-namespaces', 'with --all: in all namespaces')
    .action(async (names: readonly string[], _flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<OpenFlags>();
      const { all = false, allNamespaces = false } = flags;
      const selection = { names, all, allNamespaces };
      checkSelection(selection);
      await withSession(outside, flags, async (session) => {
        const selected = await selectWindows(session, selection);
        const windows = all
          ? selected.filter((each) => standingOf(each, session.now()).is === 'closed')
          : selected;
        if (windows.length === 0) {
          outside.errors.write(`No window of ${placeOf(session, selection)} is closed now.\n`);
        }
        await eachWindow(outside, windows, async (window) => openOne(session, window, outside));
      });
    });
}
