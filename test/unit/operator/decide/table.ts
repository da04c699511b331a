import { expect } from 'chai';
import { decide } from '../../../../src/operator/decide/decide.ts';
import type { Observed } from '../../../../src/operator/decide/observed.ts';
import { anIngress, called } from '../../builders/ingress.ts';
import { anObserved, withIngresses, withWindows } from '../../builders/observed.ts';
import { aWindow, scheduled } from '../../builders/window.ts';
import { planOf, prepared, summaryOf, withGates } from './standing.ts';
import type { Summary } from './standing.ts';

export const day = (clock: string): string => `2026-12-01T${clock}Z`;
export const middlewares = Object.keys(planOf(anIngress()).annotations)[0] ?? '';

/** The Ingress that the window `upgrade` covers unless a row says otherwise. */
export const web = anIngress();
export const api = anIngress(called('api'));
/** From a time of the day that all tests happen on, up to another. */
export const from = (start: string, end?: string) =>
  scheduled(day(start), ...(end === undefined ? [] : [day(end)]));

/** A window that was closed from its creation on, and is seen for the first time. */
export const immediate = anObserved(withWindows(aWindow()), withIngresses(web));
/** A window with a start, seen for the first time. */
export const later = (start: string, end?: string): Observed =>
  anObserved(withWindows(aWindow(from(start, end))), withIngresses(web));
/** The same, with everything that the gate needs, and the gate, in place. */
export const on = (observed: Observed): Observed => withGates(prepared(observed), 'web');
/** What is given, and what is to be decided of it. */
export interface Row {
  readonly title: string;
  readonly given: Observed;
  readonly operations: readonly string[];
  readonly phase?: string;
  /** What `kubectl get` shows of the window. */
  readonly message?: string;
  /** Those that must be among the window's conditions. */
  readonly conditions?: readonly string[];
  readonly wakeAt?: string;
  readonly watchful?: Summary['watchful'];
}

/** Describes the rows of a table, by what they are about. */
export function describeDecisions(table: Readonly<Record<string, readonly Row[]>>): void {
  for (const [about, rows] of Object.entries(table)) {
    describe(about, () => {
      for (const { title, given, operations, phase, message, conditions, wakeAt, watchful } of rows) {
        it(title, () => {
          const plan = summaryOf(decide(given));
          expect(plan.operations).to.deep.equal(operations);
          if (phase !== undefined) expect(plan.phases).to.deep.equal({ upgrade: phase });
          if (message !== undefined) expect(plan.messages).to.deep.equal({ upgrade: message });
          if (conditions !== undefined)
            expect(plan.conditions['upgrade']).to.include.members([...conditions]);
          if (wakeAt !== undefined) expect(plan.wakeAt).to.equal(wakeAt);
          if (watchful !== undefined) expect(plan.watchful).to.equal(watchful);
        });
      }
    });
  }
}
