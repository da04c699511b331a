import { anIngress, annotated, labelled, ofClass } from '../../builders/ingress.ts';
import type { Observed } from '../../../../src/operator/decide/observed.ts';
import {
  anObserved,
  instant,
  proven,
  withFailure,
  withIngresses,
  withObjects,
  withPolicies,
  withProof,
  withResponder,
  withWindows,
  wrong,
} from '../../builders/observed.ts';
import { aWindow, covering, coveringLabels, edited, windowCalled, withSpec } from '../../builders/window.ts';
import { gated, objectsOf, prepared, withGates } from './standing.ts';
import type { Row } from './table.ts';
import { api, day, describeDecisions, from, immediate, later, middlewares, on, web } from './table.ts';

/** Some responder has not loaded the policy, since then. */
const unloadedSince = (clock: string, observed: Observed): Observed => ({
  ...withResponder({ loaded: () => false })(observed),
  since: new Map([...observed.since, ['unloaded:shop/web', instant(day(clock))]]),
});

const forbidden = { reason: 'Forbidden', message: 'configmaps is forbidden' } as const;

/** Its policy could not be written, and no responder has loaded what is asked of it since long. */
const refusedPolicy = (observed: Observed): Observed =>
  withFailure('policy:uid-upgrade', forbidden)(unloadedSince('20:59:55', observed));

const reworded = aWindow(edited({ page: { message: 'Moving.' } }));

