import { expect } from 'chai';
import type {
  MaintenanceWindow,
  MaintenanceWindowStatus,
} from '../../../src/api/generated/maintenance-window.ts';
import type { EventIntent } from '../../../src/operator/decide/plan.ts';

/** Events tell of what changed between the window's status and the next one, and of nothing else. */
export function expectNews(
  window: MaintenanceWindow,
  status: MaintenanceWindowStatus,
  events: readonly EventIntent[],
): void {
  const before = new Map((window.status?.conditions ?? []).map(({ type, ...rest }) => [type, rest] as const));
  const changed = (status.conditions ?? []).filter(({ type, status: now, reason }) => {
    const old = before.get(type);
    return old?.status !== now || old.reason !== reason;
  });
  const held = status.phase === 'Held' && window.status?.phase !== 'Held' ? ['Held'] : [];
  const told = [...changed.map(({ reason }) => reason), ...held];
  for (const { reason } of events) expect(told, 'an event of no change').to.contain(reason);
  expect(events.length).to.be.at.most(told.length);
}
