import { formatToken } from '../../../src/access/token.ts';
import { randomBytes } from 'node:crypto';
import type { MaintenanceWindowSpec } from '../../../src/api/generated/maintenance-window.ts';
import { apiVersion, kind } from '../../../src/api/names.ts';
import { sha256Of } from './visitor.ts';

/** A window as a person would write it. */
export interface WindowDraft {
  readonly apiVersion: typeof apiVersion;
  readonly kind: typeof kind;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: MaintenanceWindowSpec;
}

export type Modifier = (spec: MaintenanceWindowSpec) => MaintenanceWindowSpec;

/** A window over one Ingress; without modifiers it closes now, for good, and for everybody. */
export function aWindow(
  { namespace, name = 'work', ingress = 'app' }: { namespace: string; name?: string; ingress?: string },
  ...modifiers: readonly Modifier[]
): WindowDraft {
  const spec: MaintenanceWindowSpec = { targets: [{ ingress: { name: ingress } }] };
  return {
    apiVersion,
    kind,
    metadata: { name, namespace },
    spec: modifiers.reduce((spec, modify) => modify(spec), spec),
  };
}

export const covering =
  (...targets: MaintenanceWindowSpec['targets'][number][]): Modifier =>
  (spec) => ({ ...spec, targets });

/** Every Ingress of the namespace. */
export const coveringAll = covering({ ingress: { selector: {} } });

export const allowing =
  (...addresses: string[]): Modifier =>
  (spec) => ({ ...spec, access: { ...spec.access, addresses } });

/** Whoever comes from an address on the list gets in, be it a proxy's. */
export const trustingShared: Modifier = (spec) => ({
  ...spec,
  access: { ...spec.access, trustSharedAddress: true },
});

/** Who passes without being anybody: exempt paths, exempt methods. */
export const passing =
  (exempt: Pick<NonNullable<MaintenanceWindowSpec['access']>, 'paths' | 'methods'>): Modifier =>
  (spec) => ({ ...spec, access: { ...spec.access, ...exempt } });

export const withToken =
  (token: string, name = 'ops'): Modifier =>
  (spec) => ({ ...spec, access: { ...spec.access, tokens: [{ name, sha256: sha256Of(token) }] } });

/** From one instant to another, both in epoch milliseconds. */
export const scheduled =
  (start: number, end: number): Modifier =>
  (spec) => ({ ...spec, schedule: { start: rfc3339(start), end: rfc3339(end) } });

export const saying =
  (page: NonNullable<MaintenanceWindowSpec['page']>): Modifier =>
  (spec) => ({ ...spec, page });

const rfc3339 = (epochMs: number): string => Temporal.Instant.fromEpochMilliseconds(epochMs).toString();

/** An instant so many seconds ahead, on a whole second, in epoch milliseconds. */
export const secondsAhead = (seconds: number): number => Math.ceil(Date.now() / 1000 + seconds) * 1000;

export const newToken = (): string => formatToken(randomBytes(32));
