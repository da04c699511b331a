import { expect } from 'chai';
import type { AddressFinding } from '../../../../src/api/responder-status.ts';
import type { MaintenanceWindow } from '../../../../src/api/generated/maintenance-window.ts';
import { decide } from '../../../../src/operator/decide/decide.ts';
import type { Observed } from '../../../../src/operator/decide/observed.ts';
import type { StatusUpdate } from '../../../../src/operator/decide/plan.ts';
import { anIngress, annotated, called, traefikClass } from '../../builders/ingress.ts';
import {
  anObserved,
  at,
  proven,
  withClasses,
  withIngresses,
  withProof,
  withResponder,
  withWindows,
  wrong,
} from '../../builders/observed.ts';
import {
  aWindow,
  coveringLabels,
  covering,
  edited,
  windowCalled,
  withSpec,
  withStatus,
} from '../../builders/window.ts';
import { prepared } from './standing.ts';
import { day, from, immediate, later, middlewares, on, web } from './table.ts';

const updateOf = (observed: Observed): StatusUpdate => {
  const [update] = decide(observed).statuses;
  if (update === undefined) throw new Error('the status does not differ');
  return update;
};

/** The same a moment later, when the API server has the status that was decided. */
const told = (observed: Observed): Observed => {
  const { status } = updateOf(observed);
  return withWindows(...observed.windows.map((window: MaintenanceWindow) => withStatus(status)(window)))(
    observed,
  );
};
const conditionOf = ({ status }: StatusUpdate, type: string) =>
  status.conditions?.find((condition) => condition.type === type);
const eventsOf = ({ events }: StatusUpdate): string[] =>
  events.map(({ type, reason }) => `${type} ${reason}`);

const closedSite = withProof('shop/web', proven('closed'))(on(immediate));

describe('operator: the status', () => {
  it('shows a closed window', () => {
    expect(updateOf(closedSite).status).to.deep.include({
      observedGeneration: 1,
      phase: 'Closed',
      message: '1 of 1 gates are proven closed.',
      occurrence: { start: day('20:00:00') },
      shown: { start: day('20:00:00') },
      gates: { total: 1, proven: 1, unproven: 0, wrong: 0, refused: 0, summary: '1/1' },
    });
    expect(updateOf(closedSite).status).not.to.have.any.keys('next', 'lastOccurrence', 'gateDetails');
  });

  it('shows what is next, and what was last', () => {
    const times = { start: day('22:00:00'), end: day('23:00:00') };
    const window = later('22:00:00', '23:00:00');
    expect(updateOf(window).status).to.deep.include({ next: times, shown: times });
    expect(updateOf(at(day('23:00:00'))(window)).status).to.deep.include({
      lastOccurrence: times,
      shown: times,
    });
  });

  it('lets go of what is no longer true', () => {
    const before = told(on(later('22:00:00', '23:00:00')));
    expect(updateOf(at(day('22:30:00'))(before)).status).not.to.have.property('next');
  });

  it('is silent when nothing changed', () => {
    expect(decide(told(closedSite)).statuses).to.deep.equal([]);
    expect(decide(at(day('23:59:59'))(told(closedSite))).statuses).to.deep.equal([]);
  });

  it('keeps a condition’s time while only its reason changes', () => {
    const waiting = told(immediate);
    const worse = at(day('21:00:30'))(withProof('shop/web', wrong)(on(waiting)));
    expect(conditionOf(updateOf(worse), 'GatesProven')).to.deep.include({
      reason: 'NoEcho',
      lastTransitionTime: day('21:00:00'),
    });
    const better = withProof('shop/web', proven('closed'))(worse);
    expect(conditionOf(updateOf(better), 'GatesProven')).to.deep.include({
      status: 'True',
      lastTransitionTime: day('21:00:30'),
    });
  });

  it('knows since when a gate is in trouble', () => {
    const refused = anObserved(
      withWindows(aWindow()),
      withIngresses(anIngress(annotated({ [middlewares]: 'shop-auth@kubernetescrd' }))),
    );
    const since = (observed: Observed) => updateOf(observed).status.gateDetails?.map((each) => each.since);
    expect(since(refused)).to.deep.equal([day('21:00:00')]);
    const later = at(day('21:30:00'))(told(refused));
    const afterwards = withWindows(...later.windows.map(edited({ page: { message: 'Moving.' } })))(later);
    expect(since(afterwards)).to.deep.equal([day('21:00:00')]);
  });

  it('names fifty gates at most, and counts them all', () => {
    const many = Array.from({ length: 60 }, (_, index) => anIngress(called(`web-${index}`)));
    const window = aWindow(withSpec({ targets: [{ ingress: { selector: {} } }] }));
    const { status } = updateOf(anObserved(withWindows(window), withIngresses(...many)));
    expect(status.gateDetails).to.have.lengthOf(50);
    expect(status.gates).to.deep.include({ total: 60, unproven: 60, summary: '0/60' });
  });

  it('has no message longer than the API takes', () => {
    const names = Array.from({ length: 64 }, (_, index) => `${'x'.repeat(240)}${index}`);
    const { status } = updateOf(anObserved(withWindows(aWindow(covering(...names)))));
    for (const { message } of status.conditions ?? []) expect(message.length).to.be.at.most(32_768);
  });
});

