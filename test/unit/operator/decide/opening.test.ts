import type { Observed } from '../../../../src/operator/decide/observed.ts';
import { anIngress, rule, withRules } from '../../builders/ingress.ts';
import {
  anObserved,
  gone,
  proven,
  unreachable,
  withIngresses,
  withPolicies,
  withProof,
  withWindows,
} from '../../builders/observed.ts';
import { aWindow } from '../../builders/window.ts';
import { objectsOf } from './standing.ts';
import type { Row } from './table.ts';
import { day, describeDecisions, from, immediate, on, web } from './table.ts';

const over = on(anObserved(withWindows(aWindow(from('20:00:00'))), withIngresses(web)));
const ended = withWindows(aWindow(from('20:00:00', '21:00:00')))(over);
const noWindows = withWindows()(over);
const off = withIngresses(web)(ended);
const unansweredSince =
  (since: string) =>
  (observed: Observed): Observed => ({
    ...observed,
    since: new Map([...observed.since, ['unanswered:shop/web', Temporal.Instant.from(since)]]),
  });

const table: Readonly<Record<string, readonly Row[]>> = {
  'a window that is over': [
    {
      title: 'takes the gate off, and tells the responders that it is open until then',
      given: ended,
      operations: ['ApplyPolicy upgrade', 'TakeGate web'],
      phase: 'Opening',
      conditions: ['Closed=False Open', 'GatesProven=False NotArmed'],
    },
    {
      title:
        'the gate is off: until it is proven gone, its objects stand and the responders know that it is open',
      given: off,
      operations: ['ApplyPolicy upgrade'],
      phase: 'Opening',
      message: 'Waiting for proof that the gate of Ingress shop/web is gone: it has not been asked yet.',
      watchful: 'on',
    },
    {
      title: 'the gate still answers: nobody is impatient',
      given: withProof('shop/web', proven('open'))(unansweredSince(day('20:00:00'))(off)),
      operations: ['ApplyPolicy upgrade'],
      phase: 'Opening',
      watchful: 'on',
    },
    {
      title: 'the controller does not answer',
      given: withProof('shop/web', unreachable)(off),
      operations: ['ApplyPolicy upgrade'],
      phase: 'Opening',
      message:
        'Waiting for proof that the gate of Ingress shop/web is gone: shop.example.com at 10.0.0.1 did not answer. ' +
        'This is waited for during at most 60 s.',
      wakeAt: day('21:01:00'),
    },
    {
      title: 'the controller has not answered for a minute: what the API server says has to do',
      given: withProof('shop/web', unreachable)(unansweredSince(day('20:59:00'))(off)),
      operations: ['DeletePolicy uid-upgrade'],
      phase: 'Completed',
      wakeAt: day('21:00:05'),
    },
    {
      title: 'no path of it can be asked for: it is not waited for',
      given: withIngresses(anIngress(withRules(rule('shop.example.com', '/item/[0-9]+'))))(off),
      operations: ['DeletePolicy uid-upgrade'],
      phase: 'Completed',
    },
    {
      title: 'the gate is gone: the policy goes, the objects settle',
      given: withProof('shop/web', gone)(off),
      operations: ['DeletePolicy uid-upgrade'],
      phase: 'Completed',
      wakeAt: day('21:00:05'),
      watchful: 'idle',
    },
    {
      title: 'the gate went on again before: what was seen then counts no more',
      given: withProof('shop/web', gone)(on(immediate)),
      operations: [],
      conditions: ['GatesProven=False NotProbed', 'Closed=False Partial'],
    },
    {
      title: 'settled: the objects go',
      given: {
        ...withProof('shop/web', gone)(withPolicies()(off)),
        since: new Map(
          objectsOf(web).flatMap(({ kind, metadata }) =>
            ['object', 'idle'].map(
              (fact) =>
                [
                  `${fact}:${kind}/${metadata.name}/${metadata.uid}`,
                  Temporal.Instant.from(day('20:59:55')),
                ] as const,
            ),
          ),
        ),
      },
      operations: ['DeleteGateObject backsoon-headers', 'DeleteGateObject backsoon-web'],
      phase: 'Completed',
    },
  ],
  'a window that is deleted, whose gate came off': [
    {
      title: 'its gate is off and not proven gone: its objects stand',
      given: withPolicies()(withIngresses(web)(noWindows)),
      operations: [],
      watchful: 'on',
    },
    {
      title: 'its gate is off and proven gone: its objects settle',
      given: withProof('shop/web', gone)(withPolicies()(withIngresses(web)(noWindows))),
      operations: [],
      wakeAt: day('21:00:05'),
      watchful: 'idle',
    },
  ],
};

describe('operator: decide', () => describeDecisions(table));
