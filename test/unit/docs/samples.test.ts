import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseAllDocuments } from 'yaml';
import type { MaintenanceWindowSpec } from '../../../src/api/generated/maintenance-window.ts';
import type { Ingress } from '../../../src/api/ingress.ts';
import type { DriverName } from '../../../src/gates/driver.ts';
import { checkSchedule } from '../../../src/schedule/timeline.ts';
import { plannedFor } from '../gates/controllers.ts';

const directory = join(import.meta.dirname, '../../../manifests/samples');
const files = readdirSync(directory);

interface Sample {
  readonly kind: string;
  readonly spec: MaintenanceWindowSpec;
}

const samplesIn = (file: string): Sample[] =>
  parseAllDocuments(readFileSync(join(directory, file), 'utf8')).map((document) => document.toJS() as Sample);

describe('docs: the samples', () => {
  it('are there for all common cases', () => {
    expect(files).to.have.members([
      'checkout-only.yaml',
      'now.yaml',
      'one-off.yaml',
      'pre-wired-ingress-nginx.yaml',
      'pre-wired-traefik.yaml',
      'read-only.yaml',
      'weekly.yaml',
      'whole-namespace.yaml',
    ]);
  });

  for (const file of files) {
    const windows = samplesIn(file).filter(({ kind }) => kind === 'MaintenanceWindow');

    it(`${file} has one window, and a schedule that can be kept`, () => {
      expect(windows).to.have.length(1);
      checkSchedule(windows[0]!.spec, Temporal.Instant.from('2026-12-01T00:00:00Z'));
    });

    it(`${file} leaves a person's word out: git would take it back`, () => {
      expect(windows[0]!.spec).not.to.have.any.keys('suspend', 'extension', 'endedAt');
    });
  }

  const preWired: readonly (readonly [file: string, driver: DriverName])[] = [
    ['pre-wired-traefik.yaml', 'traefik'],
    ['pre-wired-ingress-nginx.yaml', 'ingress-nginx'],
  ];
  for (const [file, driver] of preWired) {
    it(`${file} holds what ${driver}'s gate is made of`, () => {
      const ingress = samplesIn(file).find(({ kind }) => kind === 'Ingress') as unknown as Ingress;
      const known = { ...ingress, metadata: { ...ingress.metadata, uid: 'uid' } };
      const plan = plannedFor(known, driver, { responder: { clusterIP: '10.96.0.250', port: 80 } });
      expect(plan.preWired).to.equal(true);
    });
  }
});
