import type { Command } from 'commander';
import type { MaintenanceWindowSpec } from '../../api/generated/maintenance-window.ts';
import { apiVersion, kind } from '../../api/names.ts';
import { isKubeError } from '../../kube/errors.ts';
import { listAll } from '../../kube/list.ts';
import { resources } from '../../kube/resources.ts';
import { CliFailure, usageFailure } from '../failure.ts';
import { parseLabelSelector } from '../label-selector.ts';
import type { Outside } from '../outside.ts';
import { creator } from '../person.ts';
import { withSession, type GlobalFlags, type Session } from '../session.ts';
import { durationFlag, instantText } from '../times.ts';
import { windowResource } from '../windows.ts';

interface CloseFlags extends GlobalFlags {
  readonly for: string;
  readonly message?: string;
  readonly selector?: string;
  readonly all?: boolean;
}

/** What is to be closed, one of three ways. */
interface Aim {
  readonly names: readonly string[];
  readonly selector: string | undefined;
  readonly all: boolean;
}

/** A window made by hand is of no use for longer. */
const keptSeconds = 86_400;

/** Without vowels: the name of a closed site's window should not spell anything. */
const letters = 'bcdfghjklmnpqrstvwxz';

/** `close-20261201-2010-kxwq` */
function nameAt(now: Temporal.Instant, randomBytes: Outside['randomBytes']): string {
  const [date = '', time = ''] = now.toString().split('T');
  const ending = [...randomBytes(4)].map((byte) => letters[byte % letters.length]).join('');
  return `close-${date.replaceAll('-', '')}-${time.slice(0, 5).replace(':', '')}-${ending}`;
}

/** @throws CliFailure unless exactly one way is taken */
function checkAim({ names, selector, all }: Aim): void {
  const ways = [names.length > 0, selector !== undefined, all].filter(Boolean).length;
  if (ways === 1) return;
  throw usageFailure(
    ways === 0
      ? 'Say what to close: names of Ingresses, or -l with labels, or --all for every Ingress of the namespace.'
      : 'Name Ingresses, or write -l, or --all: one of them.',
  );
}

/** The names of the Ingresses that are meant. @throws CliFailure when one is missing, or there is none */
async function ingressesOf(
  { client, namespace }: Session,
  { names, selector }: Aim,
): Promise<readonly string[]> {
  const options = { namespace, ...(selector === undefined ? {} : { labelSelector: selector }) };
  const { items } = await listAll(client, resources.ingresses, options);
  const there = items.map(({ metadata }) => metadata.name);
  if (there.length === 0) {
    const labelled = selector === undefined ? '' : ` with labels ${selector}`;
    throw new CliFailure(`There is no Ingress${labelled} in namespace ${namespace}: nothing was closed.`);
  }
  const missing = names.filter((name) => !there.includes(name));
  if (missing.length === 0) return names.length === 0 ? there : names;
  throw new CliFailure(
    `There is no Ingress ${missing.join(', ')} in namespace ${namespace}: it has ${there.join(', ')}. Nothing was closed.`,
  );
}

const targetsOf = ({ names, selector }: Aim): MaintenanceWindowSpec['targets'] =>
  names.length > 0
    ? names.map((name) => ({ ingress: { name } }))
    : [{ ingress: { selector: selector === undefined ? {} : parseLabelSelector(selector) } }];

/** Creates the window under a name that nobody has, and returns the name. */
async function create(session: Session, spec: MaintenanceWindowSpec, outside: Outside): Promise<string> {
  const { client, namespace } = session;
  for (let attempt = 1; ; attempt += 1) {
    const name = nameAt(session.now(), outside.randomBytes);
    const draft = { apiVersion, kind, metadata: { name, namespace }, spec };
    try {
      await client.create(windowResource, draft, { fieldManager: creator, fieldValidation: 'Strict' });
      return name;
    } catch (error) {
      if (!isKubeError(error, 'AlreadyExists') || attempt === 3) throw error;
    }
  }
}

async function close(session: Session, aim: Aim, flags: CloseFlags, outside: Outside): Promise<void> {
  const duration = durationFlag('--for', flags.for);
  const targets = targetsOf(aim);
  const ingresses = await ingressesOf(session, aim);
  const start = Temporal.Instant.from(instantText(session.now()));
  const spec: MaintenanceWindowSpec = {
    targets,
    schedule: { start: start.toString(), duration: flags.for },
    ttlSecondsAfterCompleted: keptSeconds,
    ...(flags.message === undefined ? {} : { page: { message: flags.message } }),
  };
  const name = await create(session, spec, outside);
  outside.output.write(`${name}\n`);
  const { namespace } = session;
  const count = ingresses.length === 1 ? `Ingress ${ingresses[0]}` : `${ingresses.length} Ingresses`;
  outside.errors
    .write(`It closes ${count} of namespace ${namespace} from now until ${instantText(start.add(duration))}.
Closed and proven:  kubectl backsoon wait --closed -n ${namespace} ${name}
Open it sooner:     kubectl backsoon open -n ${namespace} ${name}
`);
}

/** `close --for 30m INGRESS...|-l SELECTOR|--all`: makes a window that closes them from now on, and prints its name. */
export function addClose(program: Command, outside: Outside): void {
  program
    .command('close')
    .usage('[options] --for DURATION INGRESS...|-l SELECTOR|--all')
    .description('close Ingresses of a namespace now, for a while: makes a window and prints its name')
    .argument('[ingresses...]', 'names of Ingresses')
    .requiredOption('--for <duration>', 'how long, such as 30m, 1h30m or 2d')
    .option('-l, --selector <labels>', 'Ingresses with these labels, also those to come')
    .option('--all', 'every Ingress of the namespace, also those to come')
    .option('--message <text>', 'what the page says')
    .action(async (names: readonly string[], _flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<CloseFlags>();
      const aim = { names: [...new Set(names)], selector: flags.selector, all: flags.all ?? false };
      durationFlag('--for', flags.for);
      checkAim(aim);
      targetsOf(aim);
      await withSession(outside, flags, async (session) => close(session, aim, flags, outside));
    });
}
