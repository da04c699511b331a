import {
  anObserved,
  at,
  proven,
  withIngresses,
  withPolicies,
  withProof,
  withWindows,
} from '../../builders/observed.ts';
import type { MaintenanceWindowSpec } from '../../../../src/api/generated/maintenance-window.ts';
import type { Observed } from '../../../../src/operator/decide/observed.ts';
import { aWindow, edited, withSpec, withStatus } from '../../builders/window.ts';
import { gated, policiesOf } from './standing.ts';
import type { Row } from './table.ts';
import { day, describeDecisions, on, web } from './table.ts';

const given = (spec: Partial<MaintenanceWindowSpec>): Observed =>
  anObserved(withWindows(aWindow(withSpec(spec))), withIngresses(web));

/** What the operator finds at a time of the day: policies as they were written when it last looked. */
const grown = (observed: Observed, ...times: readonly string[]): Observed =>
  times.reduce((before, time) => {
    const now = at(day(time))(before);
    const written = policiesOf(now);
    return written.length === 0 ? now : withPolicies(...written)(now);
  }, observed);

const closedProof = withProof('shop/web', proven('closed'));
const openProof = withProof('shop/web', proven('open'));

const everyTwoHours = { schedule: { cron: '0 */2 * * *', duration: '30m' } };
const everyTenMinutes = { schedule: { cron: '*/10 * * * *', duration: '4m' } };
const held: Partial<MaintenanceWindowSpec> = {
  schedule: { start: day('20:00:00'), end: day('21:00:00') },
  endPolicy: 'Hold',
};

/** Closed since 20:00, its policy written, its gate on. */
const holding = on(at(day('20:30:00'))(given(held)));
const holdingAtEnd = closedProof(at(day('21:00:00'))(holding));

const ttl = (spec: Partial<MaintenanceWindowSpec>): Observed =>
  given({ ttlSecondsAfterCompleted: 600, ...spec });
const once = { schedule: { start: day('20:00:00'), end: day('20:30:00') } };

