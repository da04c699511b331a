import type { MaintenanceWindowSpec } from '../../../src/api/generated/maintenance-window.ts';

export const hash = 'a'.repeat(64);
export const targets = [{ ingress: { name: 'shop' } }];

/** A window as a person writes it. */
export const windowNamed = (name: string, spec: unknown): object => ({
  apiVersion: 'backsoon.dev/v1alpha1',
  kind: 'MaintenanceWindow',
  metadata: { name, namespace: 'default' },
  spec,
});

/** Two specs that set every field of the API between them: one for each kind of schedule. */
export const everyField: Readonly<Record<'once' | 'recurring', MaintenanceWindowSpec>> = {
  once: {
    targets: [
      { ingress: { name: 'shop' } },
      {
        ingress: {
          selector: {
            matchLabels: { tier: 'web' },
            matchExpressions: [{ key: 'team', operator: 'In', values: ['a', 'b'] }],
          },
        },
      },
      { ingress: { selector: {} } },
    ],
    only: { hosts: ['shop.example.com', '*.example.org'], paths: ['/checkout'] },
    schedule: { start: '2026-12-01T22:00:00+01:00', end: '2026-12-01T23:30:00+01:00' },
    endPolicy: 'Hold',
    suspend: true,
    extension: { occurrence: '2026-12-01T22:00:00+01:00', until: '2026-12-01T23:59:59.5Z' },
    endedAt: '2026-12-02T00:00:00Z',
    ttlSecondsAfterCompleted: 86_400,
    gates: 'Standing',
    access: {
      addresses: ['203.0.113.0/24', '198.51.100.7', '2001:db8:1::/48', '2001:db8::1'],
      tokens: [{ name: 'ops', sha256: hash, notAfter: '2026-12-02T00:00:00Z' }],
      paths: ['/healthz', '/webhooks/'],
      methods: ['GET', 'HEAD'],
      trustSharedAddress: true,
    },
    page: {
      title: 'Back soon',
      message: 'We are moving to a bigger database.',
      statusPage: 'https://status.example.com',
      contact: 'support@example.com',
      translations: {
        de: { title: 'Gleich zurück', message: 'Wir ziehen um.' },
        'pt-BR': { title: 'Voltamos' },
      },
      template: { configMapKeyRef: { name: 'shop-page', key: 'index.html' } },
      retryAfter: 120,
    },
  },
  recurring: {
    targets,
    schedule: {
      cron: '0 2 * * SUN',
      duration: '1h30m',
      timeZone: 'Europe/Amsterdam',
      exclude: [
        { start: '2026-12-20T00:00:00+01:00', end: '2027-01-02T00:00:00+01:00', reason: 'Christmas trade' },
      ],
    },
  },
};
