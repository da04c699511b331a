import { expect } from 'chai';
import { decide } from '../../../../src/operator/decide/decide.ts';
import type { Observed } from '../../../../src/operator/decide/observed.ts';
import { anIngress, annotated, called, markedPreWired } from '../../builders/ingress.ts';
import {
  anObserved,
  instant,
  proven,
  withIngresses,
  withObjects,
  withPolicies,
  withProof,
  withWindows,
} from '../../builders/observed.ts';
import { aWindow, covering, suspended, windowCalled } from '../../builders/window.ts';
import { gated, objectsOf, planOf, policiesOf, prepared, summaryOf, withGates } from './standing.ts';
import type { Row } from './table.ts';
import { day, describeDecisions, from, middlewares, web } from './table.ts';

const foreign = planOf(anIngress(called('web', 'old'))).annotations;
const wired = markedPreWired(gated(web));

const table: Readonly<Record<string, readonly Row[]>> = {
  'a gate that no window asks for': [
    {
      title: 'comes off, in a namespace without windows',
      given: anObserved(withIngresses(gated(web))),
      operations: ['TakeGate web'],
    },
    {
      title: 'comes off when it was copied from another namespace',
      given: anObserved(withIngresses(annotated(foreign)(web))),
      operations: ['TakeGate web'],
    },
    {
      title: 'is left alone when it is part of somebody’s list',
      given: anObserved(
        withIngresses(annotated({ [middlewares]: `${foreign[middlewares]},shop-auth@kubernetescrd` })(web)),
      ),
      operations: [],
    },
    {
      title: 'was copied to an Ingress that a window closes: that one gets its own',
      given: prepared(anObserved(withWindows(aWindow()), withIngresses(annotated(foreign)(web)))),
      operations: ['PutGate web'],
      phase: 'Closed',
    },
    {
      title: 'and objects that nobody names: they go when they have settled',
      given: withObjects(objectsOf(web), day('20:00:00'))(anObserved()),
      operations: [],
      wakeAt: day('21:00:05'),
    },
    {
      title: 'and a policy of a window that nobody knows',
      given: anObserved(
        withPolicies({
          windowUid: 'uid-gone',
          revision: '0123456789abcdef',
          gates: [],
          occurrences: [],
          acceptedSpec: undefined,
          template: null,
        }),
      ),
      operations: ['DeletePolicy uid-gone'],
    },
  ],
  'a pre-wired Ingress': [
    {
      title: 'has its objects for good, and no annotation is written',
      given: anObserved(withIngresses(wired)),
      operations: ['ApplyGateObject backsoon-headers', 'ApplyGateObject backsoon-web'],
      watchful: 'on',
    },
    {
      title: 'keeps its objects',
      given: withObjects(objectsOf(web), day('20:00:00'))(anObserved(withIngresses(wired))),
      operations: [],
      watchful: 'on',
    },
    {
      title: 'is closed by the policy alone',
      given: withProof(
        'shop/web',
        proven('closed'),
      )(prepared(anObserved(withWindows(aWindow()), withIngresses(wired)))),
      operations: [],
      phase: 'Closed',
      conditions: ['GatesProven=True GatesProven', 'Closed=True Closed'],
    },
    {
      title: 'has no gate to come off when its window is over',
      given: withWindows(aWindow(from('20:00:00', '20:30:00')))(
        prepared(anObserved(withWindows(aWindow()), withIngresses(wired))),
      ),
      operations: ['DeletePolicy uid-upgrade'],
      phase: 'Completed',
    },
    {
      title: 'is refused when the value is missing',
      given: prepared(anObserved(withWindows(aWindow()), withIngresses(markedPreWired(web)))),
      operations: [],
      conditions: ['Armable=False Conflict'],
    },
    {
      title: 'loses the gate when it is pre-wired no more',
      given: withObjects(objectsOf(web), day('20:00:00'))(anObserved(withIngresses(gated(web)))),
      operations: ['TakeGate web'],
    },
  ],
};

describe('operator: decide, by gates', () => describeDecisions(table));

