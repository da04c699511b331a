import { expect } from 'chai';
import { decide } from '../../../../src/operator/decide/decide.ts';
import type { Observed, Reverter } from '../../../../src/operator/decide/observed.ts';
import { pauseSeconds, revertedAmong } from '../../../../src/operator/decide/reverts.ts';
import type { WantedGate } from '../../../../src/operator/decide/plan.ts';
import { annotated, markedPreWired } from '../../builders/ingress.ts';
import { instant, proven, withIngresses, withProof, withRevert } from '../../builders/observed.ts';
import { aWindow, withStatus } from '../../builders/window.ts';
import { prepared, summaryOf } from './standing.ts';
import { day, describeDecisions, immediate, later, middlewares, on, web } from './table.ts';

const argo: Reverter = { manager: 'argocd-controller', isCertain: true };

/** The gate of shop/web was reverted, may go on again at a time, and is old news at another. */
const revertedBy =
  (by: Reverter, againAt: string, forgottenAt = '21:09:00') =>
  (observed: Observed): Observed =>
    withRevert('shop/web', {
      by,
      keys: [middlewares],
      againAt: instant(day(againAt)),
      forgottenAt: instant(day(forgottenAt)),
    })(observed);

const closedAgain = withProof('shop/web', proven('closed'))(on(immediate));

const messageOf = (observed: Observed, type: string): string =>
  decide(observed).statuses[0]?.status.conditions?.find((each) => each.type === type)?.message ?? '';

describe('operator: a gate that others take off', () => {
  it('goes on again at once, then after pauses that double, up to a minute', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 10_000].map(pauseSeconds)).to.deep.equal([
      0, 1, 2, 4, 8, 16, 32, 60, 60, 60,
    ]);
  });

  describeDecisions({
    'that is off': [
      {
        title: 'goes on again when its pause is over',
        given: revertedBy(argo, '21:00:00')(prepared(immediate)),
        operations: ['PutGate web'],
        conditions: ['GatesProven=False Reverted', 'Closed=False Partial'],
        watchful: 'arming',
      },
      {
        title: 'waits for its pause, without asking the responders more often',
        given: revertedBy(argo, '21:00:08')(prepared(immediate)),
        operations: [],
        conditions: ['GatesProven=False Reverted', 'Closed=False Partial'],
        wakeAt: day('21:00:08'),
        watchful: 'idle',
      },
      {
        title: 'waits for it also before the start',
        given: revertedBy(argo, '21:00:08')(prepared(later('21:00:30'))),
        operations: [],
        conditions: ['GatesProven=False Reverted', 'Closed=False Open'],
        wakeAt: day('21:00:08'),
      },
      {
        title: 'is no news while no window wants it',
        given: revertedBy(argo, '21:00:08')(prepared(later('23:00:00'))),
        operations: [],
        conditions: ['GatesProven=False NotArmed', 'Armable=True Armable'],
      },
    ],
    'that is on again': [
      {
        title: 'closes its site, and is told of until it is old news',
        given: revertedBy(argo, '21:00:00')(closedAgain),
        operations: [],
        conditions: ['GatesProven=False Reverted', 'Closed=True Closed', 'Armable=True Armable'],
        wakeAt: day('21:09:00'),
      },
      {
        title: 'is told of no more as soon as git holds it for good',
        given: withIngresses(...revertedBy(argo, '21:00:00')(closedAgain).ingresses.map(markedPreWired))(
          revertedBy(argo, '21:00:00')(closedAgain),
        ),
        operations: [],
        conditions: ['GatesProven=True GatesProven', 'Closed=True Closed'],
      },
      {
        title: 'is told of no more after that',
        given: revertedBy(argo, '20:50:00', '21:00:00')(closedAgain),
        operations: [],
        conditions: ['GatesProven=True GatesProven', 'Closed=True Closed'],
      },
    ],
    'that somebody wrote over': [
      {
        title: 'is a conflict, and nothing is taken back by force',
        given: revertedBy(
          argo,
          '21:00:00',
        )(prepared(withIngresses(annotated({ [middlewares]: 'shop-auth@kubernetescrd' })(web))(immediate))),
        operations: [],
        conditions: ['Armable=False Conflict', 'GatesProven=False Conflict', 'Closed=False Partial'],
      },
    ],
  });

  const cures: readonly (readonly [Reverter, ...string[]])[] = [
    [
      argo,
      'argocd-controller took off or changed',
      'ignoreDifferences',
      'RespectIgnoreDifferences=true',
      'Replace=true',
      '/metadata/annotations/traefik.ingress.kubernetes.io~1router.middlewares',
    ],
    [
      { manager: 'kustomize-controller', isCertain: true },
      'kustomize-controller took off',
      'out of git',
      '--override-manager does not name backsoon-backsoon-system',
    ],
    [{ manager: 'helm-controller', isCertain: true }, 'spec.driftDetection.ignore'],
    [{ manager: 'helm', isCertain: true }, 'helm took off', 'values'],
    [{ manager: 'kubectl-edit', isCertain: true }, 'kubectl-edit took off', 'older copy'],
    [
      { manager: 'deploy-script', isCertain: true },
      `Configure deploy-script to leave ${middlewares} to the field manager backsoon-backsoon-system.`,
    ],
    [
      { manager: 'argocd-controller', isCertain: false },
      'somebody took off or changed',
      'the one known to write its annotations is argocd-controller',
      'ignoreDifferences',
    ],
    [
      { manager: undefined, isCertain: false },
      'somebody who left no name',
      'audit log',
      'Configure whatever',
    ],
  ];
  for (const [by, ...words] of cures) {
    it(`says who it was and what to configure: ${by.manager ?? 'nobody known'}, ${by.isCertain ? 'for certain' : 'perhaps'}`, () => {
      const message = messageOf(revertedBy(by, '21:00:08')(prepared(immediate)), 'GatesProven');
      for (const word of ['Ingress shop/web', middlewares, ...words]) expect(message).to.include(word);
    });
  }

  it('says whose value stands in its place', () => {
    const over = prepared(withIngresses(annotated({ [middlewares]: 'x-y@kubernetescrd' })(web))(immediate));
    const message = messageOf(revertedBy(argo, '21:00:00')(over), 'Armable');
    expect(message).to.include('x-y@kubernetescrd').and.to.include('argocd-controller changed it');
    expect(message).to.include('takes nothing back by force').and.to.include('ignoreDifferences');
    expect(messageOf(over, 'Armable'), 'a value that was there before').to.not.include('argocd');
  });

  it('is one warning, with the reason Reverted', () => {
    const standing = decide(closedAgain).statuses[0]?.status;
    const told = { ...immediate, windows: [withStatus(standing ?? {})(aWindow())] };
    const { events = [] } = decide(revertedBy(argo, '21:00:08')(prepared(told))).statuses[0] ?? {};
    const [event, ...others] = events.filter(({ reason }) => reason === 'Reverted');
    expect(others).to.deep.equal([]);
    expect(event?.type).to.equal('Warning');
    expect(event?.message).to.include('argocd-controller');
    expect(summaryOf(decide(told)).phases).to.not.deep.equal({ upgrade: 'Opening' });
  });
});

