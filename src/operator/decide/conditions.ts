import type { MaintenanceWindow } from '../../api/generated/maintenance-window.ts';
import type { ConditionType, Reason } from '../../api/conditions.ts';
import type { EventIntent } from './plan.ts';

type Condition = NonNullable<NonNullable<MaintenanceWindow['status']>['conditions']>[number];

/** What is true of a window now, before it is known since when. */
export interface Finding {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: Reason;
  readonly message: string;
}

export type Findings = Readonly<Record<ConditionType, Finding>>;

/** The order in which `kubectl describe` shows them: from what a person wrote to what visitors meet. */
const order: readonly ConditionType[] = [
  'Accepted',
  'Armable',
  'Ready',
  'GatesProven',
  'Closed',
  'ClientAddressesPlausible',
];

/** The longest message that the API takes. */
const longestMessage = 32_768;

/** Findings as conditions: a transition time changes only when the status does. */
export function conditionsOf(
  findings: Findings,
  {
    previous,
    generation,
    now,
  }: { previous: readonly Condition[]; generation: number; now: Temporal.Instant },
): Condition[] {
  return order.map((type) => {
    const { status, reason, message } = findings[type];
    const before = previous.find((condition) => condition.type === type);
    const lastTransitionTime =
      before?.status === status ? before.lastTransitionTime : now.toString({ smallestUnit: 'second' });
    return {
      type,
      status,
      reason,
      message: message.slice(0, longestMessage),
      observedGeneration: generation,
      lastTransitionTime,
    };
  });
}

/** Conditions whose False is trouble, not just a stage that has not come. */
const troubling: ReadonlySet<string> = new Set<ConditionType>([
  'Accepted',
  'Armable',
  'ClientAddressesPlausible',
]);

/** One Event for each condition that changed its status or its reason, with the same reason (design §4). */
export function eventsOf(previous: readonly Condition[], current: readonly Condition[]): EventIntent[] {
  return current.flatMap((condition) => {
    const before = previous.find(({ type }) => type === condition.type);
    return isNews(before, condition) ? [eventOf(before, condition)] : [];
  });
}

/** Stages that every gate passes through on its way: shown in the status, no Event. */
const progress: ReadonlySet<string> = new Set<Reason>([
  'NotArmed',
  'Settling',
  'ResponderNotReady',
  'NotProbed',
  'NotFlipped',
]);

function isNews(before: Condition | undefined, { type, status, reason }: Condition): boolean {
  // Ready only repeats the other two, and what is unknown is no news.
  if (type === 'Ready' || status === 'Unknown' || progress.has(reason)) return false;
  // A window is born with gates that are off and sites that are open.
  if (before === undefined) return status === 'True' || troubling.has(type);
  return before.status !== status || before.reason !== reason;
}

/** The API takes 1024 bytes of UTF-8; the rest stands in the condition. */
const longestEvent = 1000;

const shortened = (message: string): string =>
  message.length <= longestEvent ? message : `${message.slice(0, longestEvent - 1)}…`;

/** It holds, and a person should look at it all the same. */
export const isWarning = ({ reason }: { readonly reason: string }): boolean => warnings.has(reason);

const warnings: ReadonlySet<string> = new Set<Reason>(['ClockSkew', 'SettingWarning', 'HostPartlyCovered']);

function eventOf(before: Condition | undefined, { type, status, reason, message }: Condition): EventIntent {
  const isTrouble =
    status === 'False' && (troubling.has(type) || before?.status === 'False' || reason === 'Reverted');
  return {
    type: isTrouble || isWarning({ reason }) ? 'Warning' : 'Normal',
    reason,
    message: shortened(`${type} is ${status}: ${message}`),
  };
}