describe('operator: two windows on one Ingress', () => {
  const both = (first: ReturnType<typeof from>, second: ReturnType<typeof from>): Observed =>
    anObserved(
      withWindows(aWindow(windowCalled('first'), first), aWindow(windowCalled('second'), second)),
      withIngresses(web),
    );
  const standing = (observed: Observed): Observed => withGates(prepared(observed), 'web');

  it('share one gate and its objects', () => {
    expect(summaryOf(decide(both(from('20:00:00'), from('20:30:00')))).operations).to.deep.equal([
      'ApplyPolicy first',
      'ApplyPolicy second',
      'ApplyGateObject backsoon-headers',
      'ApplyGateObject backsoon-web',
    ]);
  });

  it('keep the gate until the last one is over', () => {
    const observed = standing(both(from('20:00:00'), from('20:30:00')));
    const ended = withWindows(
      aWindow(windowCalled('first'), from('20:00:00', '21:00:00')),
      aWindow(windowCalled('second'), from('20:30:00')),
    )(observed);
    const firstIsOver = withProof('shop/web', proven('closed'))(ended);
    const plan = summaryOf(decide(firstIsOver));
    expect(plan.operations.filter((words) => words.includes('Gate'))).to.deep.equal([]);
    expect(plan.conditions['second']).to.include.members(['Closed=True Closed']);
    expect(plan.conditions['first']).to.include.members(['Closed=False Open']);
  });

  it('wait for the policy of each', () => {
    const observed = prepared(both(from('20:00:00'), from('20:30:00')));
    const half = {
      ...observed,
      responder: { ...observed.responder, loaded: (uid: string) => uid === 'uid-first' },
    };
    const { conditions, operations } = summaryOf(decide(half));
    expect(operations).to.deep.equal([]);
    expect(conditions['first']).to.include.members(['GatesProven=False PoliciesNotLoaded']);
  });

  it('a closed one keeps the gate of an armed one when responders die', () => {
    const observed = standing(both(from('20:00:00'), from('21:00:30')));
    const down = { ...observed, responder: { ...observed.responder, health: 'down' as const } };
    expect(summaryOf(decide(down)).operations).to.deep.equal([]);
  });

  it('one made again in the place of another: the old policy waits for the new one to be loaded', () => {
    const observed = standing(anObserved(withWindows(aWindow(windowCalled('old'))), withIngresses(web)));
    const successor = withWindows(aWindow(windowCalled('new')))(observed);
    const loading = { ...successor, responder: { ...observed.responder, loaded: () => false } };
    expect(summaryOf(decide(loading)).operations).to.deep.equal(['ApplyPolicy new']);
    const stored = withPolicies(...successor.policies, ...policiesOf(successor));
    expect(summaryOf(decide(stored(loading))).operations).to.deep.equal([]);
    expect(summaryOf(decide(stored(successor))).operations).to.deep.equal(['DeletePolicy uid-old']);
  });

  it('one made again in the place of another: the old policy stays as long as the new one can not be written', () => {
    const observed = standing(anObserved(withWindows(aWindow(windowCalled('old'))), withIngresses(web)));
    const successor = withWindows(aWindow(windowCalled('new')))(observed);
    const overdue = { ...successor, since: new Map([['unloaded:shop/web', instant(day('20:00:00'))]]) };
    const unheard = { ...overdue, responder: { ...observed.responder, loaded: () => false } };
    expect(summaryOf(decide(unheard)).operations).to.deep.equal(['ApplyPolicy new']);
  });

  it('a suspended one does not open what the other closes', () => {
    const observed = standing(both(from('20:00:00'), from('20:30:00')));
    const one = withWindows(
      aWindow(windowCalled('first'), from('20:00:00'), suspended),
      aWindow(windowCalled('second'), from('20:30:00')),
    )(observed);
    expect(summaryOf(decide(one)).operations).to.deep.equal(['ApplyPolicy first']);
  });
});

describe('operator: what a policy is told', () => {
  const policyOf = (observed: Observed) => {
    const [operation] = decide(observed).operations;
    if (operation?.kind !== 'ApplyPolicy') throw new Error(`${operation?.kind} comes first`);
    return operation;
  };

  it('every Ingress that it covers, also one whose gate is refused, the times, and the spec word for word', () => {
    const conflicting = anIngress(called('api'), annotated({ [middlewares]: 'shop-auth@kubernetescrd' }));
    const window = aWindow(covering('web', 'api'), from('22:00:00', '23:00:00'));
    const { policy, acceptedSpec } = policyOf(
      anObserved(withWindows(window), withIngresses(conflicting, web)),
    );
    expect(policy.window).to.deep.equal({
      namespace: 'shop',
      name: 'upgrade',
      uid: 'uid-upgrade',
      generation: 1,
    });
    expect(policy.gates).to.deep.equal([
      { ingress: 'api', class: 'traefik', addressRules: true },
      { ingress: 'web', class: 'traefik', addressRules: true },
    ]);
    expect(policy.occurrences).to.deep.equal([{ start: day('22:00:00'), end: day('23:00:00'), hold: false }]);
    expect(acceptedSpec).to.deep.equal(window.spec);
  });

  it('no times while it is suspended', () => {
    const observed = anObserved(withWindows(aWindow(suspended)), withIngresses(web));
    expect(policyOf(observed).policy.occurrences).to.deep.equal([]);
  });

  it('again when the stored one was changed, or can not be read', () => {
    const observed = anObserved(withWindows(aWindow()), withIngresses(web));
    const [stored] = policiesOf(observed);
    if (stored === undefined) throw new Error('no policy');
    const again = (change: object) =>
      summaryOf(decide(withPolicies({ ...stored, ...change })(observed))).operations.includes(
        'ApplyPolicy upgrade',
      );
    expect(again({})).to.equal(false);
    expect(again({ revision: '0123456789abcdef' })).to.equal(true);
    expect(again({ acceptedSpec: undefined })).to.equal(true);
  });
});

describe('operator: when to look again', () => {
  const wakeOf = (observed: Observed): string | undefined => decide(observed).wakeAt?.toString();
  const at = (clock: string, start: string, end: string): Observed => ({
    ...anObserved(withWindows(aWindow(from(start, end))), withIngresses(web)),
    now: instant(day(clock)),
  });

  it('at the lead, the start, the end, and then no more', () => {
    expect(wakeOf(at('21:00:00', '22:00:00', '23:00:00'))).to.equal(day('21:59:00'));
    expect(wakeOf(at('21:59:00', '22:00:00', '23:00:00'))).to.equal(day('22:00:00'));
    expect(wakeOf(at('22:00:00', '22:00:00', '23:00:00'))).to.equal(day('23:00:00'));
    expect(wakeOf(at('23:00:00', '22:00:00', '23:00:00'))).to.equal(undefined);
  });

  it('as the chart says', () => {
    const observed = at('21:00:00', '22:00:00', '23:00:00');
    expect(wakeOf({ ...observed, settings: { settleSeconds: 5, leadSeconds: 2 } })).to.equal(day('21:59:58'));
  });
});