describe('operator: which gates were reverted', () => {
  const stood: WantedGate = {
    gate: 'shop/web',
    uid: 'uid-web',
    on: true,
    annotations: { [middlewares]: 'a' },
  };
  const rows: readonly (readonly [string, WantedGate, boolean])[] = [
    ['one that stands', stood, false],
    ['one that is off', { ...stood, on: false, annotations: {} }, true],
    ['one with another value', { ...stood, on: false, annotations: { [middlewares]: 'b' } }, true],
    ['one whose plan changed, not its value', { ...stood, on: false }, false],
    ['one of another Ingress with its name', { ...stood, uid: 'uid-new', on: false, annotations: {} }, false],
    ['one that never stood', { ...stood, gate: 'shop/api', on: false, annotations: {} }, false],
  ];
  for (const [title, now, isReverted] of rows) {
    it(`${title}: ${isReverted ? 'yes' : 'no'}`, () => {
      const found = revertedAmong(new Map([[stood.gate, stood]]), [now]);
      expect(found).to.deep.equal(isReverted ? [now] : []);
    });
  }

  it('remembers what windows want, apart from what git holds', () => {
    expect(decide(on(immediate)).wanted).to.have.lengthOf(1);
    expect(decide(on(immediate)).wanted[0]).to.include({ gate: 'shop/web', uid: 'uid-web', on: true });
    expect(decide(on(later('23:00:00'))).wanted, 'a gate that comes off').to.deep.equal([]);
    const wired = withIngresses(markedPreWired(web))(immediate);
    expect(decide(wired).wanted).to.deep.equal([]);
  });
});
