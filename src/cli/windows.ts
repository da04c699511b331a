import type { Condition, MaintenanceWindow } from '../api/generated/maintenance-window.ts';
import type { ConditionType } from '../api/conditions.ts';
import { isKubeError } from '../kube/errors.ts';
import { listAll } from '../kube/list.ts';
import type { NamespacedObject } from '../kube/objects.ts';
import { resources, type Resource } from '../kube/resources.ts';
import { CliFailure, usageFailure } from './failure.ts';
import type { Session } from './session.ts';

export type Window = NamespacedObject & MaintenanceWindow;

export const windowResource = resources.maintenanceWindows as Resource<Window>;

/** Which windows a command is about. */
export interface Selection {
  readonly names: readonly string[];
  readonly all: boolean;
  readonly allNamespaces: boolean;
}

/** How a person names a window: by its namespace too where there are several. */
export const titleOf = ({ metadata }: Window): string => `${metadata.namespace}/${metadata.name}`;

/** Exactly one of names and --all; -A goes with --all. @throws CliFailure */
export function checkSelection({ names, all, allNamespaces }: Selection): void {
  if (allNamespaces && !all)
    throw usageFailure('-A means the windows of all namespaces: write --all with it.');
  if (all && names.length > 0)
    throw usageFailure(`Name windows (${names.join(', ')}) or write --all, not both.`);
  if (!all && names.length === 0) throw usageFailure('Name a window, or write --all.');
}

/** All windows of a namespace, or of all. */
export async function listWindows(session: Session, allNamespaces: boolean): Promise<readonly Window[]> {
  const selection = allNamespaces ? {} : { namespace: session.namespace };
  return (await listAll(session.client, windowResource, selection)).items;
}

/** @throws CliFailure that names the windows that there are */
export async function readWindow(session: Session, name: string): Promise<Window> {
  const { client, namespace } = session;
  try {
    return await client.get(windowResource, { namespace, name });
  } catch (error) {
    if (!isKubeError(error, 'NotFound')) throw error;
    const names = (await listWindows(session, false)).map(({ metadata }) => metadata.name);
    const others = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
    throw new CliFailure(
      `There is no window ${name} in namespace ${namespace}: ${others}. Is -n the right one?`,
    );
  }
}

/** The windows that a selection names. @throws CliFailure when one of them is missing */
export async function selectWindows(session: Session, selection: Selection): Promise<readonly Window[]> {
  if (selection.all) return listWindows(session, selection.allNamespaces);
  const found: Window[] = [];
  for (const name of new Set(selection.names)) found.push(await readWindow(session, name));
  return found;
}

/** Where a selection looks, for messages. */
export const placeOf = (
  { namespace }: Session,
  { allNamespaces }: Pick<Selection, 'allNamespaces'>,
): string => (allNamespaces ? 'any namespace' : `namespace ${namespace}`);

/** A condition, unless it is about an older spec. */
export const conditionOf = ({ metadata, status }: Window, type: ConditionType): Condition | undefined =>
  status?.conditions?.find((each) => each.type === type && each.observedGeneration === metadata.generation);
