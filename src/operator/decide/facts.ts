import type { GateKey } from '../../api/ingress.ts';
import { isBefore } from '../../schedule/occurrence.ts';
import type { Observed, ObservedObject } from './observed.ts';

/*
 * Facts are what has to hold for a while before it counts. Deciding names those that hold now; whoever asks again tells
 * since when each of them has held (`Observed.since`).
 */

interface Keyed {
  readonly key: GateKey;
}

const objectFacts = new WeakMap<ObservedObject, string>();

/** The object stands: in a while every controller that watches has seen it. */
export const objectFact = (object: ObservedObject): string =>
  objectFacts.getOrInsertComputed(
    object,
    ({ kind, metadata }) => `object:${kind}/${metadata.name}/${metadata.uid}`,
  );

/** No gate needs the object and no Ingress names it: in a while no controller uses it. */
export const idleFact = ({ kind, metadata }: ObservedObject): string =>
  `idle:${kind}/${metadata.name}/${metadata.uid}`;

/** Some responder has not loaded what this gate needs: in a while it will not. */
export const unloadedFact = ({ key }: Keyed): string => `unloaded:${key}`;

/** The responder answers at this gate by another policy than the present one: in a while it does not follow. */
export const outdatedFact = ({ key }: Keyed): string => `outdated:${key}`;

const unanswered = 'unanswered:';

/** This gate came off, and its controller does not answer a probe: in a while it is not waited for any more. */
export const unansweredFact = ({ key }: Keyed): string => `${unanswered}${key}`;

/** Long enough for an ingress controller to be started again. */
export const unansweredSeconds = 60;

const secondsOf = (fact: string, { settings }: Observed): number =>
  fact.startsWith(unanswered) ? unansweredSeconds : settings.settleSeconds;

/** When a fact has held for its settling time; one that is new begins now. */
export const heldAt = (fact: string, observed: Observed): Temporal.Instant =>
  (observed.since.get(fact) ?? observed.now).add({ seconds: secondsOf(fact, observed) });

export const hasHeld = (fact: string, observed: Observed): boolean =>
  !isBefore(observed.now, heldAt(fact, observed));

/** When each of these facts has held for its settling time; thousands that were first seen together have one time between them. */
export function heldTimes(facts: ReadonlySet<string>, observed: Observed): readonly Temporal.Instant[] {
  const bySeconds = new Map<number, Set<Temporal.Instant>>();
  for (const fact of facts) {
    const since = bySeconds.getOrInsertComputed(secondsOf(fact, observed), () => new Set());
    since.add(observed.since.get(fact) ?? observed.now);
  }
  return [...bySeconds].flatMap(([seconds, since]) => [...since].map((instant) => instant.add({ seconds })));
}

/** Since when the facts of a plan hold: those that held before since then, new ones from now on, and others no more. */
export const remember = <T>(
  since: ReadonlyMap<string, T>,
  facts: ReadonlySet<string>,
  now: T,
): ReadonlyMap<string, T> => new Map([...facts].map((fact) => [fact, since.get(fact) ?? now]));
