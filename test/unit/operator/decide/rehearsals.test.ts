import { expect } from 'chai';
import { decide } from '../../../../src/operator/decide/decide.ts';
import type { Observed } from '../../../../src/operator/decide/observed.ts';
import { annotated, markedPreWired, ofClass } from '../../builders/ingress.ts';
import { unrehearsed, withFailure, withIngresses, withWindows } from '../../builders/observed.ts';
import { aWindow, suspended, withStatus } from '../../builders/window.ts';
import { gated, planOf, prepared } from './standing.ts';
import { describeDecisions, from, immediate, later, middlewares, on, web } from './table.ts';

const questions = (observed: Observed): readonly string[] =>
  decide(observed).rehearsals.map(({ question }) => question);
const tomorrow = later('23:00:00');
const asked = (ingress: typeof web): Observed => withIngresses(ingress)(tomorrow);

describe('operator: which gates are tried by a dry run', () => {
  it('those of windows to come: their objects and their annotations, as they would be written', () => {
    const [rehearsal, ...others] = decide(tomorrow).rehearsals;
    expect(others).to.deep.equal([]);
    expect(rehearsal?.gate).to.equal('shop/web');
    const { annotations, objects } = planOf(web);
    expect(rehearsal?.operations).to.deep.equal([
      ...objects.map((object) => ({ kind: 'ApplyGateObject', object, gate: 'shop/web' })),
      { kind: 'PutGate', ingress: { namespace: 'shop', name: 'web', uid: 'uid-web' }, annotations },
    ]);
  });

  const rows: readonly (readonly [string, Observed, number])[] = [
    ['of a suspended window: yes', withWindows(aWindow(from('23:00:00'), suspended))(tomorrow), 1],
    ['that goes on now: its write tells', prepared(immediate), 0],
    ['that waits to go on: its write will tell', prepared(later('21:00:30')), 0],
    ['that is on', on(immediate), 0],
    ['of a window that is over', withWindows(aWindow(from('20:10:00', '20:30:00')))(immediate), 0],
    ['that no window covers', withWindows()(tomorrow), 0],
    ['that comes off first', asked(gated(web)), 0],
    ['that git keeps for good', asked(markedPreWired(gated(web))), 0],
    ['that no driver can make', asked(ofClass('other')(web)), 0],
    ['that is in conflict', asked(annotated({ [middlewares]: 'a-b@kubernetescrd' })(web)), 0],
  ];
  for (const [title, given, count] of rows) {
    it(`one ${title}`, () => expect(questions(given)).to.have.lengthOf(count));
  }

  it('ask another question when the Ingress changes, and the same one when it does not', () => {
    const version = (resourceVersion: string) =>
      questions(asked({ ...web, metadata: { ...web.metadata, resourceVersion } }));
    expect(version('7')).to.deep.equal(version('7')).and.to.not.deep.equal(version('8'));
  });
});

describe('operator: what a dry run has to say of Armable', () => {
  const forbidden = { reason: 'Forbidden', message: 'ingresses is forbidden' } as const;
  const armable = (reason: string, status: 'True' | 'False') =>
    withStatus({
      conditions: [
        {
          type: 'Armable',
          reason,
          status,
          message: 'As before.',
          observedGeneration: 1,
          lastTransitionTime: '2026-12-01T20:00:00Z',
        },
      ],
    });
  const toldBefore = (reason: string, status: 'True' | 'False'): Observed =>
    unrehearsed(withWindows(aWindow(from('23:00:00'), armable(reason, status)))(tomorrow));

  describeDecisions({
    'long before the start': [
      {
        title: 'nothing yet: unknown',
        given: unrehearsed(tomorrow),
        operations: ['ApplyPolicy upgrade'],
        conditions: ['Armable=Unknown NotRehearsed', 'Ready=Unknown NotRehearsed'],
      },
      {
        title: 'no objection',
        given: tomorrow,
        operations: ['ApplyPolicy upgrade'],
        conditions: ['Armable=True Armable', 'Ready=True Ready'],
      },
      {
        title: 'a refusal',
        given: withFailure('shop/web', forbidden)(tomorrow),
        operations: ['ApplyPolicy upgrade'],
        conditions: ['Armable=False Forbidden', 'Ready=False Forbidden', 'GatesProven=False NotArmed'],
      },
      {
        title: 'nothing yet by an operator that has just started: what stood',
        given: toldBefore('Forbidden', 'False'),
        operations: ['ApplyPolicy upgrade'],
        conditions: ['Armable=False Forbidden'],
      },
      {
        title: 'nothing yet of a target that was missing: unknown',
        given: toldBefore('TargetNotFound', 'False'),
        operations: ['ApplyPolicy upgrade'],
        conditions: ['Armable=Unknown NotRehearsed'],
      },
    ],
    'when gates go on': [
      {
        title: 'nothing: the writes themselves tell',
        given: unrehearsed(prepared(immediate)),
        operations: ['PutGate web'],
        conditions: ['Armable=True Armable'],
      },
    ],
  });

  it('no Event tells that it is not known yet', () => {
    const [update] = decide(unrehearsed(tomorrow)).statuses;
    expect(update?.events.map(({ reason }) => reason)).to.not.include('NotRehearsed');
  });
});
