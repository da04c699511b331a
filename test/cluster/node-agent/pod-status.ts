import { addresses } from '../addresses.ts';
import { rfc3339, type Container } from './container.ts';
import type { Condition, PodSpec, PodStatus } from './pod-types.ts';

export interface StatusInput {
  readonly spec: PodSpec;
  readonly podIp: string | undefined;
  readonly init: readonly Container[];
  readonly main: readonly Container[];
  readonly initialized: boolean;
  /** What kept the Pod from being set up, if something did. */
  readonly problem: string | undefined;
  readonly before: readonly Condition[];
}

/** The status of a Pod, as a kubelet would write it. */
export function podStatus(input: StatusInput): Record<string, unknown> & PodStatus {
  const { podIp, init, main, initialized, problem } = input;
  const ready = initialized && main.every(({ status }) => status.ready);
  const completed = phaseOf(input) === 'Succeeded';
  const because = (ok: boolean, reason: string): { reason: string | null; message: string | null } => ({
    reason: ok ? null : completed ? 'PodCompleted' : reason,
    message: ok ? null : (problem ?? null),
  });
  const wanted: Omit<Condition, 'lastTransitionTime'>[] = [
    { type: 'PodScheduled', status: 'True' },
    { type: 'Initialized', status: flag(initialized), ...because(initialized, 'ContainersNotInitialized') },
    { type: 'ContainersReady', status: flag(ready), ...because(ready, 'ContainersNotReady') },
    { type: 'Ready', status: flag(ready), ...because(ready, 'ContainersNotReady') },
  ];
  return {
    phase: phaseOf(input),
    hostIP: addresses.node,
    hostIPs: [{ ip: addresses.node }],
    ...(podIp === undefined ? {} : { podIP: podIp, podIPs: [{ ip: podIp }] }),
    conditions: wanted.map((condition) => dated(condition, input.before)),
    ...(init.length === 0 ? {} : { initContainerStatuses: init.map(({ status }) => status) }),
    containerStatuses: main.map(({ status }) => status),
  };
}

const flag = (value: boolean): 'True' | 'False' => (value ? 'True' : 'False');

function dated(condition: Omit<Condition, 'lastTransitionTime'>, before: readonly Condition[]): Condition {
  const same = before.find(({ type, status }) => type === condition.type && status === condition.status);
  return { ...condition, lastTransitionTime: same?.lastTransitionTime ?? rfc3339(new Date()) };
}

function phaseOf({ init, main, spec }: StatusInput): PodStatus['phase'] {
  if (init.some((container) => container.done && !container.succeeded)) return 'Failed';
  if (main.length > 0 && main.every(({ done }) => done) && spec.restartPolicy !== 'Always') {
    return main.every(({ succeeded }) => succeeded) ? 'Succeeded' : 'Failed';
  }
  const begun = main.some(({ status }) => 'running' in status.state || status.restartCount > 0);
  return begun ? 'Running' : 'Pending';
}
