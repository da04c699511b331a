import { expect } from 'chai';
import type { MaintenanceWindow } from '../../../../src/api/generated/maintenance-window.ts';
import { decide } from '../../../../src/operator/decide/decide.ts';
import type { Observed } from '../../../../src/operator/decide/observed.ts';
import type { PolicyGate } from '../../../../src/policy/policy.ts';
import type { Modifier } from '../../builders/freeze.ts';
import { anIngress, called, rule, traefikClass, withRules } from '../../builders/ingress.ts';
import {
  anObserved,
  at,
  proven,
  withClasses,
  withIngresses,
  withPolicies,
  withProof,
  withWindows,
} from '../../builders/observed.ts';
import { aWindow, coveringLabels, windowCalled, withSpec } from '../../builders/window.ts';
import { policiesOf, prepared, withGates } from './standing.ts';
import type { Row } from './table.ts';
import { day, describeDecisions, from, on } from './table.ts';

const web = anIngress(withRules(rule('shop.example.com', '/'), rule('www.example.com', '/')));
const oneHost = withSpec({ only: { hosts: ['shop.example.com'] } });
const allHosts = withSpec({ only: { hosts: ['shop.example.com', '*.example.com'] } });

/** Behind load balancers that Backsoon is told of: Traefik shows no host that could be relied on. */
const behindProxies = withClasses(
  [traefikClass],
  [{ name: 'traefik', driver: 'traefik', service: undefined, trustedProxies: ['192.0.2.0/28'] }],
);

const closing = (...modifiers: readonly Modifier<MaintenanceWindow>[]): Observed =>
  anObserved(withWindows(aWindow(...modifiers)), withIngresses(web));

/** The site was closed by this window before the proxies were named. */
const closedBefore = (...modifiers: readonly Modifier<MaintenanceWindow>[]): Observed =>
  behindProxies(on(closing(...modifiers)));

const table: Readonly<Record<string, readonly Row[]>> = {
  'a window for one host of two': [
    {
      title: 'is kept where the host is seen',
      given: withProof('shop/web', proven('closed'))(on(closing(oneHost))),
      operations: [],
      conditions: ['Armable=True Armable', 'Closed=True Closed'],
    },
    {
      title: 'is refused where it is not: no gate, and its policy names none',
      given: prepared(behindProxies(closing(oneHost))),
      operations: [],
      phase: 'Closed',
      conditions: [
        'Accepted=True Accepted',
        'Armable=False DriverCannotSee',
        'GatesProven=False DriverCannotSee',
        'Closed=False Partial',
      ],
    },
    {
      title: 'is kept all the same when it names all hosts',
      given: withProof('shop/web', proven('closed'))(on(behindProxies(closing(allHosts)))),
      operations: [],
      conditions: ['Armable=True Armable', 'Closed=True Closed'],
    },
    {
      title: 'that closed before keeps its gate: taking it off would open the site',
      given: withProof('shop/web', proven('closed'))(closedBefore(oneHost)),
      operations: [],
      phase: 'Closed',
      conditions: ['Armable=False DriverCannotSee', 'Closed=False Partial'],
    },
    {
      title: 'that only was armed loses it',
      given: at(day('21:59:30'))(closedBefore(from('22:00:00'), oneHost)),
      operations: ['ApplyPolicy upgrade', 'TakeGate web'],
      conditions: ['Armable=False DriverCannotSee'],
    },
    {
      title: 'that is over loses it',
      given: at(day('22:00:00'))(closedBefore(from('20:00:00', '22:00:00'), oneHost)),
      operations: ['ApplyPolicy upgrade', 'TakeGate web'],
    },
    {
      title: 'covers no Ingress of other hosts',
      given: anObserved(
        withWindows(aWindow(coveringLabels({}), oneHost)),
        withIngresses(anIngress(called('api'), withRules(rule('api.example.com', '/')))),
      ),
      operations: ['ApplyPolicy upgrade'],
      conditions: ['Armable=False NoTargets', 'Closed=False NoTargets'],
    },
  ],
};

describe('operator: decide', () => describeDecisions(table));

describe('operator: a gate of two windows of which one is blind', () => {
  const observed = behindProxies(
    anObserved(
      withWindows(aWindow(windowCalled('whole')), aWindow(windowCalled('part'), oneHost)),
      withIngresses(web),
    ),
  );
  const gatesIn = (given: Observed): Record<string, readonly PolicyGate[]> =>
    Object.fromEntries(policiesOf(given).map(({ windowUid, gates }) => [windowUid, gates]));

  it('obeys the other', () => {
    const covered = { ingress: 'web', class: 'traefik', addressRules: true };
    expect(gatesIn(observed)).to.deep.equal({ 'uid-whole': [covered], 'uid-part': [] });
    const { operations } = decide(prepared(observed));
    expect(operations.map(({ kind }) => kind)).to.deep.equal(['PutGate']);
  });

  it('tells each window its own', () => {
    const { statuses } = decide(
      withProof('shop/web', proven('closed'))(withGates(prepared(observed), 'web')),
    );
    const armable = statuses.map(({ window, status }) => [
      window.name,
      status.conditions?.find(({ type }) => type === 'Armable')?.reason,
      status.gates?.summary,
    ]);
    expect(armable).to.deep.equal([
      ['whole', 'Armable', '1/1'],
      ['part', 'DriverCannotSee', '0/1'],
    ]);
  });

  it('does not begin to obey it because it stands', () => {
    const standing = withGates(prepared(observed), 'web');
    expect(
      policiesOf(withPolicies()(standing)).find(({ windowUid }) => windowUid === 'uid-part')?.gates,
    ).to.deep.equal([]);
  });
});
