import { expect } from 'chai';
import type { MaintenanceWindowSpec } from '../../../../src/api/generated/maintenance-window.ts';
import { accept } from '../../../../src/operator/decide/accept.ts';
import { instant } from '../../builders/observed.ts';
import { aWindow, withSpec } from '../../builders/window.ts';
import { day } from './table.ts';

const now = instant(day('21:00:00'));

const verdictOf = (change: Partial<MaintenanceWindowSpec>): string => {
  const { verdict } = accept(aWindow(withSpec(change)), { stored: undefined, now });
  return verdict.accepted ? 'accepted' : verdict.reason;
};

const cron = { cron: '0 2 * * *', duration: '90m' };

const table: readonly (readonly [what: string, change: Partial<MaintenanceWindowSpec>, verdict: string])[] = [
  ['a part of the hosts', { only: { hosts: ['shop.example.com'] } }, 'accepted'],
  ['a part of the paths', { only: { paths: ['/checkout'] } }, 'accepted'],
  ['paths that pass', { access: { paths: ['/healthz'] } }, 'accepted'],
  ['methods that pass', { access: { methods: ['GET', 'HEAD'] } }, 'accepted'],
  ['words in other languages', { page: { translations: { de: { title: 'Gleich zurück' } } } }, 'accepted'],
  ['a repeated schedule', { schedule: cron }, 'NotImplemented'],
  ['holding at the end', { endPolicy: 'Hold' }, 'NotImplemented'],
  ['standing gates', { gates: 'Standing' }, 'NotImplemented'],
  ['its own deletion', { ttlSecondsAfterCompleted: 60 }, 'NotImplemented'],
];

describe('operator: what is accepted', () => {
  for (const [what, change, verdict] of table) {
    it(`${what}: ${verdict}`, () => expect(verdictOf(change)).to.equal(verdict));
  }

  it('names every field that this version does not act on', () => {
    const spec = withSpec({ endPolicy: 'Hold', gates: 'Standing' });
    const { verdict } = accept(aWindow(spec), { stored: undefined, now });
    expect(verdict.message).to.contain('spec.endPolicy: Hold, spec.gates: Standing').and.to.contain('them');
  });
});
