import { anIngress, annotated, called } from '../../builders/ingress.ts';
import {
  anObserved,
  at,
  proven,
  withIngresses,
  withObjects,
  withProof,
  withResponder,
  withWindows,
} from '../../builders/observed.ts';
import { aWindow, beingDeleted, edited, suspended, withSpec } from '../../builders/window.ts';
import { gated, objectsOf, prepared } from './standing.ts';
import type { Row } from './table.ts';
import { day, describeDecisions, from, immediate, later, middlewares, on, web } from './table.ts';

const over = on(anObserved(withWindows(aWindow(from('20:00:00'))), withIngresses(web)));
/** No calendar has such a day. */
const never = { schedule: { cron: '0 2 30 2 *', duration: '1h' } };
const noWindows = withWindows()(over);

const table: Readonly<Record<string, readonly Row[]>> = {
  'a window that closes at once': [
    {
      title: 'new: policy and objects first',
      given: immediate,
      operations: ['ApplyPolicy upgrade', 'ApplyGateObject backsoon-headers', 'ApplyGateObject backsoon-web'],
      phase: 'Closed',
      conditions: [
        'Accepted=True Accepted',
        'Armable=True Armable',
        'Closed=False Partial',
        'GatesProven=False Settling',
      ],
      watchful: 'arming',
    },
    {
      title: 'objects are young: wait for the controller to see them',
      given: withObjects(objectsOf(web), day('20:59:57'))(prepared(immediate)),
      operations: [],
      conditions: ['GatesProven=False Settling'],
      wakeAt: day('21:00:02'),
      watchful: 'arming',
    },
    {
      title: 'objects are seen: put the gate on',
      given: withObjects(objectsOf(web), day('20:59:55'))(prepared(immediate)),
      operations: ['PutGate web'],
      conditions: ['GatesProven=False NotProbed', 'Closed=False Partial'],
      watchful: 'arming',
    },
    {
      title: 'one object is missing again: make it, and put no gate on',
      given: withObjects(objectsOf(web).slice(1), day('20:00:00'))(prepared(immediate)),
      operations: ['ApplyGateObject backsoon-headers'],
      conditions: ['GatesProven=False Settling'],
    },
    {
      title: 'an object was changed by somebody: repair it, the gate may go on',
      given: withObjects(
        objectsOf(web).map((object) => Object.assign({}, object, { spec: {} })),
        day('20:00:00'),
      )(prepared(immediate)),
      operations: ['ApplyGateObject backsoon-headers', 'ApplyGateObject backsoon-web', 'PutGate web'],
    },
    {
      title: 'proven',
      given: withProof('shop/web', proven('closed'))(on(immediate)),
      operations: [],
      phase: 'Closed',
      conditions: ['Ready=True Ready', 'GatesProven=True GatesProven', 'Closed=True Closed'],
      watchful: 'on',
    },
    {
      title: 'answered by a policy of before: that proves nothing of this one',
      given: withProof('shop/web', proven('closed', '0123456789abcdef'))(on(immediate)),
      operations: [],
      conditions: ['GatesProven=False NotProbed', 'Closed=False Partial'],
      wakeAt: day('21:00:05'),
    },
    {
      title: 'answered by another policy than the present one for long',
      given: {
        ...withProof('shop/web', proven('closed', '0123456789abcdef'))(on(immediate)),
        since: new Map([['outdated:shop/web', Temporal.Instant.from(day('20:59:55'))]]),
      },
      operations: [],
      conditions: ['GatesProven=False PoliciesNotLoaded', 'Closed=False Partial'],
    },
    {
      title: 'a responder still lets visitors in',
      given: withProof('shop/web', proven('open'))(on(immediate)),
      operations: [],
      conditions: ['GatesProven=False NotFlipped', 'Closed=False Partial'],
    },
    {
      title: 'an annotation was changed to another gate of ours: put ours back',
      given: withIngresses(
        annotated({
          [middlewares]: gated(anIngress(called('api'))).metadata.annotations?.[middlewares] ?? '',
        })(web),
      )(prepared(immediate)),
      operations: ['PutGate web'],
    },
  ],
  'a window with a start': [
    {
      title: 'far away: only its policy',
      given: later('22:00:00', '23:00:00'),
      operations: ['ApplyPolicy upgrade'],
      phase: 'Scheduled',
      conditions: ['Armable=True Armable', 'GatesProven=False NotArmed', 'Closed=False Open'],
      wakeAt: day('21:59:00'),
      watchful: 'idle',
    },
    {
      title: 'a lead away: arm',
      given: at(day('21:59:00'))(later('22:00:00', '23:00:00')),
      operations: ['ApplyPolicy upgrade', 'ApplyGateObject backsoon-headers', 'ApplyGateObject backsoon-web'],
      phase: 'Arming',
      conditions: ['GatesProven=False Settling', 'Closed=False Open'],
      wakeAt: day('22:00:00'),
      watchful: 'arming',
    },
    {
      title: 'armed and proven',
      given: withProof('shop/web', proven('open'))(at(day('21:59:30'))(on(later('22:00:00')))),
      operations: [],
      phase: 'Arming',
      conditions: ['GatesProven=True GatesProven', 'Closed=False Open'],
      wakeAt: day('22:00:00'),
      watchful: 'on',
    },
    {
      title: 'it starts',
      given: withProof('shop/web', proven('closed'))(at(day('22:00:00'))(on(later('22:00:00', '23:00:00')))),
      operations: ['ApplyPolicy upgrade'].slice(1),
      phase: 'Closed',
      conditions: ['Closed=True Closed'],
      wakeAt: day('23:00:00'),
    },
    {
      title: 'a gate that is on stays on when the next start is near',
      given: on(later('21:15:00')),
      operations: [],
      phase: 'Scheduled',
    },
    {
      title: 'a gate that is on comes off when the next start is not near',
      given: on(later('21:15:01')),
      operations: ['TakeGate web'],
      phase: 'Opening',
    },
  ],
  'a window that is suspended': [
    {
      title: 'tells the responders, and takes the gate off',
      given: withWindows(aWindow(from('20:00:00'), suspended))(over),
      operations: ['ApplyPolicy upgrade', 'TakeGate web'],
      phase: 'Suspended',
      conditions: ['Closed=False Open'],
    },
    {
      title: 'arms nothing',
      given: withWindows(aWindow(from('21:00:30'), suspended))(prepared(later('21:00:30'))),
      operations: ['ApplyPolicy upgrade'],
      phase: 'Suspended',
      conditions: ['GatesProven=False NotArmed'],
    },
  ],
  'a window that is deleted': [
    {
      title: 'its policy goes first, then the gate',
      given: noWindows,
      operations: ['DeletePolicy uid-upgrade', 'TakeGate web'],
    },
    {
      title: 'being deleted is deleted',
      given: withWindows(aWindow(from('20:00:00'), beingDeleted))(over),
      operations: ['DeletePolicy uid-upgrade', 'TakeGate web'],
    },
    {
      title: 'no responder has an address any more: the gate comes off all the same',
      given: withResponder({ address: undefined })(noWindows),
      operations: ['DeletePolicy uid-upgrade', 'TakeGate web'],
    },
  ],
  'a window that is not accepted': [
    {
      title: 'never was: closes nothing',
      given: anObserved(withWindows(aWindow(withSpec(never))), withIngresses(web)),
      operations: [],
      phase: 'Invalid',
      conditions: [
        'Accepted=False InvalidSchedule',
        'Armable=False NotAccepted',
        'Ready=False InvalidSchedule',
        'Closed=False Open',
      ],
    },
    {
      title: 'an end before its start',
      given: anObserved(withWindows(aWindow(from('22:00:00', '21:00:00'))), withIngresses(web)),
      operations: [],
      phase: 'Invalid',
      conditions: ['Accepted=False InvalidSchedule'],
    },
    {
      title: 'no address',
      given: anObserved(
        withWindows(aWindow(withSpec({ access: { addresses: ['203.0.113.300'] } }))),
        withIngresses(web),
      ),
      operations: [],
      phase: 'Invalid',
      conditions: ['Accepted=False InvalidAddress'],
    },
    {
      title: 'an invalid edit leaves the last accepted spec in force',
      given: withProof(
        'shop/web',
        proven('closed'),
      )(withWindows(edited(never)(aWindow(from('20:00:00'))))(over)),
      // The policy says which generation it is of.
      operations: ['ApplyPolicy upgrade'],
      phase: 'Closed',
      conditions: ['Accepted=False InvalidSchedule', 'Armable=True Armable', 'Closed=True Closed'],
    },
    {
      title: 'an invalid edit that suspends is obeyed in that',
      given: withWindows(edited({ ...never, suspend: true })(aWindow(from('20:00:00'))))(over),
      operations: ['ApplyPolicy upgrade', 'TakeGate web'],
      phase: 'Suspended',
    },
    {
      title: 'an invalid edit that ends is obeyed in that',
      given: withWindows(edited({ ...never, endedAt: day('20:30:00') })(aWindow(from('20:00:00'))))(over),
      operations: ['ApplyPolicy upgrade', 'TakeGate web'],
      phase: 'Opening',
    },
  ],
};

describe('operator: decide', () => describeDecisions(table));
