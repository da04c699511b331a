import type { Ingress } from '../../../../src/api/ingress.ts';
import type { GatePlan } from '../../../../src/gates/driver.ts';
import { traefik } from '../../../../src/gates/traefik.ts';
import { decide } from '../../../../src/operator/decide/decide.ts';
import type { Observed, ObservedObject, StoredPolicy } from '../../../../src/operator/decide/observed.ts';
import type { Operation, Plan } from '../../../../src/operator/decide/plan.ts';
import { encodePolicy } from '../../../../src/policy/encode.ts';
import { annotated } from '../../builders/ingress.ts';
import { planInput, withIngresses, withObjects, withPolicies } from '../../builders/observed.ts';

/** What a gate on this Ingress is made of. */
export function planOf(ingress: Ingress): GatePlan {
  const plan = traefik.plan(planInput(ingress));
  if ('refusal' in plan) throw new Error(plan.refusal.message);
  return plan;
}

/** The Ingress with its gate on. */
export const gated = (ingress: Ingress): Ingress => annotated(planOf(ingress).annotations)(ingress);

/** The objects that these Ingresses' gates need, as they stand. */
export const objectsOf = (...ingresses: readonly Ingress[]): readonly ObservedObject[] =>
  ingresses
    .flatMap((ingress) => planOf(ingress).objects)
    .map((object) =>
      Object.assign({}, object, {
        metadata: { ...object.metadata, uid: `uid-${object.metadata.name}` },
      }),
    );

/** The policies that deciding asks for, as if they had been written. */
export const policiesOf = (observed: Observed): readonly StoredPolicy[] =>
  decide(observed).operations.flatMap((operation) =>
    operation.kind === 'ApplyPolicy'
      ? [
          {
            windowUid: operation.policy.window.uid,
            revision: revision(operation),
            gates: operation.policy.gates,
            occurrences: operation.policy.occurrences,
            acceptedSpec: operation.acceptedSpec,
            template: operation.policy.page.template,
          },
        ]
      : [],
  );

const revision = ({ policy }: Extract<Operation, { kind: 'ApplyPolicy' }>): string =>
  encodePolicy(policy).revision;

/** The same, with its policies stored and its gates' objects in place since an hour. */
export const prepared = (observed: Observed): Observed => {
  const plannable = observed.ingresses.filter((ingress) => !('refusal' in traefik.plan(planInput(ingress))));
  return withObjects(
    objectsOf(...plannable),
    '2026-12-01T20:00:00Z',
  )(withPolicies(...policiesOf(observed))(observed));
};

/** The same, with the gates of these Ingresses on. */
export const withGates = (observed: Observed, ...names: readonly string[]): Observed =>
  withIngresses(
    ...observed.ingresses.map((ingress) =>
      names.includes(ingress.metadata.name) ? gated(ingress) : ingress,
    ),
  )(observed);

/** An operation in a few words: its kind, and what it is about. */
export function wordsOf(operation: Operation): string {
  switch (operation.kind) {
    case 'ApplyPolicy':
      return `ApplyPolicy ${operation.policy.window.name}`;
    case 'DeletePolicy':
      return `DeletePolicy ${operation.windowUid}`;
    case 'ApplyGateObject':
    case 'DeleteGateObject':
      return `${operation.kind} ${'metadata' in operation.object ? operation.object.metadata.name : operation.object.name}`;
    case 'DeleteWindow':
      return `DeleteWindow ${operation.window.name}`;
    case 'PutGate':
    case 'TakeGate':
      return `${operation.kind} ${operation.ingress.name}`;
  }
}

/** A plan in short: what is written, and what the windows are told. */
export interface Summary {
  readonly operations: readonly string[];
  readonly phases: Readonly<Record<string, string>>;
  readonly messages: Readonly<Record<string, string>>;
  /** Window → `Type=Status Reason` */
  readonly conditions: Readonly<Record<string, readonly string[]>>;
  readonly wakeAt: string | undefined;
  readonly watchful: Plan['watchful'];
}

export function summaryOf({ operations, statuses, wakeAt, watchful }: Plan): Summary {
  return {
    operations: operations.map(wordsOf),
    phases: Object.fromEntries(statuses.map(({ window, status }) => [window.name, status.phase ?? ''])),
    messages: Object.fromEntries(statuses.map(({ window, status }) => [window.name, status.message ?? ''])),
    conditions: Object.fromEntries(
      statuses.map(({ window, status }) => [
        window.name,
        (status.conditions ?? []).map(({ type, status: holds, reason }) => `${type}=${holds} ${reason}`),
      ]),
    ),
    wakeAt: wakeAt?.toString(),
    watchful,
  };
}
