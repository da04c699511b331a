import { Option, type Command } from 'commander';
import { stringify } from 'yaml';
import type { OccurrenceTimes, Phase } from '../../api/generated/maintenance-window.ts';
import type { Outside, Output } from '../outside.ts';
import { withSession, type GlobalFlags, type Session } from '../session.ts';
import { tableText } from '../table.ts';
import { fromNow } from '../times.ts';
import { usageFailure } from '../failure.ts';
import { listWindows, placeOf, readWindow, titleOf, type Window } from '../windows.ts';

interface StatusFlags extends GlobalFlags {
  readonly allNamespaces?: boolean;
  readonly output?: 'json' | 'yaml';
}

const relative = (text: string | undefined, now: Temporal.Instant): string =>
  text === undefined ? '-' : fromNow(Temporal.Instant.from(text), now);

/** The occurrence in progress, else the next one, else the last. */
const shownOf = ({ status }: Window): OccurrenceTimes | undefined =>
  status?.occurrence ?? status?.next ?? status?.lastOccurrence;

const messageText = ({ status }: Window): string =>
  status === undefined ? 'Not seen by the operator yet: is it running?' : (status.message ?? '');

const endText = (shown: OccurrenceTimes | undefined, now: Temporal.Instant): string =>
  shown !== undefined && shown.end === undefined ? 'none' : relative(shown?.end, now);

/** Until the operator has seen the spec, what it said is about another one. */
const phaseText = ({ metadata, status }: Window): string => {
  if (status?.phase === undefined) return 'Unseen';
  return status.observedGeneration === metadata.generation ? status.phase : `${status.phase}*`;
};

const closedText = ({ status }: Window): string =>
  status?.conditions?.find(({ type }) => type === 'Closed')?.status ?? '-';

const heads = ['NAME', 'PHASE', 'CLOSED', 'START', 'END', 'GATES', 'MESSAGE'];

const rowOf = (window: Window, now: Temporal.Instant): readonly string[] => {
  const shown = shownOf(window);
  return [
    window.metadata.namespace,
    window.metadata.name,
    phaseText(window),
    closedText(window),
    relative(shown?.start, now),
    endText(shown, now),
    window.status?.gates?.summary ?? '-',
    messageText(window),
  ];
};

const colours: Partial<Readonly<Record<Phase, number>>> = {
  Closed: 31,
  Held: 35,
  Arming: 33,
  Opening: 33,
  Invalid: 31,
};

/** The phases of a table in colour, where the output takes it. */
function painted(text: string, { colour }: Output): string {
  if (!colour) return text;
  return text.replaceAll(/^(.*?\s{3})(Closed|Held|Arming|Opening|Invalid)(?=[*\s])/gm, (_, before, phase) => {
    const code = colours[phase as Phase] ?? 0;
    return `${before}\u001B[${code}m${phase}\u001B[0m`;
  });
}

const withoutNamespace = (row: readonly string[]): readonly string[] => row.slice(1);

function tableOf(windows: readonly Window[], now: Temporal.Instant, allNamespaces: boolean): string {
  const sorted = windows.toSorted((a, b) => {
    return titleOf(a) < titleOf(b) ? -1 : 1;
  });
  const rows = sorted.map((window) => rowOf(window, now));
  return allNamespaces
    ? tableText(['NAMESPACE', ...heads], rows)
    : tableText(heads, rows.map(withoutNamespace));
}

/** What of one window does not fit into a line: conditions and gates that want attention. */
function detailsOf({ status }: Window): string {
  const conditions = (status?.conditions ?? []).map(({ type, status, reason, message }) => [
    type,
    status,
    reason,
    message,
  ]);
  const gates = (status?.gateDetails ?? []).map(({ ingress, verdict, reason, message }) => [
    ingress,
    verdict,
    reason,
    message,
  ]);
  return [
    conditions.length === 0 ? '' : `\n${tableText(['CONDITION', 'STATUS', 'REASON', 'MESSAGE'], conditions)}`,
    gates.length === 0 ? '' : `\n${tableText(['INGRESS', 'GATE', 'REASON', 'MESSAGE'], gates)}`,
  ].join('');
}

const withoutManagers = (window: Window): object => {
  const { managedFields: _, ...metadata } = window.metadata;
  return { ...window, metadata };
};

const asData = (object: object, format: 'json' | 'yaml'): string =>
  format === 'json' ? `${JSON.stringify(object, null, 2)}\n` : stringify(object);

const noneText = (session: Session, allNamespaces: boolean): string =>
  `There is no window in ${placeOf(session, { allNamespaces })}.\n`;

async function showAll(session: Session, flags: StatusFlags, outside: Outside): Promise<void> {
  const { allNamespaces = false, output } = flags;
  const windows = await listWindows(session, allNamespaces);
  if (output !== undefined) {
    outside.output.write(
      asData({ apiVersion: 'v1', kind: 'List', items: windows.map(withoutManagers) }, output),
    );
  } else if (windows.length === 0) {
    outside.errors.write(noneText(session, allNamespaces));
  } else {
    outside.output.write(painted(tableOf(windows, session.now(), allNamespaces), outside.output));
  }
}

async function showOne(
  session: Session,
  name: string,
  { output }: StatusFlags,
  outside: Outside,
): Promise<void> {
  const window = await readWindow(session, name);
  if (output !== undefined) {
    outside.output.write(asData(withoutManagers(window), output));
    return;
  }
  outside.output.write(painted(tableOf([window], session.now(), false), outside.output) + detailsOf(window));
}

/** `status [WINDOW]`: the windows of a namespace at a glance, or one of them with all that is to be said of it. */
export function addStatus(program: Command, outside: Outside): void {
  program
    .command('status')
    .description('show windows: phase, occurrence, gates; of one, its conditions too')
    .argument('[window]', 'one window')
    .option('-A, --all-namespaces', 'of all namespaces')
    .addOption(new Option('-o, --output <format>', 'whole objects, for programs').choices(['json', 'yaml']))
    .action(async (name: string | undefined, _flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<StatusFlags>();
      if (name !== undefined && flags.allNamespaces === true) {
        throw usageFailure(`A window has one namespace: write -n with ${name}, or -A without a name.`);
      }
      await withSession(outside, flags, async (session) =>
        name === undefined ? showAll(session, flags, outside) : showOne(session, name, flags, outside),
      );
    });
}
