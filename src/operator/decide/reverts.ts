import type { GateKey } from '../../api/ingress.ts';
import { annotations, fieldManager, preWired } from '../../api/names.ts';
import type { Refusal } from '../../gates/driver.ts';
import { isBefore } from '../../schedule/occurrence.ts';
import type { Gate } from './gates.ts';
import { plannedOf } from './gates.ts';
import type { Observed, Revert, Reverter } from './observed.ts';
import type { WantedGate } from './plan.ts';
import { cureFor } from './revert-cures.ts';

const longestPauseSeconds = 60;
export const forgottenAfterSeconds = 600;

/** How long a gate stays off after so many reverts: the first one is put right at once, each later one after twice the time. */
export const pauseSeconds = (times: number): number =>
  times <= 1 ? 0 : Math.min(2 ** Math.min(times - 2, 30), longestPauseSeconds);

/** The gates that stood, and that somebody else took off or changed since: their annotations are no longer what they were. */
export const revertedAmong = (
  stood: ReadonlyMap<GateKey, WantedGate>,
  wanted: readonly WantedGate[],
): readonly WantedGate[] =>
  wanted.filter(({ gate, uid, on, annotations }) => {
    const before = stood.get(gate);
    if (on || before?.uid !== uid) return false;
    return Object.entries(before.annotations).some(([key, value]) => annotations[key] !== value);
  });

/** The revert that a gate suffers from: it is off, or was put back a short while ago. What git holds by now is fought over no more. */
export function revertOf({ key, on, wanted, state }: Gate, { reverts, now }: Observed): Revert | undefined {
  const revert = reverts.get(key);
  if (revert === undefined || wanted === undefined || state.preWired) return undefined;
  return on && !isBefore(now, revert.forgottenAt) ? undefined : revert;
}

/** Must a gate that was reverted wait before it goes on again? */
export function isPausing(gate: Gate, observed: Observed): boolean {
  const revert = revertOf(gate, observed);
  return revert !== undefined && isBefore(observed.now, revert.againAt);
}

/** Everything at which time alone changes what is decided because of reverts. */
export const revertTimes = ({ reverts }: Observed): readonly Temporal.Instant[] =>
  [...reverts.values()].flatMap(({ againAt, forgottenAt }) => [againAt, forgottenAt]);

function culprit({ manager, isCertain }: Reverter, deed: string): string {
  if (manager === undefined) {
    return `somebody who left no name ${deed} (kubectl annotate KEY- and other writes that only take away leave none; the API server's audit log has it)`;
  }
  return isCertain
    ? `${manager} ${deed}`
    : `somebody ${deed}; the one known to write its annotations is ${manager}`;
}

/** In words for a person: who, what happens now, and how to end it. */
export function revertMessage(gate: Gate, { by, keys }: Revert, { install }: Observed): string {
  const key = keys.join(', ');
  return (
    `Ingress ${gate.key}: ${culprit(by, `took off or changed ${key}`)}. ` +
    `A window wants the gate, so it is put back each time, after a longer pause (up to ${longestPauseSeconds} s). ` +
    cureFor(by.manager, { keys, ours: fieldManager(install) }) +
    listCure(gate)
  );
}

/** Where others keep the list, leaving it out is no cure. */
function listCure({ outcome }: Gate): string {
  const plan = plannedOf(outcome)?.plan;
  if (plan?.replaces === undefined) return '';
  const lists = Object.entries(plan.annotations).map(([key, value]) => `${key}: ${value}`);
  return ` Where the list has to stay in git, commit it with ours first: ${annotations.gate}: ${preWired} and ${lists.join(', ')}`;
}

/** Of all gates that others took off lately, whether they are back on or not: it may well happen again. */
export function revertsText(gates: readonly Gate[], observed: Observed): string | undefined {
  const told = gates.flatMap((gate) => {
    const revert = revertOf(gate, observed);
    return revert === undefined ? [] : [revertMessage(gate, revert, observed)];
  });
  const more = told.length > 1 ? ` (and ${told.length - 1} more Ingresses)` : '';
  return told[0] && told[0] + more;
}

/** A refusal because of a value that somebody wrote over our gate also says who that was. */
export function refusalOf(gate: Gate, refusal: Refusal, observed: Observed): Refusal {
  const revert = refusal.reason === 'Conflict' ? revertOf(gate, observed) : undefined;
  if (revert === undefined) return refusal;
  const { by, keys } = revert;
  const cure = cureFor(by.manager, { keys, ours: fieldManager(observed.install) });
  const told = `It was written over our gate: ${culprit(by, 'changed it')}. Backsoon takes nothing back by force. ${cure}`;
  return { ...refusal, message: `${refusal.message} ${told}` };
}