describe('operator: events', () => {
  it('of a window’s birth: what is good, and what is trouble', () => {
    expect(eventsOf(updateOf(immediate))).to.deep.equal([
      'Normal Accepted',
      'Normal Armable',
      'Normal Plausible',
    ]);
    expect(
      eventsOf(updateOf(anObserved(withWindows(aWindow(coveringLabels({ no: 'body' })))))),
    ).to.deep.equal(['Normal Accepted', 'Warning NoTargets', 'Normal Plausible']);
  });

  it('of proof, of closing, and of opening', () => {
    const closing = withProof('shop/web', proven('closed'))(on(told(later('20:00:00', '22:00:00'))));
    expect(eventsOf(updateOf(closing))).to.deep.equal(['Normal GatesProven', 'Normal Closed']);
    const opening = at(day('22:00:00'))(told(closing));
    expect(eventsOf(updateOf(opening))).to.deep.equal(['Normal Open']);
  });

  it('of nothing while a gate only makes its way', () => {
    const waiting = told(immediate);
    expect(eventsOf(updateOf(on(waiting)))).to.deep.equal([]);
  });

  it('of nothing when only a message changes', () => {
    const before = told(closedSite);
    const more = withWindows(
      ...before.windows.map((window) => withSpec({ page: { title: 'Back soon' } })(window)),
    )(withProof('shop/web', { ...proven('closed'), message: 'Proven at 2 of 2 probes.' })(before));
    const [update] = decide(more).statuses;
    expect(update?.events ?? []).to.deep.equal([]);
  });
});

