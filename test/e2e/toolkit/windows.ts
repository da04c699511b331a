import { expect } from 'chai';
import type { ConditionType, Reason } from '../../../src/api/conditions.ts';
import type { MaintenanceWindow, Phase } from '../../../src/api/generated/maintenance-window.ts';
import { api, windows } from './cluster.ts';
import type { Patience } from './eventually.ts';
import { eventually } from './eventually.ts';
import type { WindowDraft } from './window.ts';

type Status = NonNullable<MaintenanceWindow['status']>;
export type Condition = NonNullable<Status['conditions']>[number];

/** Creates the window or changes its spec. */
export async function applyWindow({ apiVersion, kind, metadata, spec }: WindowDraft): Promise<void> {
  await api.apply(windows, { apiVersion, kind, metadata, spec }, { fieldManager: 'e2e', force: true });
}

export async function deleteWindow({ metadata }: WindowDraft): Promise<void> {
  await api.delete(windows, metadata);
}

export const readWindow = async ({ metadata }: WindowDraft): Promise<MaintenanceWindow> =>
  api.get(windows, metadata);

/** Conditions are only worth reading when they are about the spec that stands. */
export function conditionOf({ metadata, status }: MaintenanceWindow, type: ConditionType): Condition {
  const found = status?.conditions?.find((condition) => condition.type === type);
  if (found === undefined) throw new Error(`no condition ${type} yet; status ${JSON.stringify(status)}`);
  expect(found.observedGeneration, `generation that ${type} is about`).to.equal(metadata.generation);
  return found;
}

export interface Expected {
  readonly status: Condition['status'];
  readonly reason?: Reason;
}

/** Resolves with the condition when it is as expected. */
export async function conditionBecomes(
  window: WindowDraft,
  type: ConditionType,
  expected: Expected,
  patience?: Patience,
): Promise<Condition> {
  return eventually(
    `condition ${type} of window ${window.metadata.name}`,
    async () => {
      const found = conditionOf(await readWindow(window), type);
      const { status, reason } = found;
      const seen = expected.reason === undefined ? { status } : { status, reason };
      expect(seen, found.message).to.deep.equal(expected);
      return found;
    },
    patience,
  );
}

export async function phaseBecomes(window: WindowDraft, phase: Phase, patience?: Patience): Promise<void> {
  await eventually(
    `phase of window ${window.metadata.name}`,
    async () => expect((await readWindow(window)).status?.phase).to.equal(phase),
    patience,
  );
}
