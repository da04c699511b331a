import type {
  MaintenanceWindow,
  MaintenanceWindowSpec,
  MaintenanceWindowStatus,
} from '../../../src/api/generated/maintenance-window.ts';
import { frozen, modified, type Modifier } from './freeze.ts';

type WindowModifier = Modifier<MaintenanceWindow>;

/** When windows are made, unless a test says otherwise. */
export const createdAt = '2026-12-01T20:00:00Z';

/** The window `shop/upgrade` that closes the Ingress `web` from its creation on, without an end. */
export const aWindow = (...modifiers: readonly WindowModifier[]): MaintenanceWindow =>
  frozen(
    modified(
      {
        apiVersion: 'backsoon.dev/v1alpha1',
        kind: 'MaintenanceWindow',
        metadata: {
          name: 'upgrade',
          namespace: 'shop',
          uid: 'uid-upgrade',
          resourceVersion: '1',
          generation: 1,
          creationTimestamp: createdAt,
        },
        spec: { targets: [{ ingress: { name: 'web' } }] },
      },
      modifiers,
    ),
  );

export const windowCalled =
  (name: string): WindowModifier =>
  (window) => ({ ...window, metadata: { ...window.metadata, name, uid: `uid-${name}` } });

/** Changes the spec as an edit does: the generation counts it. */
export const withSpec =
  (change: Partial<MaintenanceWindowSpec>): WindowModifier =>
  (window) => ({ ...window, spec: { ...window.spec, ...change } });

export const edited =
  (change: Partial<MaintenanceWindowSpec>): WindowModifier =>
  (window) => ({
    ...window,
    metadata: { ...window.metadata, generation: window.metadata.generation + 1 },
    spec: { ...window.spec, ...change },
  });

export const covering = (...names: readonly string[]): WindowModifier =>
  withSpec({ targets: names.map((name) => ({ ingress: { name } })) });

export const coveringLabels = (matchLabels: Readonly<Record<string, string>>): WindowModifier =>
  withSpec({ targets: [{ ingress: { selector: { matchLabels } } }] });

export const scheduled = (start: string, end?: string): WindowModifier =>
  withSpec({ schedule: { start, ...(end === undefined ? {} : { end }) } });

export const suspended: WindowModifier = withSpec({ suspend: true });

export const beingDeleted: WindowModifier = (window) => ({
  ...window,
  metadata: { ...window.metadata, deletionTimestamp: '2026-12-01T20:30:00Z' },
});

export const withStatus =
  (status: MaintenanceWindowStatus): WindowModifier =>
  (window) => ({ ...window, status });