describe('operator: what looks wrong with addresses', () => {
  const finding = (change: Partial<AddressFinding>): AddressFinding => ({
    gate: 'shop/web',
    reason: 'AllClientsLookAlike',
    address: '198.51.100.7',
    requests: 500,
    total: 500,
    ...change,
  });
  const plausible = (observed: Observed) => {
    const { status, reason, message } = conditionOf(updateOf(observed), 'ClientAddressesPlausible') ?? {};
    return { status, reason, message };
  };

  const table: readonly (readonly [Partial<AddressFinding>, readonly string[]])[] = [
    [
      { reason: 'AllClientsLookAlike' },
      ['198.51.100.7', 'ingressControllers.traefik.trustedProxies', 'trustedIPs'],
    ],
    [
      { reason: 'UnknownProxy', sign: 'via' },
      ['198.51.100.7', 'header via', 'ingressControllers.traefik.trustedProxies'],
    ],
    [{ reason: 'ClusterAddress', address: '10.244.0.1' }, ['10.244.0.1', 'externalTrafficPolicy: Local']],
  ];
  for (const [change, words] of table) {
    it(`${change.reason} names the address and the cure`, () => {
      const observed = withResponder({ findings: [finding(change)] })(closedSite);
      const { status, reason, message } = plausible(observed);
      expect([status, reason]).to.deep.equal(['False', change.reason]);
      for (const word of words) expect(message).to.contain(word);
    });
  }

  it('says the same whatever the counts are: a status that counts is a write for each look', () => {
    const seen = (requests: number) =>
      plausible(withResponder({ findings: [finding({ requests })] })(closedSite));
    expect(seen(400)).to.deep.equal(seen(500));
  });

  it('does not care for other gates', () => {
    expect(plausible(withResponder({ findings: [finding({ gate: 'shop/other' })] })(closedSite))).to.include({
      status: 'True',
      reason: 'Plausible',
    });
  });

  it('tells of an allowlist that holds a trusted proxy', () => {
    const settings = { name: 'traefik', driver: 'traefik', service: undefined } as const;
    const observed = withClasses(
      [traefikClass],
      [{ ...settings, trustedProxies: ['192.0.2.0/28'] }],
    )(
      prepared(
        anObserved(
          withWindows(aWindow(from('20:00:00'), withSpec({ access: { addresses: ['192.0.2.0/24'] } }))),
          withIngresses(web),
        ),
      ),
    );
    const { reason, message } = plausible(observed);
    expect(reason).to.equal('AllowlistContainsProxy');
    expect(message).to.contain('192.0.2.0/24').and.to.contain('192.0.2.0/28').and.to.contain('traefik');
  });
});

describe('operator: clocks of responders', () => {
  const skewed = withResponder({ skews: [{ replica: 'backsoon-responder-b', aheadMs: 3012 }] })(closedSite);

  it('that are off are told in Armable, which still holds, and in the headline', () => {
    const update = updateOf(skewed);
    const armable = conditionOf(update, 'Armable');
    expect(armable).to.deep.include({ status: 'True', reason: 'ClockSkew' });
    expect(armable?.message).to.include('backsoon-responder-b is 3.0 s ahead');
    expect(conditionOf(update, 'Closed')).to.include({ status: 'True' });
    expect(update.status.message).to.equal(armable?.message);
    expect(eventsOf(update)).to.include('Warning ClockSkew');
  });

  it('come after what is really wrong', () => {
    const update = updateOf(withProof('shop/web', wrong)(skewed));
    expect(update.status.message).to.match(/^0 of 1 gates are proven closed/);
  });
});

describe('operator: other windows on the same Ingresses', () => {
  const other = (name: string, start: string, end?: string): MaintenanceWindow =>
    windowCalled(name)(aWindow(from(start, end)));
  const both = (first: MaintenanceWindow, second: MaintenanceWindow): Observed =>
    withProof('shop/web', proven('closed'))(on(anObserved(withWindows(first, second), withIngresses(web))));
  const messageOf = (observed: Observed, name: string): string | undefined => {
    const update = decide(observed).statuses.find(({ window }) => window.name === name);
    return update && conditionOf(update, 'Closed')?.message;
  };

  it('are named when they outlast this one, with their end', () => {
    const observed = both(other('a', '20:00:00', '21:30:00'), other('b', '20:30:00', '22:00:00'));
    expect(messageOf(observed, 'a')).to.include(
      'Window b keeps 1 of these 1 Ingresses closed until 2026-12-01T22:00:00Z.',
    );
    expect(messageOf(observed, 'b')).not.to.include('Window a');
  });

  it('are named when this one closes nothing', () => {
    const observed = both(other('a', '23:00:00'), other('b', '20:30:00'));
    const update = decide(observed).statuses.find(({ window }) => window.name === 'a');
    expect(update && conditionOf(update, 'Closed')).to.deep.include({ status: 'False', reason: 'Open' });
    expect(messageOf(observed, 'a')).to.include(
      'Window b keeps 1 of these 1 Ingresses closed without an end.',
    );
    expect(update?.status.message).to.include('Window b keeps');
  });

  it('are not named while they are open too', () => {
    expect(messageOf(both(other('a', '20:30:00'), other('b', '23:00:00')), 'a')).not.to.include('Window b');
  });
});