const table: Readonly<Record<string, readonly Row[]>> = {
  'a window that comes again': [
    {
      title: 'far from its next start: waits for it',
      given: given(everyTwoHours),
      operations: ['ApplyPolicy upgrade'],
      phase: 'Scheduled',
      conditions: ['Accepted=True Accepted', 'Closed=False Open'],
      wakeAt: day('21:59:00'),
    },
    {
      title: 'in the middle of an occurrence: closes at once',
      given: at(day('22:10:00'))(given(everyTwoHours)),
      operations: ['ApplyPolicy upgrade', 'ApplyGateObject backsoon-headers', 'ApplyGateObject backsoon-web'],
      phase: 'Closed',
      wakeAt: day('22:30:00'),
    },
    {
      title: 'after an occurrence: takes the gate off, and goes on',
      given: openProof(on(at(day('22:30:00'))(given(everyTwoHours)))),
      operations: ['TakeGate web'],
      phase: 'Opening',
    },
    {
      title: 'occurrences that follow soon keep the gate on between them',
      given: openProof(on(at(day('21:05:00'))(given(everyTenMinutes)))),
      operations: [],
      phase: 'Scheduled',
      conditions: ['GatesProven=True GatesProven', 'Closed=False Open'],
    },
  ],
  'a window whose gates stand': [
    {
      title: 'puts them on long before its next start',
      given: given({ ...everyTwoHours, gates: 'Standing' }),
      operations: ['ApplyPolicy upgrade', 'ApplyGateObject backsoon-headers', 'ApplyGateObject backsoon-web'],
      phase: 'Scheduled',
      conditions: ['GatesProven=False Settling', 'Closed=False Open'],
      watchful: 'arming',
    },
    {
      title: 'leaves them on between occurrences',
      given: openProof(on(at(day('22:30:00'))(given({ ...everyTwoHours, gates: 'Standing' })))),
      operations: [],
      phase: 'Scheduled',
      conditions: ['GatesProven=True GatesProven'],
    },
    {
      title: 'takes them off while it is suspended',
      given: on(given({ ...everyTwoHours, gates: 'Standing', suspend: true })),
      operations: ['TakeGate web'],
      phase: 'Suspended',
    },
  ],
  'a window that holds': [
    {
      title: 'is held at its end, when its policy said so',
      given: holdingAtEnd,
      operations: [],
      phase: 'Held',
      conditions: ['Closed=True Closed', 'GatesProven=True GatesProven'],
    },
    {
      title: 'is not held when nobody had said so at its end',
      given: withIngresses(gated(web))(at(day('21:00:00'))(given(held))),
      operations: ['ApplyPolicy upgrade', 'TakeGate web'],
      phase: 'Opening',
    },
    {
      title: 'is not held when nothing was closed before its end: the operator was away, and no gate stood',
      given: withIngresses(web)(at(day('21:10:00'))(holding)),
      // It may still be asked: its objects stand.
      operations: ['ApplyPolicy upgrade'],
      phase: 'Opening',
    },
    {
      title: 'is held without its policy, which somebody deleted, when it was told so',
      given: withPolicies()(
        withWindows(
          withStatus({ phase: 'Held', occurrence: { start: day('20:00:00'), end: day('21:00:00') } })(
            aWindow(withSpec(held)),
          ),
        )(holdingAtEnd),
      ),
      operations: ['ApplyPolicy upgrade'],
      phase: 'Held',
    },
    {
      title: 'opens when a person says that it is over',
      given: withWindows(edited({ endedAt: day('21:10:00') })(aWindow(withSpec(held))))(
        at(day('21:10:00'))(holding),
      ),
      operations: ['ApplyPolicy upgrade', 'TakeGate web'],
      phase: 'Opening',
    },
    {
      title: 'opens when it does not hold any more',
      given: withWindows(edited({ endPolicy: 'Open' })(aWindow(withSpec(held))))(
        at(day('21:10:00'))(holding),
      ),
      operations: ['ApplyPolicy upgrade', 'TakeGate web'],
      phase: 'Opening',
    },
    {
      title: 'stays held when its schedule is changed to another day',
      given: closedProof(
        withWindows(
          edited({ schedule: { start: '2026-12-08T20:00:00Z', duration: '1h' } })(aWindow(withSpec(held))),
        )(at(day('21:10:00'))(holding)),
      ),
      operations: ['ApplyPolicy upgrade'],
      phase: 'Held',
    },
    {
      title: 'stays held through an edit that is not acceptable',
      given: closedProof(
        withWindows(edited({ schedule: { cron: '0 2 30 2 *', duration: '1h' } })(aWindow(withSpec(held))))(
          at(day('21:10:00'))(holding),
        ),
      ),
      operations: ['ApplyPolicy upgrade'],
      phase: 'Held',
      conditions: ['Accepted=False InvalidSchedule', 'Closed=True Closed'],
    },
  ],
  'a window that is to go when it is completed': [
    {
      title: 'stays until then, and asks to be looked at again',
      given: at(day('20:39:59'))(ttl(once)),
      operations: [],
      phase: 'Completed',
      wakeAt: day('20:40:00'),
    },
    { title: 'goes', given: at(day('20:40:00'))(ttl(once)), operations: ['DeleteWindow upgrade'] },
    {
      title: 'waits for its gate to be off',
      given: withIngresses(gated(web))(at(day('20:45:00'))(ttl(once))),
      operations: ['ApplyPolicy upgrade', 'TakeGate web'],
    },
    {
      title: 'goes so long after a person ended it before it began',
      given: at(day('20:15:00'))(ttl({ schedule: { start: day('22:00:00') }, endedAt: day('22:00:00') })),
      operations: [],
      wakeAt: day('22:10:00'),
    },
    {
      title: 'goes so long after a person opened what was held',
      given: at(day('21:00:00'))(ttl({ ...once, endPolicy: 'Hold', endedAt: day('20:55:00') })),
      operations: [],
      wakeAt: day('21:05:00'),
    },
    {
      title: 'does not go while it is suspended',
      given: ttl({ ...once, suspend: true }),
      operations: ['ApplyPolicy upgrade'],
      phase: 'Suspended',
    },
    {
      title: 'does not go while an occurrence is to come',
      given: at(day('21:00:00'))(ttl(everyTwoHours)),
      operations: ['ApplyPolicy upgrade'],
    },
    {
      title: 'does not go with an edit that is not acceptable',
      given: withWindows(
        edited({ ttlSecondsAfterCompleted: 600, schedule: { cron: '0 2 30 2 *', duration: '1h' } })(
          aWindow(withSpec({ ...once, ttlSecondsAfterCompleted: 600 })),
        ),
      )(grown(ttl(once), '20:10:00', '21:00:00')),
      operations: ['DeletePolicy uid-upgrade'],
    },
  ],
};

describe('operator: decide over time', () => {
  describeDecisions(table);
});