const table: Readonly<Record<string, readonly Row[]>> = {
  'responders that are not well': [
    {
      title: 'no address yet',
      given: withResponder({ address: undefined })(immediate),
      operations: ['ApplyPolicy upgrade'],
      conditions: ['GatesProven=False ResponderNotReady'],
    },
    {
      title: 'the policy is not loaded: no gate',
      given: withResponder({ loaded: () => false })(prepared(immediate)),
      operations: [],
      conditions: ['GatesProven=False PoliciesNotLoaded', 'Closed=False Partial'],
      watchful: 'arming',
    },
    {
      title: 'one has not loaded the policy for long, and the site should be closed: the gate goes on',
      given: unloadedSince('20:59:55', prepared(immediate)),
      operations: ['PutGate web'],
    },
    {
      title: 'one has not loaded the policy for long, and the site should be open: no gate',
      given: unloadedSince('20:59:55', prepared(later('21:00:30'))),
      operations: [],
      conditions: ['GatesProven=False PoliciesNotLoaded'],
    },
    {
      title: 'one has not loaded the policy for long, though the gate answers: its visitors meet an old one',
      given: unloadedSince('20:59:55', withProof('shop/web', proven('closed'))(on(immediate))),
      operations: [],
      conditions: ['GatesProven=False PoliciesNotLoaded', 'Closed=False Partial'],
    },
    {
      title: 'down, and the site should be open: withdraw',
      given: withResponder({ health: 'down', loaded: () => false })(on(later('21:00:30'))),
      operations: ['TakeGate web'],
      phase: 'Arming',
    },
    {
      title: 'down, and withdrawn: stay away',
      given: withResponder({ health: 'down', loaded: () => false })(prepared(later('21:00:30'))),
      operations: [],
      phase: 'Arming',
      conditions: ['GatesProven=False GatesWithdrawn'],
    },
    {
      title: 'recovering is not yet trusted with open sites',
      given: withResponder({ health: 'recovering' })(prepared(later('21:00:30'))),
      operations: [],
      conditions: ['GatesProven=False GatesWithdrawn'],
    },
    {
      title: 'unknown is no reason to withdraw',
      given: withResponder({ health: 'unknown', loaded: () => false })(on(later('21:00:30'))),
      operations: [],
    },
    {
      title: 'down, and the site should be closed: the gate stays',
      given: withResponder({ health: 'down', loaded: () => false })(on(immediate)),
      operations: [],
      phase: 'Closed',
    },
    {
      title: 'down, and the site should be closed: the gate goes on blindly',
      given: withResponder({ health: 'down', loaded: () => false })(prepared(immediate)),
      operations: ['PutGate web'],
      phase: 'Closed',
    },
    {
      title: 'down, at a start, and objects are young: they settle first',
      given: withResponder({ health: 'down', loaded: () => false })(
        withObjects(objectsOf(web), day('20:59:58'))(prepared(immediate)),
      ),
      operations: [],
      conditions: ['GatesProven=False Settling'],
    },
    {
      title: 'recovering, and the site should be closed: the gate goes on once the policy is loaded',
      given: withResponder({ health: 'recovering' })(prepared(immediate)),
      operations: ['PutGate web'],
    },
  ],
  'policies that can not be written': [
    {
      title: 'none stands: no gate, however long the site should have been closed',
      given: refusedPolicy(withPolicies()(prepared(immediate))),
      operations: ['ApplyPolicy upgrade'],
      phase: 'Closed',
      conditions: [
        'Accepted=True Accepted',
        'Armable=False Forbidden',
        'Ready=False Forbidden',
        'GatesProven=False Forbidden',
        'Closed=False Partial',
      ],
    },
    {
      title: 'none stands, and no responder answers: still no gate, as it would open when they are back',
      given: withResponder({ health: 'down' })(refusedPolicy(withPolicies()(prepared(immediate)))),
      operations: ['ApplyPolicy upgrade'],
      conditions: ['Closed=False Partial'],
    },
    {
      title: 'the one that stands closes later: no gate',
      given: refusedPolicy(withWindows(aWindow(from('20:30:00')))(prepared(later('23:00:00')))),
      operations: ['ApplyPolicy upgrade'],
      conditions: ['GatesProven=False Forbidden', 'Closed=False Partial'],
    },
    {
      title: 'the one that stands closes the site too: the gate goes on, and the site is not called closed',
      given: refusedPolicy(withWindows(reworded)(prepared(immediate))),
      operations: ['ApplyPolicy upgrade', 'PutGate web'],
      conditions: ['Armable=False Forbidden', 'Closed=False Partial'],
    },
    {
      title: 'the gate answers "closed" by an older one: the site is not called closed',
      given: refusedPolicy(withProof('shop/web', proven('closed'))(withWindows(reworded)(on(immediate)))),
      operations: ['ApplyPolicy upgrade'],
      conditions: ['GatesProven=False Forbidden', 'Closed=False Partial'],
    },
    {
      title: 'another window’s stands, and closes the site: the gate goes on',
      given: refusedPolicy(
        withWindows(
          aWindow(windowCalled('move')),
          aWindow(),
        )(prepared(anObserved(withWindows(aWindow(windowCalled('move'))), withIngresses(web)))),
      ),
      operations: ['ApplyPolicy upgrade', 'PutGate web'],
      conditions: ['Armable=False Forbidden', 'Closed=False Partial'],
    },
    {
      title: 'the window covers nothing: it says so all the same',
      given: withFailure('policy:uid-upgrade', forbidden)(anObserved(withWindows(aWindow()))),
      operations: ['ApplyPolicy upgrade'],
      conditions: ['Armable=False Forbidden', 'Closed=False TargetNotFound'],
    },
  ],
  targets: [
    {
      title: 'a named Ingress is missing, the other is closed',
      given: withProof(
        'shop/web',
        proven('closed'),
      )(on(anObserved(withWindows(aWindow(covering('web', 'shop'))), withIngresses(web)))),
      operations: [],
      conditions: [
        'Armable=False TargetNotFound',
        'GatesProven=True GatesProven',
        'Closed=False TargetNotFound',
      ],
    },
    {
      title: 'none',
      given: prepared(anObserved(withWindows(aWindow(coveringLabels({ tier: 'web' }))), withIngresses(web))),
      operations: [],
      phase: 'Closed',
      conditions: ['Armable=False NoTargets', 'GatesProven=False NoTargets', 'Closed=False NoTargets'],
    },
    {
      title: 'solvers of certificates are not covered',
      given: prepared(
        anObserved(
          withWindows(aWindow(withSpec({ targets: [{ ingress: { selector: {} } }] }))),
          withIngresses(anIngress(labelled({ 'acme.cert-manager.io/http01-solver': 'true' }))),
        ),
      ),
      operations: [],
      conditions: ['Closed=False NoTargets'],
    },
    {
      title: 'two, and one answers wrongly',
      given: withProof(
        'shop/api',
        wrong,
      )(
        withProof(
          'shop/web',
          proven('closed'),
        )(
          withGates(
            prepared(anObserved(withWindows(aWindow(covering('web', 'api'))), withIngresses(web, api))),
            'web',
            'api',
          ),
        ),
      ),
      operations: [],
      phase: 'Closed',
      conditions: ['Armable=True Armable', 'GatesProven=False NoEcho', 'Closed=False Partial'],
    },
    {
      title: 'one begins to match while the site is closed',
      given: withIngresses(
        gated(web),
        api,
      )(on(anObserved(withWindows(aWindow(covering('web', 'api'))), withIngresses(web)))),
      operations: ['ApplyPolicy upgrade', 'ApplyGateObject backsoon-api'],
      conditions: ['Closed=False Partial'],
    },
    {
      title: 'one is covered no more: its gate comes off, the other’s stays',
      given: withWindows(aWindow(covering('api')))(
        withGates(
          prepared(anObserved(withWindows(aWindow(covering('web', 'api'))), withIngresses(web, api))),
          'web',
          'api',
        ),
      ),
      operations: ['ApplyPolicy upgrade', 'TakeGate web'],
    },
  ],
  'Ingresses that can not be gated': [
    {
      title: 'somebody’s middlewares',
      given: prepared(
        anObserved(
          withWindows(aWindow()),
          withIngresses(anIngress(annotated({ [middlewares]: 'shop-auth@kubernetescrd' }))),
        ),
      ),
      operations: [],
      phase: 'Closed',
      conditions: [
        'Armable=False Conflict',
        'Ready=False Conflict',
        'GatesProven=False Conflict',
        'Closed=False Partial',
      ],
      watchful: 'idle',
    },
    {
      title: 'no class any more, while it is closed: the gate stays, taking it off would open the site',
      given: withIngresses(ofClass(undefined)(gated(web)))(on(immediate)),
      operations: ['ApplyPolicy upgrade'],
      conditions: ['Armable=False NoClass'],
    },
    {
      title: 'no class any more, while it is open: the gate comes off',
      given: withIngresses(ofClass(undefined)(gated(web)))(on(later('21:00:30'))),
      operations: ['ApplyPolicy upgrade', 'TakeGate web'],
      conditions: ['Armable=False NoClass'],
    },
    {
      title: 'somebody put a login behind our gate: it stays, and is refused',
      given: withIngresses(
        annotated({
          [middlewares]: `${gated(web).metadata.annotations?.[middlewares]},shop-auth@kubernetescrd`,
        })(web),
      )(on(immediate)),
      operations: [],
      conditions: ['Armable=False Conflict'],
    },
    {
      title: 'the API server said no',
      given: withFailure('shop/web', { reason: 'Forbidden', message: 'No.' })(prepared(immediate)),
      operations: ['PutGate web'],
      conditions: ['Armable=False Forbidden', 'Closed=False Partial'],
    },
  ],
};

describe('operator: decide', () => describeDecisions(table));
