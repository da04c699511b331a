import { expect } from 'chai';
import { decide } from '../../../../src/operator/decide/decide.ts';
import type { Observed } from '../../../../src/operator/decide/observed.ts';
import { annotated, markedEditable } from '../../builders/ingress.ts';
import { anObserved, instant, withIngresses, withRevert, withWindows } from '../../builders/observed.ts';
import { aWindow } from '../../builders/window.ts';
import { objectsOf, prepared, withGates } from './standing.ts';
import { day, describeDecisions, from, middlewares, web } from './table.ts';
import { withObjects } from '../../builders/observed.ts';

const ours = 'shop-backsoon-headers@kubernetescrd,shop-backsoon-web@kubernetescrd';
const auth = 'shop-auth@kubernetescrd';

const listing = (list: string) => annotated({ [middlewares]: list })(web);
const shared = listing(auth);
const editable = markedEditable(shared);

const closed = prepared(anObserved(withWindows(aWindow()), withIngresses(editable)));
const over = (observed: Observed): Observed => withWindows(aWindow(from('20:00:00', '21:00:00')))(observed);

/** What a window that is over meets: a list with ours in it, and whether we may edit it. */
const left = (ingress: typeof web): Observed =>
  over(withObjects(objectsOf(web), day('20:00:00'))(anObserved(withIngresses(ingress))));

describe('operator: an Ingress whose keepers allow edits of its list', () => {
  describeDecisions({
    'while a window closes it': [
      { title: 'gets its gate', given: closed, operations: ['PutGate web'] },
      {
        title: 'keeps it',
        given: withGates(closed, 'web'),
        operations: [],
        conditions: ['Armable=True Armable'],
      },
      {
        title: 'gets it first again, when somebody put theirs before',
        given: withIngresses(markedEditable(listing(`${auth},${ours}`)))(closed),
        operations: ['PutGate web'],
      },
      {
        title: 'keeps it also when they allow no more edits, and says so',
        given: withIngresses(listing(`${ours},${auth}`))(closed),
        operations: [],
        conditions: ['Armable=False Conflict'],
      },
    ],
    'when the window is over': [
      {
        title: 'loses it',
        given: left(markedEditable(listing(`${ours},${auth}`))),
        operations: ['ApplyPolicy upgrade', 'TakeGate web'],
        phase: 'Opening',
      },
      {
        title: 'keeps it where they allow no more edits: the site is open, and the window says what to do',
        given: left(listing(`${ours},${auth}`)),
        operations: ['ApplyPolicy upgrade'],
        phase: 'Opening',
        conditions: ['Closed=False Open', 'Armable=False Conflict'],
      },
    ],
  });

  it('says of a list that is put back what to commit', () => {
    const reverted = withRevert('shop/web', {
      by: { manager: 'kustomize-controller', isCertain: true },
      keys: [middlewares],
      againAt: instant(day('21:00:08')),
      forgottenAt: instant(day('21:09:00')),
    })(closed);
    const told = decide(reverted).statuses[0]?.status.conditions?.find(({ type }) => type === 'GatesProven');
    expect(told?.message).to.include(
      `commit it with ours first: backsoon.dev/gate: pre-wired and ${middlewares}: ${ours},${auth}`,
    );
  });
});
